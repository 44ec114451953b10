"""What do the tests of the head-end share?"""

import asyncio
import contextlib
import itertools
import random
import shutil
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import reduce
from operator import xor
from pathlib import Path
from typing import Any

import pytest
import structlog

from osos.headend import AskLimits, GapLimits, HeadEnd, LinkLimits, list_outcomes
from osos.headend.actions import Action, Entry, Keep, ModemFacts, Verdict
from osos.headend.plan import MeterBehindModem, Plan, standard_plan
from osos.headend.session import Session
from osos.headend.settings import HeadEndSettings
from osos.modems.mass_json import Frame, Framer, Message, ack, decode, encode, frame
from osos.modems.transparent import Hello
from osos.quantities import DeviceId, ManualClock
from osos.registry import admit, list_quarantine, parse_admissions
from osos.simulator.line import Line
from osos.simulator.load.plain import Steady
from osos.simulator.meter import MeterSpec, VirtualMeter
from osos.simulator.modem import MeterBehind, ModemSettings, VirtualModem
from osos.simulator.modem.transparent import TransparentModem
from osos.store import Store, open_store

MODEM = DeviceId("ABC", "100200300400500")
METER = "123456789"
WITHIN_S = 60.0  # what is to come has come by then, on a machine with ten times too much to do
AT = datetime(2026, 3, 1, 21, 0, tzinfo=UTC)
WALL = timezone(timedelta(hours=3))


def as_frame(sent: Message) -> Frame:
    payload = encode(sent)
    return Frame(payload, frame(payload))


class Bench:
    """A session on a bench: the test is the wire, the store and both clocks."""

    def __init__(self, *, plan: Plan, registered: bool = True) -> None:
        numbers = itertools.count(1)
        self.settings = replace(HeadEndSettings(), plan=plan)
        self.now, self.at = 0.0, AT
        meters = (MeterBehindModem(meter_id=11, serial=METER, line="rs485-1"),)
        self.facts = ModemFacts(
            modem_id=1,
            device=MODEM,
            registered=registered,
            plan=plan.fingerprint(meters),
            meters=meters,
        )
        self.session = Session(
            address="10.20.0.7:4001",
            settings=self.settings,
            rng=random.Random(7),
            new_reference=lambda: f"centre-{next(numbers)}",
            now=0.0,
        )

    @staticmethod
    def message(function: str, response: Any = None, *, reference: str = "r-1", **more: Any) -> Message:
        """A message as the modem of these tests sends it."""
        device = more.pop("device", MODEM)
        return Message(device=device, function=function, reference_id=reference, response=response, **more)

    @staticmethod
    def only(kind: type, actions: list[Action]) -> Any:
        """The one action of this kind."""
        found = [action for action in actions if isinstance(action, kind)]
        assert len(found) == 1, actions
        return found[0]

    def hear(self, sent: Message) -> list[Action]:
        return self.session.received(as_frame(sent), now=self.now, at=self.at)

    def commit(self, entry: Entry, verdict: Verdict | None = None) -> list[Action]:
        """The store took it; unless told otherwise the device is known and gets a plain acknowledgement."""
        if verdict is None:
            verdict = Verdict(facts=self.facts, reply=self.reply(entry))
        return self.session.kept(entry, verdict, now=self.now, at=self.at)

    def exchange(self, sent: Message) -> list[Action]:
        """Heard and committed at once."""
        actions: list[Action] = []
        for action in self.hear(sent):
            actions += self.commit(action.entry) if isinstance(action, Keep) else [action]
        return actions

    def reply(self, entry: Entry) -> bytes | None:
        if entry.message is None or entry.message.function == "ack":
            return None
        return frame(encode(ack(device=MODEM, reference_id=entry.reference)))

    def wait(self, seconds: float) -> list[Action]:
        self.now += seconds
        self.at += timedelta(seconds=seconds)
        return self.session.tick(now=self.now, at=self.at)


@pytest.fixture
def bench() -> Bench:
    """A registered modem that has its plan: nothing is sent to it unasked."""
    return Bench(plan=standard_plan())


@pytest.fixture
def new_modem() -> Bench:
    """An admitted modem that has never been configured, and a plan of one directive and one schedule."""
    plan = standard_plan()
    small = Plan(directives=plan.directives[:1], schedules=plan.schedules[:1])
    made = Bench(plan=small, registered=False)
    made.facts = replace(made.facts, plan=None)
    return made


# -- over real sockets --


class SteadyClock(ManualClock):
    """Stands still until told to move, though a second outside is a second inside: timers do not spin."""

    def wall_s(self, seconds: float) -> float:
        return seconds


class MeterSays:
    """Telegrams of a meter as a directive run collects them."""

    @staticmethod
    def telegram(lines: str, *, ident: str = "/MKS6<2>ADM(M550.2251)\r\n", check: int | None = None) -> str:
        """Identification, then STX lines ETX BCC."""
        block = lines.encode() + b"\x03"
        bcc = reduce(xor, block, 0) if check is None else check
        return (ident.encode() + b"\x02" + block + bytes([bcc])).decode("latin-1")

    def readout(self, serial: str = METER, kwh: str = "000123.456", **more: Any) -> str:
        lines = f"0.0.0({serial})\r\n0.9.1(00:05:00)\r\n0.9.2(26-03-02)\r\n1.8.0({kwh}*kWh)\r\n!\r\n"
        return self.telegram(lines, **more)

    def profile(self, first: datetime, count: int) -> str:
        """Records of a one-way combi meter that uses 100 Wh a quarter."""
        return self.telegram("".join(self._record(first + timedelta(minutes=15 * n)) for n in range(count)))

    def nothing(self) -> str:
        """A profile query whose range holds no record (M-108)."""
        return self.telegram("")

    @staticmethod
    def _record(label: datetime) -> str:
        wh = 1_000_000 + 100 * int((label - AT).total_seconds() // 900)
        wall = label.astimezone(WALL)
        return f"({wall:%y-%m-%d,%H:%M})({wh // 1000:06}.{wh % 1000:03},000001.000,000002.000,000.400)\r\n"


@pytest.fixture
def meter_says() -> MeterSays:
    return MeterSays()


TOLD = 1 + len(standard_plan().directives)  # a configuration, and a message for each directive


class FieldModem:
    """A modem of these tests: says what it is told to, hears one message at a time."""

    def __init__(self, device: DeviceId, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.device, self.reader, self.writer = device, reader, writer
        self._framer = Framer()
        self._heard: list[Message] = []

    def send(self, function: str, response: Any = None, *, reference: str = "r-1", **more: Any) -> None:
        sent = Message(
            device=self.device, function=function, reference_id=reference, response=response, **more
        )
        self.writer.write(frame(encode(sent)))

    def send_raw(self, data: bytes) -> None:
        self.writer.write(data)

    def read_result(self, raw: str, *, reference: str = "r-1", serial: str = METER, **more: Any) -> None:
        body = {
            "readDate": "2026-03-02 00:05:11",
            "meter": {"serialNumber": serial},
            "data": {"rawData": raw},
        }
        self.send("read", {**body, **more}, reference=reference)

    async def hear(self, within_s: float = WITHIN_S) -> Message | None:
        """The next message; None when the connection has ended."""
        async with asyncio.timeout(within_s):
            while not self._heard:
                data = await self._read()
                if not data:
                    return None
                self._heard += [decode(item.payload) for item in self._framer.feed(data)]
        return self._heard.pop(0)

    async def silence(self, for_s: float = 0.3) -> bool:
        """Whether nothing at all is heard for so long."""
        try:
            return await self.hear(for_s) is None
        except TimeoutError:
            return True

    async def ended(self, within_s: float = WITHIN_S) -> bool:
        """Whether the connection ends; what is still said is dropped."""
        while await self.hear(within_s) is not None:
            pass
        return True

    async def _read(self) -> bytes:
        try:
            return await self.reader.read(65536)
        except ConnectionError:
            return b""

    async def ack(self, heard: Message, **refusal: Any) -> None:
        self.send("ack", refusal or None, reference=heard.reference_id)

    async def settle(self) -> None:
        """Introduce itself as registered and take whatever it is told, to the last directive."""
        self.send("identification", {"registered": True, "timezone": "+03:00"}, reference="hello")
        told: set[str] = set()
        while len(told) < TOLD:
            heard = await self.hear()
            assert heard is not None, "the connection has ended"
            if heard.function != "ack":
                told.add(heard.reference_id)
                await self.ack(heard)

    def hang_up(self) -> None:
        self.writer.transport.abort()


class Centre:
    """A running head-end over a real store and a real port, with what a test wants to see of it."""

    def __init__(self, store: Store, clock: ManualClock, head_end: HeadEnd) -> None:
        self.store, self.clock, self.head_end = store, clock, head_end
        self._modems: list[FieldModem] = []

    async def call(self, device: DeviceId = MODEM, *, window: int | None = None) -> FieldModem:
        """Connect; `window` bytes is all that the modem's side takes before it is read."""
        assert self.head_end.address is not None
        sock = socket.socket()
        sock.setblocking(False)
        if window is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        await asyncio.get_running_loop().sock_connect(sock, self.head_end.address)
        limit = 65536 if window is None else 1
        modem = FieldModem(device, *await asyncio.open_connection(sock=sock, limit=limit))
        self._modems.append(modem)
        return modem

    async def hang_up(self) -> None:
        for modem in self._modems:
            modem.hang_up()
            with contextlib.suppress(OSError):
                await modem.writer.wait_closed()

    async def until(self, reached: Callable[[], bool], within_s: float = WITHIN_S) -> None:
        end = time.monotonic() + within_s
        while not reached():
            assert time.monotonic() < end, f"not reached: {self.head_end.status()}"
            await asyncio.sleep(0.01)

    def outcomes(self, **which: Any) -> list[Any]:
        with self.store.read() as conn:
            return list_outcomes(conn, **which)

    def quarantined(self) -> list[Any]:
        with self.store.read() as conn:
            return list_quarantine(conn)

    def rows(self, sql: str) -> list[Any]:
        with self.store.read() as conn:
            return list(conn.exec_driver_sql(sql))

    def frames(self, direction: str = "in") -> list[str]:
        found = self.rows(
            f"SELECT function, reference_id FROM frames WHERE direction='{direction}' ORDER BY id"
        )
        return [f"{function} {reference}".strip() for function, reference in found]


Story = Callable[[Centre], Awaitable[None]]


def admitted(store: Store, clock: ManualClock, *lines: str) -> None:
    """One line a modem, as in the sheet: flag,serial,meters,multiplier,plain_until."""
    found, problems = parse_admissions("\n".join(lines))
    assert not problems
    with store.begin() as conn:
        since = clock.now() - timedelta(days=2)
        report = admit(conn, found, by="test", now=clock.now(), since=since)
    assert not report.problems, report


USUAL = f"{MODEM.flag},{MODEM.serial},{METER};223456789,1,2099-12-31"


@pytest.fixture
def run_live() -> Callable[..., None]:
    """Runs a story against a head-end on this store, with one admitted modem and no schedules."""

    def run(store: Store, story: Story, *, sheet: tuple[str, ...] = (USUAL,), **settings: Any) -> None:
        clock = SteadyClock(AT)
        admitted(store, clock, *sheet)
        quick = {
            "port": 0,
            "plan": Plan(directives=standard_plan().directives, schedules=()),
            "ask": AskLimits(retry_interval_s=2.0, retry_cap_s=4.0, answer_within_s=5.0),
            "gap": GapLimits(every_s=3600.0, settle_s=1e9),
            "link": LinkLimits(),
        }
        made = HeadEnd(
            store=store,
            clock=clock,
            settings=HeadEndSettings(**{**quick, **settings}),
            rng=random.Random(5),
            log=structlog.testing.CapturingLogger(),
        )

        async def tell() -> None:
            await made.start()
            centre = Centre(store, clock, made)
            try:
                await asyncio.wait_for(story(centre), 4 * WITHIN_S)
            finally:
                await centre.hang_up()
                await made.stop()

        asyncio.run(tell())

    return run


@pytest.fixture
def live(store: Store, run_live: Callable[..., None]) -> Callable[..., None]:
    """The same, on both engines."""

    def run(story: Story, **more: Any) -> None:
        run_live(store, story, **more)

    return run


@pytest.fixture
def live_here(
    made_sqlite: Path, tmp_path: Path, run_live: Callable[..., None]
) -> Iterator[Callable[..., None]]:
    """The same on SQLite alone: for what is about the wire, not the store."""
    path = tmp_path / "osos.sqlite"
    shutil.copy(made_sqlite, path)
    store = open_store(path)

    def run(story: Story, **more: Any) -> None:
        run_live(store, story, **more)

    yield run
    store.close()


_SERIALS = (METER, "223456789")


def _modem_with_meters(way: str) -> VirtualModem | TransparentModem:
    clock = ManualClock(AT)
    ends = []
    for number, serial in enumerate(_SERIALS):
        spec = MeterSpec(
            device=DeviceId("OSO", serial),
            kind="3p",
            connection="direct",
            since=AT - timedelta(days=3),
            seed=number,
        )
        meter = VirtualMeter(spec, Steady(power_w=(500, 500, 500)))
        ends.append(meter.port("rs485", now=clock.now).side((300, 9600), reaction_s=0.0, parity=True))
    line = Line(ends, chance=random.Random(3), instant=True)
    if way == "transparent":
        hello = Hello(device=MODEM, imei="", firmware="1.0", port="1", meters=_SERIALS)
        return TransparentModem(hello, line, instant=True)
    numbers = itertools.count(1)
    meters = tuple(MeterBehind(device=DeviceId("OSO", serial)) for serial in _SERIALS)
    return VirtualModem(
        ModemSettings(device=MODEM, meters=meters),
        clock=clock,
        line=line,
        chance=random.Random(1),
        new_reference=lambda: f"modem-{next(numbers)}",
        instant=True,
    )


@pytest.fixture
def modem_with_meters() -> Callable[[str], VirtualModem | TransparentModem]:
    """Two virtual meters behind a modem; its way is "mass" or "transparent"."""
    return _modem_with_meters
