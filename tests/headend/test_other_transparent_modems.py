"""Are modems met that have an operator's first line, two ports, or speak RFC 2217? (X-40 … X-42)"""

import asyncio
import contextlib
import socket
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from serial.rfc2217 import PortManager

from osos import jobs
from osos.headend import Question, put_question
from osos.headend.plan import Plan, standard_plan
from osos.headend.settings import TransparentLimits
from osos.modems.transparent import Hello
from osos.quantities import DeviceId, ManualClock
from osos.simulator.line import Line
from osos.simulator.load.plain import Steady
from osos.simulator.meter import MeterSpec, VirtualMeter
from osos.simulator.modem.transparent import TransparentModem

MODEM = DeviceId("ABC", "100200300400500")
FIRST, SECOND = "123456789", "223456789"
AT = datetime(2026, 3, 1, 21, 0, tzinfo=UTC)
QUICK = TransparentLimits(
    reaction_s=0.0,
    rest_s=0.0,
    rest_after_failure_s=0.0,
    least_delay_s=0.05,
    rounds=1,
    first_line_quiet_s=0.2,
)
PLAN = Plan(directives=standard_plan().directives, schedules=())


def port_of(serial: str, bauds: tuple[int, ...], reaction_s: float = 0.0):
    spec = MeterSpec(
        device=DeviceId("OSO", serial), kind="3p", connection="direct", since=AT - timedelta(days=3)
    )
    meter = VirtualMeter(spec, Steady(power_w=(500, 500, 500)))
    port = meter.port("rs485", now=ManualClock(AT).now)
    return port.side(bauds, reaction_s=reaction_s, parity=True)


def line_of(*serials: str) -> Line:
    return Line([port_of(each, (300, 9600)) for each in serials], chance=Random(3), instant=True)


async def asked(centre, serial: str = "", directive: str = "short") -> dict:
    device = DeviceId("", serial) if serial else MODEM
    with centre.store.begin() as conn:
        job_id = put_question(conn, Question(device=device, directive=directive))

    def status():
        with centre.store.read() as conn:
            return jobs.job_status(conn, job_id)

    await centre.until(lambda: status().state in ("done", "dead"))
    return status().result


@contextlib.asynccontextmanager
async def dialled(centre, *modems):
    living = [asyncio.create_task(each.live(*centre.head_end.transparent)) for each in modems]
    try:
        await centre.until(lambda: centre.head_end.status().sessions == len(modems))
        yield
    finally:
        for each in living:
            each.cancel()
        await asyncio.gather(*living, return_exceptions=True)


@pytest.fixture
def run(live_here):
    def go(story, *sheet: str, **more) -> None:
        live_here(
            story, **{"transparent_port": 0, "transparent": QUICK, "plan": PLAN, "sheet": sheet, **more}
        )

    return go


class OwnWords(TransparentModem):
    """Says what its maker had it say, and waits for no answer."""

    def __init__(self, words: bytes, line: Line) -> None:
        super().__init__(Hello(device=MODEM, imei="", firmware="", port="", meters=()), line, instant=True)
        self._words = words

    def came(self, transport, *, calls: bool) -> bool:
        taken = super().came(transport, calls=False)
        transport.write(self._words if taken and calls else b"")
        return taken


@pytest.mark.parametrize(
    ("pattern", "imei", "words"),
    [
        (r"IMEI=(?P<imei>\d{15}) fw.*", "350000000000001", b"IMEI=350000000000001 fw 2.0\r\n"),
        (r"(?P<imei>\d{15})", "350000000000001", b"350000000000001"),  # no line end at all
        (r"modem (?P<serial>\d{15}) of (?P<flag>[a-z]{3})", "", b"modem 100200300400500 of abc\n"),
        (r"\$(?P<serial>\d{15})\$", "", b"$100200300400500$\r"),  # found by its serial alone
    ],
)
def test_a_modem_is_known_by_the_operators_pattern_and_read(run, pattern, imei, words) -> None:
    async def story(centre) -> None:
        modem = OwnWords(words, line_of(FIRST, SECOND))
        async with dialled(centre, modem):
            result = await asked(centre)
            assert (result["code"], len(result["meters"])) == (0, 2), result
            assert result["modem"] == str(MODEM)
        assert centre.rows("SELECT count(*) FROM quarantine") == [(0,)]

    run(
        story,
        "flag,serial,meters,plain_until,imei,first_line",
        f"ABC,100200300400500,{FIRST};{SECOND},2099-12-31,{imei},{pattern}",
    )


def test_an_imei_nobody_admitted_waits_in_quarantine(run) -> None:
    async def story(centre) -> None:
        _, writer = await asyncio.open_connection(*centre.head_end.transparent)
        writer.write(b"350000000000002\r\n")
        await centre.until(lambda: len(centre.quarantined()) == 1)
        assert centre.quarantined()[0].device == DeviceId("", "350000000000002")
        writer.close()

    run(
        story,
        "flag,serial,meters,plain_until,imei,first_line",
        rf"ABC,100200300400500,{FIRST},2099-12-31,350000000000001,(?P<imei>\d{{15}})",
    )


USUAL = f"ABC,100200300400500,{FIRST};{SECOND},1,2099-12-31"


def test_two_ports_of_one_modem_are_connected_at_once_and_each_meter_is_asked_on_its_own(run) -> None:
    def modem(port: str, serial: str) -> TransparentModem:
        hello = Hello(device=MODEM, imei="", firmware="1", port=port, meters=(serial,))
        return TransparentModem(hello, line_of(serial), instant=True)

    async def story(centre) -> None:
        async with dialled(centre, modem("1", FIRST), modem("2", SECOND)):
            for _ in range(2):
                result = await asked(centre)
                assert {one["meter"]: one["code"] for one in result["meters"]} == {FIRST: 0, SECOND: 0}
        await centre.until(lambda: centre.head_end.status().sessions == 0)
        async with dialled(centre, modem("2", SECOND)):
            found = {one["meter"]: one["outcome"] for one in (await asked(centre))["meters"]}
            assert found == {FIRST: "not-connected", SECOND: "done"}
        identified = centre.rows("SELECT count(*) FROM events WHERE act = 'modem identified'")
        assert identified == [(2,)]  # once a port: the other's coming again is no change

    run(story, USUAL)


def test_a_port_that_connects_again_takes_its_own_place_and_no_others(run) -> None:
    def modem(port: str) -> TransparentModem:
        hello = Hello(device=MODEM, imei="", firmware="1", port=port, meters=())
        return TransparentModem(hello, line_of(FIRST), instant=True)

    async def story(centre) -> None:
        first, second, again = modem("1"), modem("2"), modem("1")
        async with dialled(centre, first, second):
            await again.call(*centre.head_end.transparent)
            await centre.until(lambda: first.calls > 1 or not first.connected)
            assert second.connected
            again.cut()

    run(story, USUAL)


class PortServer(asyncio.Protocol):
    """An access server as pyserial has it, before a line that is lived at its true speeds."""

    xonxoff = rtscts = dtr = rts = break_condition = cts = dsr = ri = cd = False
    bytesize, parity, stopbits, timeout = 8, "N", 1, 0

    def __init__(self, line: Line, baud: int) -> None:
        self._line, self._baud = line, baud
        self.speeds: list[int] = []
        line.set_baud(baud, now=0.0)

    @property
    def baudrate(self) -> int:
        return self._baud

    @baudrate.setter
    def baudrate(self, baud: int) -> None:
        self._baud = baud
        self.speeds.append(baud)
        self._line.set_baud(baud, now=asyncio.get_running_loop().time())

    def connection_made(self, transport) -> None:
        self._transport = transport
        self._manager = PortManager(self, self)
        self._tick()

    def data_received(self, data: bytes) -> None:
        out = b"".join(self._manager.filter(data))
        if out:
            self._line.send(out, now=asyncio.get_running_loop().time())

    def write(self, data: bytes) -> None:
        """Of the manager: an answer of the protocol's own."""
        self._transport.write(data)

    def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        if not self._transport.is_closing():
            heard = self._line.hear(now=loop.time())
            self._transport.write(b"".join(self._manager.escape(heard)))
            loop.call_later(0.01, self._tick)


@pytest.mark.parametrize(("query", "own", "turned"), [("", 300, [300, 19200]), ("?baud=9600", 9600, [9600])])
def test_a_port_behind_an_access_server_is_called_and_its_speed_is_set_there(run, query, own, turned) -> None:
    """X-42, at true speeds: the acknowledge has left before the port turns."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    server = PortServer(Line([port_of(FIRST, (own,), 0.3)], chance=Random(1)), 2400)

    async def story(centre) -> None:
        listening = await asyncio.get_running_loop().create_server(lambda: server, "127.0.0.1", port)
        result = await asked(centre, FIRST)
        assert result["code"] == 0, result
        assert server.speeds[: len(turned)] == turned
        listening.close()

    run(
        story,
        "flag,serial,meters,plain_until,listens",
        f"ABC,100200300400500,{FIRST},2099-12-31,rfc2217://127.0.0.1:{port}{query}",
        transparent=TransparentLimits(),
    )


def test_a_port_of_one_speed_is_spoken_to_at_that_speed(run) -> None:
    """X-42, fixed: nothing is told to the other end, and no other speed is agreed upon."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]

    class Fixed(TransparentModem):
        def _set_baud(self, baud: int, now: float) -> None:  # it has one
            super()._set_baud(9600, now)

    async def story(centre) -> None:
        hello = Hello(device=MODEM, imei="", firmware="", port="", meters=())
        modem = Fixed(hello, Line([port_of(FIRST, (9600,))], chance=Random(3), instant=True), instant=True)
        await modem.listen(port=port)
        assert (await asked(centre, FIRST))["code"] == 0
        sent = centre.rows("SELECT payload FROM frames WHERE direction='out' ORDER BY id")
        assert any(bytes(each).endswith(b"\x06056\r\n") for (each,) in sent)  # Z = 5: no other speed
        modem.close()

    run(
        story,
        "flag,serial,meters,plain_until,listens",
        f"ABC,100200300400500,{FIRST},2099-12-31,tcp://127.0.0.1:{port}?baud=9600",
    )
