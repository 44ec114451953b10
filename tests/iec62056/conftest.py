"""What do the tests of mode C talk to, and over which lines?"""

import heapq
import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from osos.iec62056 import (
    Action,
    Event,
    MeterSide,
    ProgrammingSession,
    ReadoutSession,
    SwitchBaud,
    Write,
    same_address,
)

LINES = (
    b"0.0.0(000123456)\r\n0.9.1(12:00:05)\r\n1.8.0(000123.456*kWh)\r\n1.6.0*1(001.234*kW)(26-03-02,00:15)\r\n"
)
ROWS = b"".join(
    b"1.8.%d*%d(%06d.%03d*kWh)\r\n" % (row % 5, row // 5, row * 37, row * 7 % 1000) for row in range(60)
)


@dataclass
class PaperMeter:
    """A meter that knows a handful of answers by heart and writes down what was done to it."""

    flag: str = "MKS"
    serial: str = "000123456"
    ident: bytes = b"/MKS5<2>TED(M550.2251)"
    packets: dict[str, bytes] = field(default_factory=lambda: {"0": ROWS, "6": LINES})
    registers: dict[str, bytes] = field(
        default_factory=lambda: {"1.8.0": b"000123.456*kWh", "0.9.1": b"12:00:05"}
    )
    right_password: str = "12345678"
    first_seed: str | None = "0123456789ABCDEF"
    tries: list[str] = field(default_factory=list)
    writes: list[tuple[str, str]] = field(default_factory=list)
    resets: int = 0
    unlocked: bool = False

    def is_me(self, address: str) -> bool:
        return same_address(address, flag=self.flag, serial=self.serial)

    def identification(self) -> bytes:
        return self.ident

    def packet(self, y: str) -> bytes | None:
        return self.packets.get(y)

    def read(self, code: str, argument: str) -> bytes | None:
        if code == "P.01":
            return (
                b"" if argument == ";" else b"(26-03-02,00:15)(000123.456,000001.000,000002.000,001.234)\r\n"
            )
        value = self.registers.get(code)
        return None if value is None else code.encode() + b"(" + value + b")"

    def write(self, code: str, argument: str) -> bool:
        if self.unlocked:
            self.writes.append((code, argument))
        return self.unlocked

    def execute(self, code: str, argument: str) -> bool:
        self.resets += code == "1.6.0"
        return code == "1.6.0"

    def password(self, level: int, text: str) -> bool:
        self.tries.append(text)
        self.unlocked = text == self.right_password
        return self.unlocked

    def seed(self) -> str | None:
        self.unlocked = False
        return self.first_seed


class PlainLine:
    """Carries every byte, a few at a time, as a UART with a FIFO does."""

    chunk = 16

    def carry(self, data: bytes) -> Iterator[bytes]:
        for at in range(0, len(data), self.chunk):
            yield data[at : at + self.chunk]

    def echo(self, data: bytes) -> bytes:
        return b""


class OneByteAtATimeLine(PlainLine):
    chunk = 1


class EchoLine(PlainLine):
    """Two wires: the reader hears itself."""

    def echo(self, data: bytes) -> bytes:
        return data


class LossyLine(PlainLine):
    """Loses or garbles one byte in `one_in`, by its seed."""

    losses = 0.5  # of the damaged bytes, the rest arrives with one bit turned

    def __init__(self, seed: int, *, one_in: int) -> None:
        self._chance = random.Random(seed)
        self._one_in = one_in

    def carry(self, data: bytes) -> Iterator[bytes]:
        for chunk in super().carry(data):
            yield bytes(self._damage(chunk))

    def _damage(self, chunk: bytes) -> Iterator[int]:
        for byte in chunk:
            if self._chance.randrange(self._one_in):
                yield byte
            elif self._chance.random() >= self.losses:
                yield byte ^ 1 << self._chance.randrange(7)


class GarblingLine(LossyLine):
    losses = 0.0


class EchoingGarblingLine(GarblingLine):
    def echo(self, data: bytes) -> bytes:
        return data


Session = ReadoutSession | ProgrammingSession


class Conversation:
    """A reading session and a meter on one line, with speeds and a clock of their own."""

    def __init__(self, session: Session, meter: MeterSide, line: PlainLine) -> None:
        self.session, self.meter, self.line = session, meter, line
        self.now = 0.0
        self.events: list[Event] = []
        self.closed: str | None = None
        self._reader_baud = 0
        self._meter_baud = meter.baud
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()

    def run(self, limit_s: float = 3600) -> list[Event]:
        self._of_reader(self.session.start(self.now))
        while self.closed is None and self.now < limit_s:
            wakes = [at for at in (self.session.wake_at(), self.meter.wake_at()) if at is not None]
            wake = min(wakes, default=limit_s)
            if self._due and self._due[0][0] <= wake:
                self.now, _, act = heapq.heappop(self._due)
                act()
            else:
                self.now = max(wake, self.now)
                self._of_reader(self.session.tick(self.now))
                self._of_meter(self.meter.tick(self.now))
        while self._due:  # what is still on the wire, the break for one
            self.now, _, act = heapq.heappop(self._due)
            act()
        return self.events

    def _of_reader(self, done: list[Action | Event]) -> None:
        end = self.now
        for each in done:
            if isinstance(each, Write):
                end = self._send(each, end, self._hear_meter, reader_writes=True)
            elif isinstance(each, SwitchBaud):
                self._at(end, lambda baud=each.baud: setattr(self, "_reader_baud", baud))
                self._next_reader_baud = each.baud
            elif type(each).__name__ == "Close":
                self.closed = each.reason  # type: ignore[union-attr]  # it is a Close
            elif type(each).__name__ != "Expect":
                self.events.append(each)  # type: ignore[arg-type]  # it is an Event

    def _of_meter(self, actions: list[Action]) -> None:
        end = self.now
        for each in actions:
            if isinstance(each, Write):
                end = self._send(each, end, self._hear_reader, reader_writes=False)
            elif isinstance(each, SwitchBaud):
                self._at(end, lambda baud=each.baud: setattr(self, "_meter_baud", baud))
                self._next_meter_baud = each.baud

    _next_reader_baud = 0
    _next_meter_baud = 0

    def _send(self, write: Write, begin: float, to: Any, *, reader_writes: bool) -> float:
        """Put the bytes on the wire; each chunk arrives when its last byte has."""
        baud = (
            (self._next_reader_baud or 300) if reader_writes else (self._next_meter_baud or self.meter.baud)
        )
        at = begin + write.after_s
        for chunk in self.line.carry(write.data):
            at += len(chunk) * 10 / baud
            self._at(at, lambda chunk=chunk: to(chunk, baud))
        if reader_writes:
            for chunk in PlainLine.carry(self.line, self.line.echo(write.data)):
                self._at(at, lambda chunk=chunk: self._hear_reader(chunk, baud))
        return at

    def _hear_meter(self, data: bytes, baud: int) -> None:
        self._of_meter(self.meter.receive(data, baud=baud, now=self.now))

    def _hear_reader(self, data: bytes, baud: int) -> None:
        if baud == self._reader_baud and data:
            self._of_reader(self.session.receive(data, self.now))

    def _at(self, when: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._due, (when, next(self._order), act))


@pytest.fixture(scope="session")
def kit() -> type:
    """The named pieces above, for tests that are not a package."""

    class Kit:
        lines = LINES
        PaperMeter = PaperMeter
        PlainLine = PlainLine
        OneByteAtATimeLine = OneByteAtATimeLine
        EchoLine = EchoLine
        LossyLine = LossyLine
        GarblingLine = GarblingLine
        EchoingGarblingLine = EchoingGarblingLine
        Conversation = Conversation

    return Kit
