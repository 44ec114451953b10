"""What is left to keep of a column once others have foretold it?

A register is foretold by its last reading, a demand by the energy of its period (M-102), a reactive advance
by the active one of the same record: behind motors and ballasts the two go together.
"""

from functools import lru_cache

import numpy as np

from osos.mdm import packing
from osos.mdm.block import Layout, SaidBlock
from osos.mdm.labels import Ints
from osos.mdm.periods import smallest_step
from osos.mdm.varint import Cursor, put, unzigzag, zigzag

SHARE_BITS = 8  # a share is kept in 256ths
_ACTIVE_OF = {"5.8.0": "1.8.0", "8.8.0": "1.8.0", "6.8.0": "2.8.0", "7.8.0": "2.8.0"}
SHARE_LIMIT = 1 << 22  # of an advance; a register that leaps foretells nothing
SHARE_RECORDS = 193  # so many numbers below that limit keep their sums of squares within 63 bits
_MOST = 1 << 30  # of an advance a kept share is taken of


def residuals(block: SaidBlock) -> tuple[bytes, Ints]:
    """The shares, and (columns, records - 1): what is left of each column."""
    values, layout = block.values, block.layout
    rest = values[1:].T.copy()
    for column in range(rest.shape[0]):
        if layout.is_register(column):
            rest[column] -= values[:-1, column]
    for power, energy in layout.energy_columns().items():
        rest[power] -= _power(values[:, energy], block.labels)
    shares = []
    for reactive, active in _pairs(layout):
        share = _best_share(rest[reactive], rest[active])
        shares.append(zigzag(share))
        rest[reactive] -= _part(share, rest[active])
    return put(shares), rest


def values(cursor: Cursor, first: Ints, labels: Ints, layout: Layout) -> Ints:
    """(records, columns) again: the shares stand first, then what was left."""
    shares = [unzigzag(cursor.number()) for _ in _pairs(layout)]
    rest = packing.unpack(cursor.rest(), rows=len(layout.codes), count=max(0, labels.size - 1))
    for share, (reactive, active) in zip(shares, _pairs(layout), strict=True):
        rest[reactive] += _part(share, rest[active])
    found = np.vstack((first[None, :], rest.T))
    for column in range(found.shape[1]):
        if layout.is_register(column):
            found[:, column] = np.cumsum(found[:, column])
    for power, energy in layout.energy_columns().items():
        found[1:, power] += _power(found[: labels.size, energy], labels)
    return found


def _power(energies: Ints, labels: Ints) -> Ints:
    """The power of each record but the first, if it is the energy since the record before ÷ period."""
    found: Ints = np.diff(energies) * 60 // smallest_step(labels)
    return found


def _pairs(layout: Layout) -> tuple[tuple[int, int], ...]:
    """(reactive column, the active one beside it)."""
    return _pairs_of(layout.codes)


@lru_cache(256)  # a fleet has a dozen layouts, and each of its blocks asks
def _pairs_of(codes: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    place = {code: column for column, code in enumerate(codes)}
    return tuple((place[r], place[a]) for r, a in _ACTIVE_OF.items() if r in place and a in place)


def _part(share: int, active: Ints) -> Ints:
    """Pure shifting of whole numbers: the same on every machine."""
    part: Ints = (np.clip(active, -_MOST, _MOST) * share) >> SHARE_BITS
    return part


def _best_share(reactive: Ints, active: Ints) -> int:
    """The share that leaves least to keep: of the levels, of the steps from record to record, or none."""
    if not reactive.size or not _below_limit(reactive) or not _below_limit(active):
        return 0
    shares = sorted({0, _regressed(reactive, active), _regressed(np.diff(reactive), np.diff(active))})
    if len(shares) == 1:
        return 0
    left = np.stack([reactive - _part(share, active) for share in shares])
    return shares[int(spread(left).argmin())]


def spread(rows: Ints) -> Ints:
    """How far the numbers of each row lie apart: from their mean, or from one to the next if that is less."""
    mean = rows.sum(axis=-1, keepdims=True) // rows.shape[-1]
    steps = np.abs(np.diff(rows, axis=-1)).sum(axis=-1)
    apart: Ints = np.minimum(np.abs(rows - mean).sum(axis=-1), steps)
    return apart


def _below_limit(advances: Ints) -> bool:
    return int(advances.min()) > -SHARE_LIMIT and int(advances.max()) < SHARE_LIMIT


def _regressed(reactive: Ints, active: Ints) -> int:
    """In 256ths, at most one whole; summed in whole numbers, so it is the same on every machine."""
    kind = np.int64 if active.size < SHARE_RECORDS else object
    a, r = active.astype(kind), reactive.astype(kind)
    square = int(a.size * (a @ a) - a.sum() ** 2)
    both = int(a.size * (a @ r) - a.sum() * r.sum())
    whole = 1 << SHARE_BITS
    return 0 if square == 0 else int(np.clip(round(float(both) / float(square) * whole), -whole, whole))
