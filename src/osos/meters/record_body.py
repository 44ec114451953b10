"""Where in a block do the record lines stand, and what does the first record hold?"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from osos.meters.record_lines import Record, label_of_stamp, read_lines
from osos.meters.record_template import Bytes, Template

TAIL = 64  # bytes that may stand between the last record and the end


@dataclass(frozen=True, slots=True)
class Body:
    """The record lines of a block: without header and closing `!`."""

    block: bytes
    start: int
    end: int

    @classmethod
    def of(cls, block: bytes, start: int, end: int) -> "Body":
        tail = block[max(start, end - TAIL) : end]
        bare = tail.rstrip(b"\r\n \t\x00")
        if bare.endswith(b"!"):  # M-108: a closing `!` is tolerated
            end -= len(tail) - len(bare) + 1
        return cls(block, start, end)

    @property
    def text(self) -> Bytes:
        return np.frombuffer(self.block, np.uint8)[self.start : self.end]

    def line(self, start: int, end: int) -> bytes:
        return self.block[self.start + start : self.start + end]

    def line_end(self, start: int) -> int:
        found = self.block.find(b"\n", self.start + start, self.end)
        return (found + 1 if found >= 0 else self.end) - self.start

    def lines(self) -> Iterator[tuple[int, int]]:
        start, size = 0, self.end - self.start
        while start < size:
            end = self.line_end(start)
            yield start, end
            start = end

    def number(self, offset: int) -> int:
        """Which line of the block this offset lies in, from 1."""
        return self.block.count(b"\n", 0, offset) + 1


@dataclass(frozen=True, slots=True)
class First:
    """What the first record holds, all others must hold."""

    offset: int
    decimals: tuple[int, ...]
    digits: tuple[int, ...]
    units: tuple[str, ...]
    profile: str | None


def first_record(body: Body, columns: int | None) -> First | None:
    """The first record with so many columns."""
    for start, end in body.lines():
        line, offset = body.line(start, end), body.start + start
        template = Template.of(line)
        if template and label_of_stamp(line[template.stamp :]) is not None:
            plain = First(
                offset, template.decimals, template.digits, ("",) * len(template.places), template.profile
            )
            if columns in (None, len(plain.decimals)):
                return plain
            continue
        for found in read_lines(line, offset):
            if isinstance(found, Record) and columns in (None, len(found.values)):
                return First(found.offset, found.decimals, found.digits, found.units, found.profile)
    return None
