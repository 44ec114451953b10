"""How are the bytes of a message shown, the record's own marked?"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from osos.mdm.explain.bytes_of import Messages
from osos.mdm.explain.chain import Source

A_LINE = 16
AROUND = 3  # lines before and after the record


@dataclass(frozen=True, slots=True)
class Byte:
    """Two digits, the letter it would be, and whether it belongs to the record."""

    digits: str
    letter: str
    own: bool


@dataclass(frozen=True, slots=True)
class Line:
    """Sixteen bytes from an offset on."""

    offset: int
    bytes: tuple[Byte, ...]


def hex_lines(messages: Messages, source: Source) -> list[Line]:
    """The lines that hold the record and some around it; without a place of its own, the first lines."""
    raw = messages.bytes_of(replace(source, offset=None, length=None))
    first, length = source.offset or 0, source.length or 0
    begin = max(0, first // A_LINE - AROUND) * A_LINE
    end = min(len(raw), ((first + max(length, 1) - 1) // A_LINE + AROUND + 1) * A_LINE)
    return list(_lines(raw, begin, end, range(first, first + length)))


def _lines(raw: bytes, begin: int, end: int, own: range) -> Iterator[Line]:
    for offset in range(begin, end, A_LINE):
        part = raw[offset : min(offset + A_LINE, end)]
        yield Line(offset, tuple(_byte(value, offset + n in own) for n, value in enumerate(part)))


def _byte(value: int, own: bool) -> Byte:  # a mark, not a mode
    seven = value & 0x7F  # the eighth bit is parity on this line
    return Byte(f"{value:02x}", chr(seven) if 32 <= seven < 127 else "·", own)
