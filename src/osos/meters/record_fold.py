"""How are thousands of equal lines turned into numbers at once?

Every plain line of a load profile is as wide as the one before it. A template (the first line) tells where
digits and where separators stand; the text minus the template holds digit values, separators zero.
Neighbouring bytes are folded into pairs, eight characters around each decimal point into one number, 4 096
lines at a time so that everything stays in the cache. A line that departs from the template in any byte is
named, never guessed.
"""

import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osos.meters.record_lines import Record, read_lines

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint64]
Integers = NDArray[np.int64]

LINES_AT_ONCE = 4096  # × 60 bytes: two such buffers and their words fit into a second-level cache
_GROUP = 64  # lines that a template is repeated for
_PAD = 8  # a word may reach past the end of the last line

_PLAIN = re.compile(rb"(?:P\.\d\d)?\(\d\d-\d\d-\d\d,\d\d:\d\d\)\(\d+(?:\.\d+)?(?:,\d+(?:\.\d+)?)*\)\r?\n")
_NUMBER = re.compile(rb"(\d+)(?:\.(\d+))?")
_LANES = np.uint64(0x00FF00FF00FF00FF)  # every second pair
_HALVES = np.uint64(0x0000FFFF0000FFFF)
_LOW = np.uint64(0xFFFFFFFF)
_16, _32, _HUNDRED = np.uint64(16), np.uint64(32), np.uint64(100)
_NONE = np.empty(0, np.int64)


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
    def mask(self) -> int:
        """Of the four pairs around the point, those that hold nothing but this number."""
        first = 0 if self.whole <= 2 else 0xFF
        last = 0 if self.fraction == 1 else 0xFF << 48
        return first | 0xFF << 16 | 0xFF << 32 | last


@dataclass(frozen=True)
class Template:
    """One plain line, taken apart; `line` includes its line end."""

    line: bytes
    record: Record

    @classmethod
    def of(cls, line: bytes) -> "Template | None":
        """None: not a plain line, or one whose time is none."""
        if not _PLAIN.fullmatch(line):
            return None
        first = next(read_lines(line), None)
        return cls(line, first) if isinstance(first, Record) else None

    @property
    def width(self) -> int:
        return len(self.line)

    @cached_property
    def stamp(self) -> int:
        """Where the year begins."""
        return self.line.index(b"(") + 1

    @cached_property
    def places(self) -> tuple[Place, ...]:
        begin = self.stamp + len("yy-mm-dd,hh:mm)(")
        found = _NUMBER.finditer(self.line, begin)
        return tuple(Place(one.start(), len(one[1]), len(one[2] or b"")) for one in found)

    @cached_property
    def digits(self) -> NDArray[np.bool_]:
        """Which bytes of a line are digits that may change; those of a prefix P.01 may not."""
        line = np.frombuffer(self.line, np.uint8)
        changing = (line >= ord("0")) & (line <= ord("9"))
        changing[: self.stamp] = False
        return changing


@dataclass(frozen=True, slots=True)
class Folded:
    """What the lines of one template came to; rows in `odd` hold nothing that counts."""

    labels: Integers
    values: Integers  # (columns, lines)
    odd: Integers


def fold(text: Bytes, template: Template) -> Folded:
    """All lines of a text that is a whole number of lines of the template's width."""
    count = len(text) // template.width
    return _Fold(template, min(count, LINES_AT_ONCE)).run(text, count)


class _Fold:
    """The buffers of one template; each is used for every batch of lines again."""

    def __init__(self, template: Template, lines: int) -> None:
        self.template, self.lines = template, lines
        width = template.width
        line = np.frombuffer(template.line, np.uint8)
        self.base = np.tile(np.where(template.digits, np.uint8(ord("0")), line), _GROUP)
        self.values = np.zeros(lines * width + _PAD, np.uint8)  # digit values, separators zero
        self.pairs = np.zeros(lines * width + _PAD, np.uint8)  # pairs[j] = 10 × values[j] + values[j + 1]
        self.folding = [(k, place) for k, place in enumerate(template.places) if place.folds(width)]
        self.slow = [(k, place) for k, place in enumerate(template.places) if not place.folds(width)]
        limit = np.where(template.digits, np.uint8(9), np.uint8(0))
        low = limit.copy()
        for _, place in self.folding:
            low[place.start : max(place.start, place.point - 4)] = 0
        # Until a line shows otherwise, digits more than four places before a point are taken for zeros.
        self.front = False
        self.low, self.limit = np.tile(low, _GROUP), np.tile(limit, _GROUP)
        self.words = np.empty((len(self.folding), lines), np.uint64)
        self.high = np.empty_like(self.words)
        masks = np.array([[place.mask] for _, place in self.folding], np.uint64).reshape(-1, 1)
        self.lanes = _LANES & masks
        self.tens = np.array([[10**place.fraction] for _, place in self.folding], np.uint64).reshape(-1, 1)

    def run(self, text: Bytes, count: int) -> Folded:
        width, stamp = self.template.width, self.template.stamp
        dates = np.empty(count, np.uint64)
        hours, minutes = np.empty(count, np.uint8), np.empty(count, np.uint8)
        values = np.empty((len(self.template.places), count), np.int64)
        odd: list[Integers] = []
        for start in range(0, count, self.lines):
            end = min(start + self.lines, count)
            odd.append(self._compare(text[start * width : end * width]) + start)
            dates[start:end] = self._words(self.values, stamp, end - start)
            hours[start:end] = self._column(self.pairs, stamp + 9, end - start)
            minutes[start:end] = self._column(self.pairs, stamp + 12, end - start)
            self._numbers(values[:, start:end])
        labels, no_time = _labels(dates, hours, minutes)
        every = np.concatenate([*odd, no_time])
        return Folded(labels, values, np.unique(every) if len(every) else every)

    def _compare(self, text: Bytes) -> Integers:
        """Text minus template into `values` and `pairs`; the lines that depart from it."""
        size = len(text)
        values, pairs = self.values[:size], self.pairs[:size]
        _against(np.subtract, text, self.base, values)
        self.values[size:] = 0
        wrong = pairs.view(np.bool_)  # not needed as pairs yet
        rows = _NONE
        if not self.front:
            _against(np.greater, values, self.low, wrong)
            self.front = bool(wrong.any())
        if self.front:
            _against(np.greater, values, self.limit, wrong)
            if wrong.any():
                rows = np.flatnonzero(wrong.reshape(-1, self.template.width).any(axis=1))
        np.multiply(values, np.uint8(10), out=pairs)
        pairs += self.values[1 : size + 1]
        return rows

    def _column(self, of: Bytes, offset: int, lines: int) -> Bytes:
        return of[: lines * self.template.width].reshape(lines, -1)[:, offset]

    def _words(self, of: Bytes, offset: int, lines: int) -> Words:
        """Eight bytes from `offset` of each line on as one word a line, the first byte lowest."""
        return np.ndarray((lines,), "<u8", of.data, offset, (self.template.width,))

    def _numbers(self, out: Integers) -> None:
        lines = out.shape[1]
        words, high = self.words[:, :lines], self.high[:, :lines]
        for row, (_, place) in enumerate(self.folding):
            # Four digits, the point, three digits: pairs of them, foreign ones masked away.
            words[row] = self._words(self.pairs, place.point - 4, lines)
        words &= self.lanes
        np.right_shift(words, _16, out=high)
        words *= _HUNDRED
        words += high
        words &= _HALVES  # low half: four digits before the point; high half: three after it
        np.right_shift(words, _32, out=high)
        words &= _LOW
        words *= self.tens
        for row, (column, place) in enumerate(self.folding):
            if place.fraction < 3:
                high[row] //= np.uint64(10 ** (3 - place.fraction))
            np.add(words[row], high[row], out=out[column].view(np.uint64))
            if self.front:
                self._add_front(place, out[column])
        for column, place in self.slow:
            self._digit_by_digit(place, out[column])

    def _add_front(self, place: Place, out: Integers) -> None:
        """Add the digits more than four places before the point."""
        at, power = place.point - 4, 10 ** (place.fraction + 4)
        while at > place.start:
            step = min(2, at - place.start)
            at -= step
            front = self._column(self.pairs if step == 2 else self.values, at, len(out))
            out += np.multiply(front, power, dtype=np.int64)
            power *= 10**step

    def _digit_by_digit(self, place: Place, out: Integers) -> None:
        out[:] = 0
        after = place.point + 1
        for at in (*range(place.start, place.point), *range(after, after + place.fraction)):
            out *= 10
            out += self._column(self.values, at, len(out))


def _against(operation: np.ufunc, text: Bytes, group: Bytes, out: NDArray[Any]) -> None:
    """The operation on all lines and a group of template lines, which stays in the first-level cache."""
    whole = len(text) // len(group) * len(group)
    operation(text[:whole].reshape(-1, len(group)), group, out=out[:whole].reshape(-1, len(group)))
    operation(text[whole:], group[: len(text) - whole], out=out[whole:])


def _labels(dates: Words, hours: Bytes, minutes: Bytes) -> tuple[Integers, Integers]:
    """Minutes since 2000 of each line, and the lines whose stamp is no time.

    A date is the word of its eight digit values `yy.mm.dd`; it is worked out once where it changes.
    """
    news = np.concatenate(([0], np.flatnonzero(dates[1:] != dates[:-1]) + 1))
    digit = dates[news].astype("<u8").view(np.uint8).reshape(-1, 8).astype(np.int64)
    year, month, day = (digit[:, k] * 10 + digit[:, k + 1] for k in (0, 3, 6))
    is_date = (year <= 99) & (month >= 1) & (month <= 12)
    months = np.where(is_date, year * 12 + month - 1, 0)
    is_date &= (day >= 1) & (day <= _month_days()[months + 1] - _month_days()[months])
    midnights = (_month_days()[months] + day - 1) * 1440
    lengths = np.diff(news, append=len(dates))
    labels = np.multiply(hours, 60, dtype=np.int64)
    labels += minutes
    labels += np.repeat(midnights, lengths)
    if is_date.all() and hours.max() <= 23 and minutes.max() <= 59:
        return labels, _NONE
    return labels, np.flatnonzero(~np.repeat(is_date, lengths) | (hours > 23) | (minutes > 59))


@cache
def _month_days() -> Integers:
    """Days from 2000-01-01 to the first of each month until 2100."""
    months = np.arange("2000-01", "2100-02", dtype="datetime64[M]")
    return (months.astype("datetime64[D]") - np.datetime64("2000-01-01")).astype(np.int64)
