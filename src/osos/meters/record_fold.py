"""How are thousands of equal lines turned into numbers at once?

Every plain line of a load profile is as wide as the one before it. A template (one line, its digits replaced
by zeros) tells where digits and where separators stand. The highest and the lowest byte of each place, over
all lines, prove that they hold to it; a line that does not is named, never guessed. Then the eight characters
around each decimal point are taken as one word a line, and folded: digits to pairs, pairs to fours, fours to
the number.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from osos.meters.record_template import Bytes, Integers, Place, Template, Words

LINES_AT_ONCE = 8192  # their words fit into a second-level cache
_GROUP = 256  # lines looked at side by side: one long row costs a tenth of many short ones

# A digit is the low half of its character. Multiplying by 1 + 10·2^8 adds ten times each byte to the next,
# by 1 + 100·2^16 a hundred times each 16-bit lane to the next lane.
_BYTES_TO_PAIRS, _PAIRS = np.uint64(1 + (10 << 8)), np.uint64(0x00FF00FF00FF00FF)
_PAIRS_TO_FOURS, _FOURS = np.uint64(1 + (100 << 16)), np.uint64(0x0000FFFF0000FFFF)
_LOW = np.uint64(0xFFFFFFFF)
_8, _16, _32 = np.uint64(8), np.uint64(16), np.uint64(32)
_NONE = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Folded:
    """What the lines of one template came to; rows in `odd` hold nothing that counts."""

    labels: Integers
    values: Integers  # (columns, lines)
    odd: Integers


def fold(text: Bytes, template: Template) -> Folded:
    """All lines of a text that is a whole number of lines of the template's width."""
    lines = text.reshape(-1, template.width)
    count = len(lines)
    highest = _extreme(np.maximum, text, template.width)
    lowest = _extreme(np.minimum, text, template.width)
    odd = [_NONE]
    if (highest > template.highest).any() or (lowest < template.lowest).any():
        odd.append(np.flatnonzero(((lines > template.highest) | (lines < template.lowest)).any(axis=1)))
    minutes, values = np.empty(count, np.int64), np.empty((len(template.places), count), np.int64)
    odd += _fold_words(lines, template, minutes, values)
    for column, place in enumerate(template.places):
        if column not in template.folding:
            _digit_by_digit(lines, place, values[column])
            continue
        for at in place.front:
            if highest[at] > ord("0"):
                power = 10 ** (place.fraction + place.point - at - 1)
                values[column] += np.multiply(lines[:, at] & 0x0F, power, dtype=np.int64)
    odd.append(_add_dates(_words(lines, template.stamp), minutes))
    every = np.concatenate(odd)
    return Folded(minutes, values, np.unique(every) if len(every) else every)


def _fold_words(lines: Bytes, template: Template, minutes: Integers, values: Integers) -> Iterator[Integers]:
    """Batch by batch; yields the lines whose clock shows no time of day."""
    words = np.empty((len(template.layout), min(len(lines), LINES_AT_ONCE)), np.uint64)
    for start in range(0, len(lines), LINES_AT_ONCE):
        end = min(start + LINES_AT_ONCE, len(lines))
        some = words[:, : end - start]
        yield _fold(lines[start:end], template, some, minutes[start:end], values[:, start:end]) + start


def _extreme(which: np.ufunc, text: Bytes, width: int) -> Bytes:
    """The highest or lowest byte of each place of the lines."""
    size = _GROUP * width
    whole = len(text) // size * size
    rows = [which.reduce(text[whole:].reshape(-1, width), axis=0)] if whole < len(text) else []
    if whole:
        side_by_side = which.reduce(text[:whole].reshape(-1, size), axis=0)
        rows.append(which.reduce(side_by_side.reshape(-1, width), axis=0))
    extreme: Bytes = which.reduce(rows)
    return extreme


def _words(lines: Bytes, offset: int) -> Words:
    """Eight bytes from `offset` of each line on as one word a line, the first byte lowest."""
    return np.ndarray((len(lines),), "<u8", lines.data, offset, (lines.shape[1],))


def _fold(lines: Bytes, template: Template, words: Words, minutes: Integers, values: Integers) -> Integers:
    """Minutes of the day and all numbers; the lines whose clock shows no time of day."""
    for row, word in enumerate(template.layout):
        words[row] = _words(lines, word.offset)
    words &= template.masks
    words *= _BYTES_TO_PAIRS
    words >>= _8
    words &= _PAIRS
    words *= _PAIRS_TO_FOURS
    words >>= _16
    words &= _FOURS  # low half: the four digits before the point; high half: it and those behind
    bad = _no_time(words[0])
    words *= template.factors  # the high half becomes abcd × factor + efgh
    targets = (minutes, *(values[column] for column in template.folding))
    for row, (word, target) in enumerate(zip(template.layout, targets, strict=True)):
        np.right_shift(words[row], _32, out=target.view(np.uint64))
        if word.divisor > 1:
            np.floor_divide(target, word.divisor, out=target)
    return bad


def _digit_by_digit(lines: Bytes, place: Place, out: Integers) -> None:
    """A number that is no word: without a point, with many decimals, or at the very edge of its line."""
    out[:] = 0
    after = place.point + 1
    for at in (*range(place.start, place.point), *range(after, after + place.fraction)):
        out *= 10
        out += lines[:, at] & 0x0F


def _no_time(clocks: Words) -> Integers:
    """Lines with more than 23 hours (the low half, × 10) or 59 minutes (the high half, × 100)."""
    hours, minutes = clocks & _LOW, clocks >> _32
    if hours.max() <= 230 and minutes.max() <= 5900:
        return _NONE
    return np.flatnonzero((hours > 230) | (minutes > 5900))


def _add_dates(dates: Words, minutes: Integers) -> Integers:
    """Make minutes of the day minutes since 2000; the lines whose date is none.

    A date is the word of its eight characters `yy-mm-dd`; it is worked out once where it changes.
    """
    news = np.concatenate(([0], np.flatnonzero(dates[1:] != dates[:-1]) + 1))
    digit = dates[news].astype("<u8").view(np.uint8).reshape(-1, 8).astype(np.int64) - ord("0")
    year, month, day = (digit[:, k] * 10 + digit[:, k + 1] for k in (0, 3, 6))
    is_date = (year >= 0) & (year <= 99) & (month >= 1) & (month <= 12)
    months = np.where(is_date, year * 12 + month - 1, 0)
    is_date &= (day >= 1) & (day <= _month_days()[months + 1] - _month_days()[months])
    lengths = np.diff(news, append=len(dates))
    minutes += np.repeat((_month_days()[months] + day - 1) * 1440, lengths)
    return _NONE if is_date.all() else np.flatnonzero(~np.repeat(is_date, lengths))


@cache
def _month_days() -> Integers:
    """Days from 2000-01-01 to the first of each month until 2100."""
    months = np.arange("2000-01", "2100-02", dtype="datetime64[M]")
    return (months.astype("datetime64[D]") - np.datetime64("2000-01-01")).astype(np.int64)
