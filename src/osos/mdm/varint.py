"""How is one whole number written in as few bytes as it needs?"""

from collections.abc import Iterable


class BlockDamaged(ValueError):
    """A stored block does not decode to what was stored: the disk or we are at fault, never the meter."""


def zigzag(number: int) -> int:
    return number * 2 if number >= 0 else -number * 2 - 1


def unzigzag(coded: int) -> int:
    return coded >> 1 if coded % 2 == 0 else -(coded >> 1) - 1


def put(numbers: Iterable[int]) -> bytes:
    """Non-negative numbers, seven bits a byte, lowest first; the top bit says that more follows."""
    out = bytearray()
    for number in numbers:
        rest = number
        while rest > 0x7F:
            out.append(rest & 0x7F | 0x80)
            rest >>= 7
        out.append(rest)
    return bytes(out)


class Cursor:
    """Reads a payload from its start; whatever is not there is `BlockDamaged`."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def number(self) -> int:
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
            if shift > 63:
                raise BlockDamaged("a number of more than 63 bits in a block")

    def take(self, count: int) -> bytes:
        part = self.data[self.at : self.at + count]
        if len(part) < count:
            raise BlockDamaged(f"a block ends {count - len(part)} bytes early, at {len(self.data)}")
        self.at += count
        return part

    def rest(self) -> bytes:
        return self.take(len(self.data) - self.at)
