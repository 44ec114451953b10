"""How are thousands of blocks as said unpacked at once?

Block by block NumPy spends its time on starting operations over 96 numbers. Here whole-grid blocks of one
layout are laid side by side and every step runs over all of them; what is packed otherwise goes the usual
way. The result is the same to the bit, and each block's hash is checked (see `osos.mdm.block_packing`).
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from osos.mdm import packing
from osos.mdm.block import Layout, SaidBlock
from osos.mdm.foretelling import _MOST, SHARE_BITS, _pairs
from osos.mdm.label_packing import WHOLE_GRID
from osos.mdm.labels import HOUR_MIN, PERIODS_MIN, Ints, grid_of_day
from osos.mdm.varint import BlockDamaged

AnyRow = Any  # SQLAlchemy's Row, whatever its columns


@dataclass(frozen=True, slots=True, eq=False)
class BlocksOfLayout:
    """Whole days of one layout and one period: (blocks, slots, columns), in the register's own last digit."""

    layout: Layout
    period_min: int
    keys: tuple[tuple[int, int], ...]  # (meter, day)
    values: Ints

    def block(self, place: int) -> SaidBlock:
        """One of them by itself."""
        day = self.keys[place][1]
        return SaidBlock(day, self.layout, grid_of_day(day, self.period_min), self.values[place])


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
    forms = [how >> 2 * place & 3 for place in range(1, columns + 1)]
    if how & 3 >= len(packing.SEGMENTS) or max(forms) > packing.STEPS:
        return False
    leasts, at = _numbers(data, at, sum(form != packing.STEPS for form in forms))
    if max((*head, *leasts)) >= 1 << 63:
        return False  # damage; the usual way says so
    each = iter(leasts)
    key = (layout, PERIODS_MIN[data[0] & 3], packing.SEGMENTS[how & 3])
    found = together.setdefault(key, Gathering())
    found.keys.append((row.meter_id, row.day))
    found.hashes.append(row.content_hash)
    found.firsts.append(head[:columns])
    found.shares.append(head[columns : columns + pairs])
    found.forms.append(forms)
    found.told.append([0 if form == packing.STEPS else next(each, 0) for form in forms])
    found.bodies.append(data[at:])
    return True


def _numbers(data: bytes, at: int, count: int) -> tuple[list[int], int]:
    """So many numbers of seven bits a byte from there on, and where they end; fewer if the bytes do."""
    numbers: list[int] = []
    value = shift = 0
    for byte in data[at:]:
        if len(numbers) == count:
            break
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            numbers.append(value)
            value = shift = 0
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
    _check(layout, period, values, found)
    return BlocksOfLayout(layout, period, tuple(found.keys), values)


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
    bits = np.unpackbits(whole)
    low = _low(bits, low_starts * 8, widths)
    high = _high(bits, unary_starts * 8, (starts + sizes) * 8, rows * count)
    coded: Ints = ((high << widths) + low).reshape(blocks, rows, count)
    return coded


def _low(bits: npt.NDArray[np.uint8], starts: Ints, widths: Ints) -> Ints:
    """The low bits of each number, the lowest first."""
    at = np.cumsum(widths, axis=1) - widths + starts[:, None]
    low = np.zeros(widths.shape, dtype=np.int64)
    for place in range(int(widths.max(initial=0))):
        has = widths > place
        low[has] |= bits[at[has] + place].astype(np.int64) << place
    return low


def _high(bits: npt.NDArray[np.uint8], starts: Ints, ends: Ints, count: int) -> Ints:
    """How many zeros stand before each one, in the part of each block that holds them."""
    part = np.zeros(bits.size + 1, dtype=np.int8)
    part[starts] += 1  # no two blocks begin or end at the same bit: each has a one of its own
    part[ends] -= 1
    ones = np.flatnonzero(bits & np.cumsum(part[:-1], dtype=np.int8).view(np.uint8))
    each = np.searchsorted(ones, ends) - np.searchsorted(ones, starts)
    if (each != count).any():
        raise BlockDamaged(f"{int(each[each != count][0])} numbers in a block of {count}")
    high: Ints = np.diff(ones.reshape(-1, count), axis=1, prepend=(starts - 1)[:, None]) - 1
    return high


def _formed(coded: Ints, forms: npt.NDArray[np.int64], told: Ints) -> Ints:
    """Rows back from their forms: less their least, less their median, or as steps."""
    unfolded = np.where(coded & 1, -(coded >> 1) - 1, coded >> 1)
    found = coded + told[:, :, None]
    median, steps = forms == packing.MEDIAN, forms == packing.STEPS
    found[median] = (unfolded + told[:, :, None])[median]
    found[steps] = np.cumsum(unfolded[steps], axis=-1)
    return found


def _check(layout: Layout, period: int, values: Ints, found: Gathering) -> None:
    start = hashlib.blake2b(layout.content(), digest_size=16)
    raw = np.ascontiguousarray(values, dtype="<i8")
    grids = {day: grid_of_day(day, period).astype("<i8").tobytes() for _, day in found.keys}
    for place, (key, kept) in enumerate(zip(found.keys, found.hashes, strict=True)):
        digest = start.copy()
        digest.update(grids[key[1]])
        digest.update(raw[place].tobytes())
        if digest.digest() != kept:
            raise BlockDamaged(f"the block of meter {key[0]}, day {key[1]} is not as it was written")
