"""What can be wrong with the TCP connection between a modem and the centre?

A link is asked about each message (outwards) or each received block (inwards) and answers with what becomes
of it. TCP itself neither flips nor loses: these are the modules, proxies and carriers on the way that do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes to hand on, so many seconds from now; pieces keep their order."""

    data: bytes
    after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection ends here, without a farewell."""


class Link:
    """A good link; `carry` is what bad ones replace. `rate`: how often one spoils something."""

    def __init__(self, chance: Random | None = None, *, rate: float = 0.05) -> None:
        self.chance = chance if chance is not None else Random(0)
        self.rate = rate
        self.spoilt = 0

    def carry(self, data: bytes) -> Iterator[Piece | Cut]:
        yield Piece(data)

    def _strikes(self) -> bool:
        struck = self.chance.random() < self.rate
        self.spoilt += struck
        return struck


class DribblingLink(Link):
    """Messages come in small pieces that respect no boundary (F27)."""

    largest = 50

    def carry(self, data: bytes) -> Iterator[Piece | Cut]:
        offset = 0
        while offset < len(data):
            size = self.chance.choice((1, 2, 3, 7, self.largest))
            yield Piece(data[offset : offset + size], self.chance.uniform(0, 0.002))
            offset += size


class DelayingLink(Link):
    """A slow mobile network: each message up to half a second late."""

    longest_delay_s = 0.5

    def carry(self, data: bytes) -> Iterator[Piece | Cut]:
        yield Piece(data, self.chance.uniform(0, self.longest_delay_s))


class CuttingLink(Link):
    """Breaks off in the middle of a message."""

    def carry(self, data: bytes) -> Iterator[Piece | Cut]:
        if not self._strikes():
            yield Piece(data)
            return
        yield Piece(data[: self.chance.randrange(len(data) + 1)])
        yield Cut()


class CorruptingLink(Link):
    """Flips one bit of a message."""

    def carry(self, data: bytes) -> Iterator[Piece | Cut]:
        if data and self._strikes():
            place, bit = self.chance.randrange(len(data)), 1 << self.chance.randrange(8)
            data = data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :]
        yield Piece(data)


class LosingLink(Link):
    """Swallows a whole message, as a module's full buffer does."""

    def carry(self, data: bytes) -> Iterator[Piece | Cut]:
        if not self._strikes():
            yield Piece(data)


class DuplicatingLink(Link):
    """Delivers a message twice (F28)."""

    def carry(self, data: bytes) -> Iterator[Piece | Cut]:
        yield Piece(data)
        if self._strikes():
            yield Piece(data)


LINKS: dict[str, type[Link]] = {
    "good": Link,
    "dribble": DribblingLink,
    "delay": DelayingLink,
    "cut": CuttingLink,
    "corrupt": CorruptingLink,
    "lose": LosingLink,
    "duplicate": DuplicatingLink,
}
