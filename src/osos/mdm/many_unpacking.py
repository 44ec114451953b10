"""How are thousands of blocks as said unpacked at once?

Block by block NumPy spends its time on starting operations over 96 numbers. Here whole-grid blocks of one
layout are laid side by side and every step runs over all of them; what is packed otherwise goes the usual
way. The result is the same to the bit, and each block's hash is checked (see `osos.mdm.block_packing`).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from osos.mdm import packing
from osos.mdm.block import Layout, SaidBlock
from osos.mdm.foretelling import _MOST, SHARE_BITS, _pairs
from osos.mdm.label_packing import WHOLE_GRID
from osos.mdm.labels import DAY_MIN, HOUR_MIN, PERIODS_MIN, Ints, grid_of_day
from osos.mdm.varint import BlockDamaged

AnyRow = Any  # SQLAlchemy's Row, whatever its columns
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
_HOW_BITS, _SHUFFLED = 4, 3  # how a block is packed: which of the segments, or above 3 the width of a number
_LONGEST = 9  # bytes of a number below 2⁶³; a longer one is damage, and the usual way says so
_TURNED = np.packbits(np.unpackbits(np.arange(256, dtype=np.uint8)), bitorder="little")  # first bit lowest


@dataclass(frozen=True, slots=True, eq=False)
class BlocksOfLayout:
    """Whole days of one layout and one period: (blocks, slots, columns), in the register's own last digit."""

    layout: Layout
    period_min: int
    keys: tuple[tuple[int, int], ...]  # (meter, day)
    labels: Ints  # (blocks, slots)
    values: Ints

    def block(self, place: int) -> SaidBlock:
        """One of them by itself."""
        return SaidBlock(self.keys[place][1], self.layout, self.labels[place], self.values[place])


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """Of blocks of one layout, what stands before their numbers, and where in all their bytes these lie."""

    rows: Sequence[AnyRow]
    firsts: Ints  # (blocks, columns)
    shares: Ints  # (blocks, pairs)
    forms: Ints  # (blocks, columns)
    told: Ints  # (blocks, columns): the least or the median, 0 for steps
    whole: Bytes
    starts: Ints
    ends: Ints

    def some(self, which: Flags) -> "_Parts":
        places = np.flatnonzero(which)
        return _Parts(
            [self.rows[place] for place in places.tolist()],
            self.firsts[places],
            self.shares[places],
            self.forms[places],
            self.told[places],
            self.whole,
            self.starts[places],
            self.ends[places],
        )


def many_unpacked(rows: Sequence[AnyRow], layout: Layout) -> tuple[list[BlocksOfLayout], list[AnyRow]]:
    """Whole grids, by their period and how they are packed; and the rows that must go the usual way."""
    told = [row for row in rows if row.payload] if layout.codes else []
    if not told:
        return [], list(rows)
    payloads = [row.payload for row in told]
    whole = np.frombuffer(b"".join(payloads), dtype=np.uint8)
    ends = np.cumsum([len(payload) for payload in payloads])
    first_bytes = whole[np.concatenate(([0], ends[:-1]))]
    parts, hows, sure = _heads(told, whole, ends, layout)
    sure &= (first_bytes >> 2 == WHOLE_GRID) & (first_bytes & 3 < len(PERIODS_MIN))
    kinds = np.where(sure, (first_bytes & 3).astype(np.int64) << _HOW_BITS | hows, -1)
    found = [
        _unpacked(layout, PERIODS_MIN[kind >> _HOW_BITS], kind % (1 << _HOW_BITS), parts.some(kinds == kind))
        for kind in np.unique(kinds[sure]).tolist()
    ]
    if sure.all() and len(told) == len(rows):
        return found, []
    taken = {id(row) for row, is_sure in zip(told, sure.tolist(), strict=True) if is_sure}
    return found, [row for row in rows if id(row) not in taken]


def _heads(rows: Sequence[AnyRow], whole: Bytes, ends: Ints, layout: Layout) -> tuple[_Parts, Ints, Flags]:
    """What stands before the numbers of each, how these are packed, and whether it could be read."""
    columns, pairs = len(layout.codes), len(_pairs(layout))
    numbers = _Numbers(whole, ends)
    at = np.concatenate(([0], ends[:-1])) + 1
    head, sure, at = numbers.read(at, np.full(at.size, columns + pairs + 2), columns + pairs + 2)
    packed_as, how = head[:, -2], head[:, -1]
    forms = (how[:, None] >> 2 * np.arange(1, columns + 1)) & 3
    tells = forms != packing.STEPS
    leasts, has_leasts, behind = numbers.read(at, tells.sum(axis=1), columns)
    order = np.maximum(np.cumsum(tells, axis=1) - 1, 0)
    is_rice = (packed_as == packing.RICE) & has_leasts & (forms <= packing.STEPS).all(axis=1)
    is_rice &= how & 3 < len(packing.SEGMENTS)
    is_zstd = (packed_as == packing.ZSTD) & (how >= 1) & (how <= 8)  # the bytes of its widest number
    parts = _Parts(
        rows,
        _unzigzagged(head[:, :columns]),
        _unzigzagged(head[:, columns : columns + pairs]),
        forms,
        np.where(tells, np.take_along_axis(_unzigzagged(leasts), order, axis=1), 0),
        whole,
        np.where(is_zstd, at, behind),
        ends,
    )
    return parts, np.where(is_zstd, _SHUFFLED + how, how & 3), sure & (is_rice | is_zstd)


class _Numbers:
    """Numbers of seven bits a byte, of many blocks that lie one behind the other."""

    def __init__(self, whole: Bytes, ends: Ints) -> None:
        self._whole, self._ends = whole, ends
        self._stops = np.concatenate((np.flatnonzero(whole < 0x80), [whole.size]))  # the last is none

    def read(self, at: Ints, counts: Ints, most: int) -> tuple[Ints, Flags, Ints]:
        """(blocks, most) from there on, so many of each; whether its bytes hold them, and where they end."""
        places = np.searchsorted(self._stops, at)[:, None] + np.arange(most)
        stops = self._stops[np.minimum(places, self._stops.size - 1)]
        begins = np.concatenate((at[:, None], stops[:, :-1] + 1), axis=1)
        sizes = stops - begins + 1
        due = np.arange(most) < counts[:, None]
        sound = (stops < self._ends[:, None]) & (sizes <= _LONGEST)
        sizes = np.where(due & sound, sizes, 0)
        values = np.zeros(sizes.shape, dtype=np.int64)
        for nth in range(int(sizes.max(initial=0))):
            has = sizes > nth
            values[has] |= (self._whole[(begins + nth)[has]] & 0x7F).astype(np.int64) << 7 * nth
        last = np.take_along_axis(stops, np.maximum(counts - 1, 0)[:, None], axis=1)[:, 0]
        return values, (sound | ~due).all(axis=1), np.where(counts > 0, last + 1, at)


def _unzigzagged(coded: Ints) -> Ints:
    half = coded >> 1
    return np.where(coded & 1, -half - 1, half)


def _unpacked(layout: Layout, period: int, how: int, found: _Parts) -> BlocksOfLayout:
    blocks, columns = len(found.rows), len(layout.codes)
    slots = grid_of_day(0, period).size
    if how > _SHUFFLED:
        rest = _shuffled(found, columns, slots - 1, how - _SHUFFLED)
    else:
        rest = _formed(_rice(found, columns, slots - 1, packing.SEGMENTS[how]), found.forms, found.told)
    for place, (reactive, active) in enumerate(_pairs(layout)):
        shares = found.shares[:, place, None]
        rest[:, reactive] += (np.clip(rest[:, active], -_MOST, _MOST) * shares) >> SHARE_BITS
    values = np.empty((blocks, slots, columns), dtype=np.int64)
    values[:, 0], values[:, 1:] = found.firsts, rest.transpose(0, 2, 1)
    for column in range(columns):
        if layout.is_register(column):
            np.cumsum(values[:, :, column], axis=1, out=values[:, :, column])
    for power, energy in layout.energy_columns().items():
        values[:, 1:, power] += np.diff(values[:, :, energy], axis=1) * HOUR_MIN // period
    labels = np.array([row.day for row in found.rows])[:, None] * DAY_MIN + grid_of_day(0, period)
    _check(layout, labels, values, found.rows)
    keys = tuple((row.meter_id, row.day) for row in found.rows)
    return BlocksOfLayout(layout, period, keys, labels, values)


def _rice(found: _Parts, rows: int, count: int, segment: int) -> Ints:
    """(blocks, rows, count): Rice codes of all blocks read in step."""
    blocks, segments = len(found.rows), -(-count // segment)
    nibble_bytes = -(-rows * segments // 2)
    whole, starts, ends = found.whole, found.starts, found.ends
    if (ends - starts < nibble_bytes).any():
        raise BlockDamaged("a block ends within its widths")
    pairs = whole[starts[:, None] + np.arange(nibble_bytes)]
    nibbles = np.stack((pairs & 15, pairs >> 4), axis=2).reshape(blocks, -1)[:, : rows * segments]
    widths = np.repeat(packing.WIDTHS[nibbles].reshape(blocks, rows, segments), segment, axis=2)
    widths = widths[:, :, :count].reshape(blocks, rows * count)
    low_bits = widths.sum(axis=1)
    low_starts = starts + nibble_bytes
    unary_starts = low_starts + -(-low_bits // 8)
    if (unary_starts > ends).any():
        raise BlockDamaged("a block ends within its low bits")
    low = _low(whole, low_starts * 8, widths)
    high = _high(whole, unary_starts, ends - unary_starts, rows * count)
    coded: Ints = ((high << widths) + low).reshape(blocks, rows, count)
    return coded


def _low(whole: Bytes, starts: Ints, widths: Ints) -> Ints:
    """The low bits of each number, the lowest first: a word of 64 bits from its byte on holds them all."""
    at = np.cumsum(widths, axis=1) - widths + starts[:, None]
    low: Ints = (_words(whole)[at >> 3] >> (at & 7)) & ((1 << widths) - 1)
    return low


def _words(whole: Bytes) -> Ints:
    """From each byte on, eight of them as one number, their bits turned."""
    size = whole.size // 8 + 1
    turned = np.zeros(8 * (size + 1), dtype=np.uint8)
    turned[: whole.size] = _TURNED[whole]
    words = np.empty(8 * size, dtype=np.int64)
    for first in range(8):
        words[first::8] = turned[first : first + 8 * size].view("<i8")
    return words


def _high(whole: Bytes, starts: Ints, sizes: Ints, count: int) -> Ints:
    """How many zeros stand before each one, in the bytes of each block that hold them."""
    ends = np.cumsum(sizes)
    begins = ends - sizes
    unary = whole[np.repeat(starts - begins, sizes) + np.arange(sizes.sum())]
    ones = np.flatnonzero(np.unpackbits(unary))
    each = np.searchsorted(ones, ends * 8) - np.searchsorted(ones, begins * 8)
    if (each != count).any():
        raise BlockDamaged(f"{int(each[each != count][0])} numbers in a block of {count}")
    high: Ints = np.diff(ones.reshape(-1, count), axis=1, prepend=(begins * 8 - 1)[:, None]) - 1
    return high


def _shuffled(found: _Parts, rows: int, count: int, width: int) -> Ints:
    """(blocks, rows, count): what zstd pressed of each, its bytes put together again in step."""
    places = zip(found.starts.tolist(), found.ends.tolist(), strict=True)
    size = rows * width * count
    plain = [packing.unpressed(found.whole[start:end].tobytes(), size) for start, end in places]
    split = np.frombuffer(b"".join(plain), dtype=np.uint8)
    return packing.unshuffled(split.reshape(len(plain), rows, width, count))


def _formed(coded: Ints, forms: Ints, told: Ints) -> Ints:
    """Rows back from their forms: less their least, less their median, or as steps."""
    unfolded = np.where(coded & 1, -(coded >> 1) - 1, coded >> 1)
    found = coded + told[:, :, None]
    median, steps = forms == packing.MEDIAN, forms == packing.STEPS
    found[median] = (unfolded + told[:, :, None])[median]
    found[steps] = np.cumsum(unfolded[steps], axis=-1)
    return found


def _check(layout: Layout, labels: Ints, values: Ints, rows: Sequence[AnyRow]) -> None:
    """Each against its hash, which is of the layout, the labels and the values in a row."""
    start = hashlib.blake2b(layout.content(), digest_size=16)
    raw = np.concatenate((labels, values.reshape(labels.shape[0], -1)), axis=1).astype("<i8", copy=False)
    for content, row in zip(raw, rows, strict=True):
        digest = start.copy()
        digest.update(content)
        if digest.digest() != row.content_hash:
            raise BlockDamaged(f"the block of meter {row.meter_id}, day {row.day} is not as it was written")
