"""What did a meter say of one day, and in how few bytes can that be kept?"""

import hashlib
import json
import re
from dataclasses import dataclass

import numpy as np

from osos.mdm import packing
from osos.mdm.labels import DAY_MIN, PERIODS_MIN, Ints, edge_of_day, grid_of_day
from osos.mdm.varint import BlockDamaged, Cursor, put, unzigzag, zigzag

WHOLE_GRID, RUN, ON_GRID, LISTED = 0, 1, 2, 3
_REGISTER = re.compile(r"\d+\.8\.\d+")
_ENERGY_OF = {"1.6.0": "1.8.0", "2.6.0": "2.8.0"}  # M-102: power = energy of the period ÷ period
RECORDS_A_DAY = DAY_MIN  # a record a minute is the most a label can tell apart, but for repeats


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a profile: what each means, its decimals and the unit printed for it."""

    codes: tuple[str, ...]
    decimals: tuple[int, ...]
    units: tuple[str, ...]

    def content(self) -> bytes:
        return json.dumps([self.codes, self.decimals, self.units], separators=(",", ":")).encode()

    def energy_columns(self) -> dict[int, int]:
        """Demand column → the energy column that foretells it, where both count in the same decimals."""
        place = {code: column for column, code in enumerate(self.codes)}
        return {
            place[power]: place[energy]
            for power, energy in _ENERGY_OF.items()
            if power in place and energy in place
            if self.decimals[place[power]] == self.decimals[place[energy]]
        }

    def is_register(self, column: int) -> bool:
        return _REGISTER.fullmatch(self.codes[column]) is not None


@dataclass(frozen=True, slots=True, eq=False)
class SaidBlock:
    """Records of one day as said, in the order the meter stores them, repeated labels kept (M-99, M-106)."""

    day: int
    layout: Layout
    labels: Ints  # (records,)
    values: Ints  # (records, columns), in the register's own last digit

    def content_hash(self) -> bytes:
        """The same for the same content, whatever the packing."""
        content = hashlib.blake2b(self.layout.content(), digest_size=16)
        content.update(np.ascontiguousarray(self.labels, dtype="<i8").tobytes())
        content.update(np.ascontiguousarray(self.values, dtype="<i8").tobytes())
        return content.digest()

    def is_ascending(self) -> bool:
        return bool((np.diff(self.labels) > 0).all())


def smallest_step(labels: Ints) -> int:
    """The profile period these labels show, of those a meter can have; 15 when they show none."""
    steps = np.diff(np.unique(labels))
    return next((period for period in PERIODS_MIN if (steps == period).any()), PERIODS_MIN[0])


def pack(block: SaidBlock) -> bytes:
    """A regular day costs one byte for its labels, a demand column that fits its energy next to nothing."""
    first = block.values[0] if block.labels.size else np.zeros(len(block.layout.codes), dtype=np.int64)
    head = _pack_labels(block.labels, block.day) + put(zigzag(int(value)) for value in first)
    return head + packing.pack(_residuals(block))


def unpack(data: bytes, *, day: int, layout: Layout) -> SaidBlock:
    """What was packed; `BlockDamaged` when these bytes are no such block."""
    cursor = Cursor(data)
    labels = _unpack_labels(cursor, day)
    columns = len(layout.codes)
    first = np.array([unzigzag(cursor.number()) for _ in range(columns)], dtype=np.int64)
    residuals = packing.unpack(cursor.rest(), rows=columns, count=max(0, labels.size - 1))
    values = _values(residuals, first, labels, layout)
    return SaidBlock(day, layout, labels, values[: labels.size])


def _foretold(energies: Ints, labels: Ints) -> Ints:
    """The power of each record but the first, if it is the energy since the record before ÷ period."""
    foretold: Ints = np.diff(energies) * 60 // smallest_step(labels)
    return foretold


def _residuals(block: SaidBlock) -> Ints:
    """(columns, records - 1): register advances, demand less what its energy foretells, the rest as it is."""
    values, layout = block.values, block.layout
    rest = values[1:].T.copy()
    for column in range(rest.shape[0]):
        if layout.is_register(column):
            rest[column] -= values[:-1, column]
    for power, energy in layout.energy_columns().items():
        rest[power] -= _foretold(values[:, energy], block.labels)
    return rest


def _values(residuals: Ints, first: Ints, labels: Ints, layout: Layout) -> Ints:
    values = np.vstack((first[None, :], residuals.T))
    for column in range(values.shape[1]):
        if layout.is_register(column):
            values[:, column] = np.cumsum(values[:, column])
    for power, energy in layout.energy_columns().items():
        values[1:, power] += _foretold(values[: labels.size, energy], labels)
    return values


def _pack_labels(labels: Ints, day: int) -> bytes:
    """A whole grid: one byte. A run: four. A grid with holes: a bit a place. Else a byte or two a label."""
    period = smallest_step(labels)
    code = PERIODS_MIN.index(period)
    grid = grid_of_day(day, period)
    if np.array_equal(labels, grid):
        return bytes([WHOLE_GRID << 2 | code])
    ascending = bool((np.diff(labels) > 0).all())
    if ascending and np.isin(labels, grid).all():
        if labels.size and (np.diff(labels) == period).all():
            start = (int(labels[0]) - edge_of_day(day)) // period
            return bytes([RUN << 2 | code]) + put((start, labels.size))
        return bytes([ON_GRID << 2 | code]) + np.packbits(np.isin(grid, labels)).tobytes()
    steps = np.diff(labels, prepend=edge_of_day(day))
    return bytes([LISTED << 2 | code]) + put((labels.size, *(zigzag(int(step)) for step in steps)))


def _unpack_labels(cursor: Cursor, day: int) -> Ints:
    form, code = divmod(cursor.take(1)[0], 4)
    if code >= len(PERIODS_MIN):
        raise BlockDamaged(f"unknown period {code} in a block")
    period = PERIODS_MIN[code]
    grid = grid_of_day(day, period)
    if form == WHOLE_GRID:
        return grid
    if form == RUN:
        start, count = cursor.number(), cursor.number()
        return edge_of_day(day) + (np.arange(min(count, RECORDS_A_DAY), dtype=np.int64) + start) * period
    if form == ON_GRID:
        bits = np.frombuffer(cursor.take(-(-grid.size // 8)), dtype=np.uint8)
        there: Ints = grid[np.unpackbits(bits, count=grid.size).astype(bool)]
        return there
    if form == LISTED:
        count = cursor.number()
        if count > len(cursor.data):  # each label takes a byte at least
            raise BlockDamaged(f"{count} labels in a block of {len(cursor.data)} bytes")
        steps = np.array([unzigzag(cursor.number()) for _ in range(count)], dtype=np.int64)
        return edge_of_day(day) + np.cumsum(steps, dtype=np.int64)
    raise BlockDamaged(f"unknown form {form} of the labels of a block")
