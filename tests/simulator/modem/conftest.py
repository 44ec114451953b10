"""Which centre, meters and units do these tests play with?"""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from osos.iec62056 import MeterSide, same_address
from osos.modems.mass_json import (
    Frame,
    Framer,
    Joiner,
    Message,
    NotAMessage,
    Whole,
    ack,
    configuration,
    decode,
    directive_add,
    encode,
    frame,
    schedule_add,
    standard_directives,
)
from osos.quantities import DeviceId, ManualClock, to_utc
from osos.simulator.journal import Journal
from osos.simulator.line import Line, Link
from osos.simulator.modem import MeterBehind, ModemSettings, VirtualModem

MODEM = DeviceId("ABC", "100200300400500")
NOON = to_utc(datetime(2026, 3, 2, 12, 0))
WITHIN_S = 60.0  # a test that waits longer than this for the other side has failed


class PaperMeter:
    """A meter that reads its answers from a sheet: `MeterAnswers` for `MeterSide`."""

    def __init__(self, flag: str, serial: str, *, says_serial: str | None = None) -> None:
        self.flag, self.serial, self.says_serial = flag, serial, says_serial or serial
        self.queries: list[tuple[str, str]] = []
        self.packets = 0

    def is_me(self, address: str) -> bool:
        return same_address(address, flag=self.flag, serial=self.serial)

    def identification(self) -> bytes:
        return f"/{self.flag}6<2>TED(PAPER)\r\n".encode()

    def packet(self, y: str) -> bytes | None:
        if y not in "06":
            return None
        self.packets += 1
        long = b"".join(b"1.8.0*%d(000001.000*kWh)\r\n" % n for n in range(800 if y == "0" else 0))
        return f"0.0.0({self.says_serial})\r\n1.8.0({self.packets:06}.000*kWh)\r\n".encode() + long

    def read(self, code: str, argument: str) -> bytes | None:
        self.queries.append((code, argument))
        if code == "P.01":
            return b"(26-03-01,00:15)(000001.000,000.100)\r\n(26-03-01,00:30)(000002.000,000.200)\r\n"
        return f"{code}(000123.456*kWh)".encode() if code.startswith("1.8.") else None

    def write(self, code: str, argument: str) -> bool:
        return False

    def execute(self, code: str, argument: str) -> bool:
        return False

    def password(self, level: int, text: str) -> bool:
        return True

    def seed(self) -> str | None:
        return "0123456789ABCDEF"


class Desk(asyncio.Protocol):
    """One connection of a centre."""

    def __init__(self, centre: "PaperCentre") -> None:
        self.centre, self.framer, self.joiner = centre, Framer(), Joiner()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.centre.sessions += 1
        self.centre.desk = self

    def data_received(self, data: bytes) -> None:
        for event in self.framer.feed(data):
            if isinstance(event, Frame):
                with contextlib.suppress(NotAMessage):  # a bad link's doing; the unit will send it again
                    self.centre.take(decode(event.payload), self.joiner)


class PaperCentre:
    """A centre that keeps what it hears and acks it, unless it is told to hold its tongue."""

    def __init__(self) -> None:
        self.acks = True  # or the ack's fail code for everything
        self.fail_code: int | None = None
        self.frames: list[Message] = []  # each frame, parts and repeats included
        self.whole: list[Message] = []
        self.sessions = 0
        self.port = 0
        self._numbers = itertools.count(1)
        self._news = asyncio.Event()
        self.desk: Desk | None = None
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Desk(self), "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        if self.desk is not None:
            self.desk.transport.abort()
        await self._server.wait_closed()
        self._server = None

    def take(self, message: Message, joiner: Joiner) -> None:
        self.frames.append(message)
        outcome = joiner.add(message, 0.0)
        if isinstance(outcome, Whole):
            self.whole.append(outcome.message)
            if message.function != "ack" and self.acks:
                self.say(ack(device=MODEM, reference_id=message.reference_id, fail_code=self.fail_code))
        self._news.set()

    def say(self, message: Message) -> str:
        assert self.desk is not None
        self.desk.transport.write(frame(encode(message)))
        return message.reference_id

    def ask(self, build: Callable[..., Message], **facts: object) -> str:
        """One of the centre's builders, with a reference of its own; the reference."""
        return self.say(build(device=MODEM, reference_id=f"c{next(self._numbers)}", **facts))

    async def heard(self, fits: Callable[[Message], bool], *, number: int = 1) -> Message:
        """The first, second … whole message that fits; fails when none comes."""
        async with asyncio.timeout(WITHIN_S):
            while True:
                found = [message for message in self.whole if fits(message)]
                if len(found) >= number:
                    return found[number - 1]
                self._news.clear()
                await self._news.wait()

    async def answer_to(self, reference: str, function: str) -> Message:
        return await self.heard(lambda each: each.reference_id == reference and each.function == function)

    async def function(self, name: str, *, number: int = 1) -> Message:
        return await self.heard(lambda each: each.function == name, number=number)

    async def register(self) -> None:
        """X-22: identification, ack, configuration, ack, notification."""
        await self.function("identification")
        self.ask(configuration, registered=True)
        await self.function("notification")

    async def teach(self, *names: str) -> None:
        for name in names:
            taught = self.ask(directive_add, directives=[standard_directives()[name]])
            await self.answer_to(taught, "ack")

    async def schedule(self, **fields: object) -> str:
        from osos.modems.mass_json import Schedule

        planned = self.ask(schedule_add, schedules=[Schedule(**fields)])
        await self.answer_to(planned, "ack")
        return planned


class QuickClock:
    """A data clock that starts at noon and runs `pace` times as fast as the loop it is asked in."""

    def __init__(self, pace: float) -> None:
        self._pace, self._began = pace, asyncio.get_running_loop().time()

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return (asyncio.get_running_loop().time() - self._began) * self._pace

    def wall_s(self, seconds: float) -> float:
        return seconds / self._pace

    def sleep_until(self, when: datetime) -> None:
        raise AssertionError("a unit waits on its loop, never on its thread")


class World:
    """One unit, its meters on a line, its centre, its journal."""

    def __init__(
        self, modem: VirtualModem, centre: PaperCentre, meters: list[PaperMeter], line: Line
    ) -> None:
        self.modem, self.centre, self.meters, self.line = modem, centre, meters, line

    async def settled(self) -> None:
        """Until the unit owes nothing and runs nothing."""
        async with asyncio.timeout(WITHIN_S):
            while not self.modem.settled:
                await asyncio.sleep(0.005)


@pytest.fixture
def journal_path(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def world(journal_path: Path, clock: ManualClock):
    """A running world in compressed time, with an impatient unit so that no test waits long."""

    @asynccontextmanager
    async def build(
        *,
        meters: list[PaperMeter] | None = None,
        kind: type[Line] = Line,
        links: tuple[Link, Link] | None = None,
        registered: bool = False,
        open_centre: bool = True,
        seed: int = 1,
        line_more: dict[str, object] | None = None,
        pace: float | None = None,
        **settings: object,
    ) -> AsyncIterator[World]:
        meters = [PaperMeter("MKS", "123456789")] if meters is None else meters
        behind = tuple(
            MeterBehind(device=DeviceId(each.flag, each.serial), columns=lambda profile: ("1.8.0", "1.6.0"))
            for each in meters
        )
        hurried = {
            "retry_interval_s": 0.3,
            "identify_every_s": 0.3,
            "reconnect_first_s": 0.02,
            "reconnect_longest_s": 0.1,
        }
        instant = pace is None
        reaction_s = 0.0 if instant else 0.25
        ends = [MeterSide(each, (300, 9600), reaction_s=reaction_s, parity=True) for each in meters]
        line = kind(ends, chance=Random(seed), instant=instant, **(line_more or {}))
        numbers = itertools.count(1)
        journal = Journal(journal_path)
        modem = VirtualModem(
            ModemSettings(device=MODEM, meters=behind, **(hurried | settings)),
            clock=clock if pace is None else QuickClock(pace),
            line=line,
            chance=Random(seed),
            new_reference=lambda: f"u{next(numbers)}",
            journal=journal,
            links=links,
            instant=instant,
        )
        centre = PaperCentre()
        await centre.open()
        if not open_centre:
            await centre.close()
        living = asyncio.create_task(modem.live("127.0.0.1", centre.port))
        try:
            if registered:
                await centre.register()
            yield World(modem, centre, meters, line)
        finally:
            living.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await living
            await asyncio.sleep(0)
            if centre._server is not None:
                await centre.close()
            journal.close()

    return build


@pytest.fixture
def paper_meter() -> type[PaperMeter]:
    return PaperMeter


@pytest.fixture
def run():
    """Runs a coroutine on a loop of its own."""
    return asyncio.run
