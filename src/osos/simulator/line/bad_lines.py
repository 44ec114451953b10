"""What can be wrong with an RS-485 line? Each ailment is a line of its own, repeatable by its seed.

No line spoils a message in more than one place: the block check of mode C is an XOR, and two equal errors
would pass it. That is a limit of the meters' protocol, not one a reader could do anything about.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from random import Random

from osos.simulator.line.line import Line, MeterEnd


class EchoLine(Line):
    """The modem hears its own words before the answer (M-170)."""

    def send(self, data: bytes, *, now: float) -> float:
        done = super().send(data, now=now)
        self._put(data, at=now, baud=self._baud, sender=None, echo=True)
        return done


class DribblingLine(Line):
    """Messages come in crumbs of one to three bytes, with pauses far below a gap of 1.5 s (M-16)."""

    longest_pause_s = 0.02

    def carry(self, data: bytes, at: float) -> Iterator[tuple[float, bytes]]:
        offset = 0
        while offset < len(data):
            size = self.chance.randint(1, 3)
            at += 0.0 if self._instant else self.chance.uniform(0, self.longest_pause_s)
            yield at, data[offset : offset + size]
            offset += size


class DelayingLine(Line):
    """Each message comes up to a second late, still within a reader's patience of 2.5 s."""

    longest_delay_s = 1.0

    def carry(self, data: bytes, at: float) -> Iterator[tuple[float, bytes]]:
        yield at + self.chance.uniform(0, self.longest_delay_s), data


class _SometimesBadLine(Line, ABC):
    """Spoils one message in `1 / rate`."""

    def __init__(
        self,
        meters: Sequence[MeterEnd],
        *,
        chance: Random | None = None,
        instant: bool = False,
        rate: float = 0.05,
    ) -> None:
        super().__init__(meters, chance=chance, instant=instant)
        self.rate = rate
        self.spoilt = 0

    def carry(self, data: bytes, at: float) -> Iterator[tuple[float, bytes]]:
        if data and self.chance.random() < self.rate:
            self.spoilt += 1
            data = self.spoil(data)
        if data:
            yield at, data

    @abstractmethod
    def spoil(self, data: bytes) -> bytes:
        """The message with its one place damaged; empty: lost."""


class LossyLine(_SometimesBadLine):
    """Loses one byte of a message, or now and then the whole of it."""

    def spoil(self, data: bytes) -> bytes:
        if self.chance.random() < 0.25:
            return b""
        place = self.chance.randrange(len(data))
        return data[:place] + data[place + 1 :]


class CorruptingLine(_SometimesBadLine):
    """Flips one bit of a message."""

    def spoil(self, data: bytes) -> bytes:
        place, bit = self.chance.randrange(len(data)), 1 << self.chance.randrange(8)
        return data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :]


LINES: dict[str, type[Line]] = {
    "good": Line,
    "echo": EchoLine,
    "dribble": DribblingLine,
    "delay": DelayingLine,
    "lose": LossyLine,
    "corrupt": CorruptingLine,
}
