"""Which form do the plain lines of a load profile share, and how do its numbers fold?"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint64]
Integers = NDArray[np.int64]

_PLAIN = re.compile(rb"(?:P\.\d\d)?\(\d\d-\d\d-\d\d,\d\d:\d\d\)\(\d+(?:\.\d+)?(?:,\d+(?:\.\d+)?)*\)\r?\n")
_NUMBER = re.compile(rb"(\d+)(?:\.(\d+))?")
_DIGITS_TO_ZERO = bytes(ord("0") if 0x30 <= byte <= 0x39 else byte for byte in range(256))
_DIGITS_MAX, _FRACTION_MAX = 12, 6  # as the slow way reads them


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number stands in its line."""

    start: int
    whole: int  # digits before the point
    fraction: int

    @property
    def point(self) -> int:
        return self.start + self.whole

    def folds(self, width: int) -> bool:
        """Is it one word of eight characters around its point, plus at most four digits in front?"""
        fits = self.point >= 4 and self.point + 4 <= width
        return 1 <= self.fraction <= 3 and self.whole <= 8 and fits

    @property
    def word(self) -> "Word":
        """Four digits, the point, three digits; what is not this number's is masked away."""
        start = self.point - 4
        digits = (
            *range(max(self.start, start), self.point),
            *(self.point + 1 + k for k in range(self.fraction)),
        )
        return Word.of(start, digits, 1000, 10 ** (3 - self.fraction))

    @property
    def front(self) -> range:
        """Where the digits stand that are more than four places before the point."""
        return range(self.start, max(self.start, self.point - 4))


@dataclass(frozen=True, slots=True)
class Word:
    """Eight characters of a line whose digits a … h fold to (abcd × factor + efgh) ÷ divisor."""

    offset: int
    mask: int  # the low half of those characters that count
    factor: int
    divisor: int

    @classmethod
    def of(cls, offset: int, digits: Iterable[int], factor: int, divisor: int) -> "Word":
        mask = sum(0x0F << 8 * (at - offset) for at in digits)  # the first character is the lowest byte
        return cls(offset, mask, factor, divisor)


def _clock(stamp: int) -> Word:
    """`,hh:mm)(` as minutes of the day: 0h h0 mm 00 is 10 × the hours, then 100 × the minutes."""
    return Word.of(stamp + 8, (stamp + 9, stamp + 10, stamp + 12, stamp + 13), 600, 100)


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """What all lines of one form share: where digits may stand, and how they fold."""

    width: int
    stamp: int  # where the year begins
    places: tuple[Place, ...]
    profile: str | None  # the prefix P.01, if lines have one
    lowest: Bytes  # of each place: 0x30 for a digit, separators as they are
    highest: Bytes  # 0x39 for a digit
    layout: tuple[Word, ...]  # the clock's, then those of the numbers that fold
    folding: tuple[int, ...]  # columns of those numbers
    masks: Words
    factors: Words

    @classmethod
    def of(cls, line: bytes) -> "Template | None":
        """None: not a plain line. Lines that differ in nothing but digits share one template."""
        begin = line.find(b"(")
        return (
            _template(line[:begin] + line[begin:].translate(_DIGITS_TO_ZERO), begin) if begin >= 0 else None
        )

    @property
    def decimals(self) -> tuple[int, ...]:
        return tuple(place.fraction for place in self.places)

    @property
    def digits(self) -> tuple[int, ...]:
        return tuple(place.whole for place in self.places)


@lru_cache(256)
def _template(line: bytes, begin: int) -> Template | None:
    """From a line whose digits behind the prefix are zeros."""
    if not _PLAIN.fullmatch(line):
        return None
    stamp = begin + 1
    found = _NUMBER.finditer(line, stamp + len("yy-mm-dd,hh:mm)("))
    places = tuple(Place(one.start(), len(one[1]), len(one[2] or b"")) for one in found)
    if any(place.whole > _DIGITS_MAX or place.fraction > _FRACTION_MAX for place in places):
        return None
    lowest = np.frombuffer(line, np.uint8)
    is_digit = lowest == ord("0")
    is_digit[:stamp] = False  # the digits of a prefix are part of the form
    folding = [(k, place) for k, place in enumerate(places) if place.folds(len(line))]
    layout = (_clock(stamp), *(place.word for _, place in folding))
    return Template(
        width=len(line),
        stamp=stamp,
        places=places,
        profile=line[:begin].decode("ascii") or None,
        lowest=lowest,
        highest=np.where(is_digit, np.uint8(ord("9")), lowest),
        layout=layout,
        folding=tuple(k for k, _ in folding),
        masks=np.array([[word.mask] for word in layout], np.uint64),
        factors=np.array([[1 + (word.factor << 32)] for word in layout], np.uint64),
    )
