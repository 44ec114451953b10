"""How are thousands of blocks as said unpacked at once?

Block by block NumPy spends its time on starting operations over 96 numbers. Here whole-grid blocks of one
layout are laid side by side and every step runs over all of them; what is packed otherwise goes the usual
way. The result is the same to the bit, and each block's hash is checked (see `osos.mdm.block_packing`).
"""

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from osos.mdm import packing
from osos.mdm.block import Layout, SaidBlock
from osos.mdm.foretelling import _MOST, SHARE_BITS, _pairs
from osos.mdm.label_packing import WHOLE_GRID
from osos.mdm.labels import DAY_MIN, HOUR_MIN, PERIODS_MIN, Ints, grid_of_day
from osos.mdm.varint import BlockDamaged

AnyRow = Any  # SQLAlchemy's Row, whatever its columns
Bytes = npt.NDArray[np.uint8]
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


@dataclass(slots=True)
class Gathering:
    """Parts of the payloads of blocks that are unpacked together."""

    keys: list[tuple[int, int]] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=list)
    firsts: list[list[int]] = field(default_factory=list)
    shares: list[list[int]] = field(default_factory=list)
    forms: list[list[int]] = field(default_factory=list)
    told: list[list[int]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)


Together = dict[tuple[Layout, int, int], Gathering]  # layout, minutes of a period, numbers a width


def takes_part(row: AnyRow, layout: Layout, together: Together) -> bool:
    """Whether this is a whole grid in Rice codes; then its parts are laid beside the others'."""
    data, columns, pairs = row.payload, len(layout.codes), len(_pairs(layout))
    if not data or data[0] >> 2 != WHOLE_GRID or data[0] & 3 >= len(PERIODS_MIN) or not columns:
        return False
    head, at = _numbers(data, 1, columns + pairs + 2)
    if len(head) < columns + pairs + 2 or head[-2] != packing.RICE:
        return False
    how = head[-1]
    forms, with_least = _forms(how, columns)
    if how & 3 >= len(packing.SEGMENTS) or max(forms) > packing.STEPS:
        return False
    leasts, at = _numbers(data, at, with_least)
    if max((*head, *leasts)) >= 1 << 63:
        return False  # damage; the usual way says so
    each = iter(leasts)
    key = (layout, PERIODS_MIN[data[0] & 3], packing.SEGMENTS[how & 3])
    found = together.get(key)
    if found is None:
        found = together[key] = Gathering()
    found.keys.append((row.meter_id, row.day))
    found.hashes.append(row.content_hash)
    found.firsts.append(head[:columns])
    found.shares.append(head[columns : columns + pairs])
    found.forms.append(forms)
    found.told.append([0 if form == packing.STEPS else next(each, 0) for form in forms])
    found.bodies.append(data[at:])
    return True


@lru_cache(4096)  # two bits a column: blocks of one layout have a few dozen
def _forms(how: int, columns: int) -> tuple[list[int], int]:
    """The form of each column, and how many of them tell a least or a median."""
    forms = [how >> 2 * place & 3 for place in range(1, columns + 1)]
    return forms, sum(form != packing.STEPS for form in forms)


def _numbers(data: bytes, at: int, count: int) -> tuple[list[int], int]:
    """So many numbers of seven bits a byte from there on, and where they end; fewer if the bytes do."""
    numbers: list[int] = []
    end = len(data)
    for _ in range(count):
        value = shift = 0
        while at < end:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                numbers.append(value)
                break
            shift += 7
        else:
            break
    return numbers, at


def _unzigzagged(numbers: list[list[int]]) -> Ints:
    coded = np.array(numbers, dtype=np.uint64)
    half = (coded >> np.uint64(1)).astype(np.int64)
    return np.where(coded & np.uint64(1), -half - 1, half)


def unpacked(layout: Layout, period: int, segment: int, found: Gathering) -> BlocksOfLayout:
    blocks, columns = len(found.keys), len(layout.codes)
    slots = grid_of_day(0, period).size
    rest = _rice(found, columns, slots - 1, segment)
    rest = _formed(rest, np.array(found.forms), _unzigzagged(found.told))
    shares = _unzigzagged(found.shares).reshape(blocks, -1)
    for place, (reactive, active) in enumerate(_pairs(layout)):
        rest[:, reactive] += (np.clip(rest[:, active], -_MOST, _MOST) * shares[:, place, None]) >> SHARE_BITS
    values = np.empty((blocks, slots, columns), dtype=np.int64)
    values[:, 0], values[:, 1:] = _unzigzagged(found.firsts), rest.transpose(0, 2, 1)
    for column in range(columns):
        if layout.is_register(column):
            np.cumsum(values[:, :, column], axis=1, out=values[:, :, column])
    for power, energy in layout.energy_columns().items():
        values[:, 1:, power] += np.diff(values[:, :, energy], axis=1) * HOUR_MIN // period
    days = np.array([day for _, day in found.keys], dtype=np.int64)
    labels = days[:, None] * DAY_MIN + grid_of_day(0, period)
    _check(layout, labels, values, found)
    return BlocksOfLayout(layout, period, tuple(found.keys), labels, values)


def _rice(found: Gathering, rows: int, count: int, segment: int) -> Ints:
    """(blocks, rows, count): Rice codes of all blocks read in step."""
    blocks, segments = len(found.bodies), -(-count // segment)
    nibble_bytes = -(-rows * segments // 2)
    sizes = np.array([len(body) for body in found.bodies])
    if (sizes < nibble_bytes).any():
        raise BlockDamaged("a block ends within its widths")
    whole = np.frombuffer(b"".join(found.bodies), dtype=np.uint8)
    starts = np.cumsum(sizes) - sizes
    pairs = whole[starts[:, None] + np.arange(nibble_bytes)]
    nibbles = np.stack((pairs & 15, pairs >> 4), axis=2).reshape(blocks, -1)[:, : rows * segments]
    widths = np.repeat(packing.WIDTHS[nibbles].reshape(blocks, rows, segments), segment, axis=2)
    widths = widths[:, :, :count].reshape(blocks, rows * count)
    low_bits = widths.sum(axis=1)
    low_starts = starts + nibble_bytes
    unary_starts = low_starts + -(-low_bits // 8)
    if (unary_starts > starts + sizes).any():
        raise BlockDamaged("a block ends within its low bits")
    low = _low(whole, low_starts * 8, widths)
    high = _high(whole, unary_starts, starts + sizes - unary_starts, rows * count)
    coded: Ints = ((high << widths) + low).reshape(blocks, rows, count)
    return coded


def _low(whole: Bytes, starts: Ints, widths: Ints) -> Ints:
    """The low bits of each number, the lowest first: a word of 64 bits from its byte on holds them all."""
    at = np.cumsum(widths, axis=1) - widths + starts[:, None]
    turned = np.concatenate((_TURNED[whole], np.zeros(8, dtype=np.uint8)))
    words = sliding_window_view(turned, 8)[at >> 3].view("<i8")[..., 0]
    low: Ints = (words >> (at & 7)) & ((1 << widths) - 1)
    return low


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


def _formed(coded: Ints, forms: npt.NDArray[np.int64], told: Ints) -> Ints:
    """Rows back from their forms: less their least, less their median, or as steps."""
    unfolded = np.where(coded & 1, -(coded >> 1) - 1, coded >> 1)
    found = coded + told[:, :, None]
    median, steps = forms == packing.MEDIAN, forms == packing.STEPS
    found[median] = (unfolded + told[:, :, None])[median]
    found[steps] = np.cumsum(unfolded[steps], axis=-1)
    return found


def _check(layout: Layout, labels: Ints, values: Ints, found: Gathering) -> None:
    """Each against its hash, which is of the layout, the labels and the values in a row."""
    start = hashlib.blake2b(layout.content(), digest_size=16)
    raw = np.concatenate((labels, values.reshape(labels.shape[0], -1)), axis=1).astype("<i8", copy=False)
    for content, key, kept in zip(raw, found.keys, found.hashes, strict=True):
        digest = start.copy()
        digest.update(content)
        if digest.digest() != kept:
            raise BlockDamaged(f"the block of meter {key[0]}, day {key[1]} is not as it was written")
