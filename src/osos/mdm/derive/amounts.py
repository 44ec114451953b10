"""How much passed the point itself, when its meter stands behind transformers?

Consumption = what the register advanced × multiplier, and the multiplier is CT ratio × VT ratio (D-30). It
may have decimals (6300/110 V): then a day is counted on in its own segment and cut to whole Wh at each edge,
so that quarter hours, hours and days agree to the Wh; what cutting left over is kept beside and is under 1 Wh
a segment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from osos.mdm.canonical import CanonicalBlock, Channel, Segment
from osos.mdm.labels import Ints


@dataclass(frozen=True, slots=True, eq=False)
class Primary:
    """Whole Wh or varh of each slot; with `rest` they are the exact product."""

    wh: Ints
    rest: Decimal


def primary(block: CanonicalBlock, channel: Channel) -> Primary:
    """What passed the point in each slot of a day; 0 where nothing is known or no register counts it."""
    if channel not in block.channels:
        return Primary(np.zeros(block.quality.size, dtype=np.int64), Decimal(0))
    return multiplied(block.energies[block.channels.index(channel)], block.segments)


def multiplied(secondary: Ints, segments: Sequence[Segment]) -> Primary:
    """Slots of a day, each times the multiplier of the meter that measured it.

    >>> multiplied(np.array([1, 1, 1]), [Segment(0, 3, 17, Decimal("1.5"))])
    Primary(wh=array([1, 2, 1]), rest=Decimal('0.5'))
    """
    wh, rest = np.zeros(secondary.size, dtype=np.int64), Decimal(0)
    for segment in segments:
        own = slice(segment.from_slot, segment.until_slot)
        counted = np.concatenate(([0], np.cumsum(secondary[own], dtype=np.int64)))
        top, bottom = segment.multiplier.as_integer_ratio()
        edges = _cut(counted, top, bottom)
        wh[own] = np.diff(edges)
        rest += int(counted[-1]) * segment.multiplier - int(edges[-1])
    return Primary(wh, rest)


def day_total(secondary: int, multiplier: Decimal) -> tuple[int, Decimal]:
    """A whole day of one meter from its sum alone: the same Wh as its slots added up, and the rest."""
    exact = secondary * multiplier
    whole = int(exact)
    return whole, exact - whole


def _cut(counted: Ints, top: int, bottom: int) -> Ints:
    """counted × top ÷ bottom, cut to whole numbers; in Python's integers where 64 bits do not hold it."""
    if counted.size and int(counted[-1]) * top < 2**62:
        return counted * top // bottom
    return np.array([int(value) * top // bottom for value in counted.tolist()], dtype=np.int64)
