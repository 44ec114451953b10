"""In how few bytes can the labels of a day be kept, exactly and in their order?"""

import numpy as np

from osos.mdm.labels import DAY_MIN, PERIODS_MIN, Ints, edge_of_day, grid_of_day
from osos.mdm.periods import smallest_step
from osos.mdm.varint import BlockDamaged, Cursor, put, unzigzag, zigzag

WHOLE_GRID, RUN, ON_GRID, LISTED = 0, 1, 2, 3
RECORDS_A_DAY = DAY_MIN  # a record a minute is the most a label can tell apart, but for repeats


def pack_labels(labels: Ints, day: int) -> bytes:
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


def unpack_labels(cursor: Cursor, day: int) -> Ints:
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
