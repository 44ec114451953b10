"""What are the slots of many days that are whole in sight, all at once?

The same as `series.slots_of` gives of each; a day cut by sight or by an exchange of meters is left to that.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import numpy as np

from osos.mdm.canonical import CanonicalBlock, Channel
from osos.mdm.derive.amounts import Primary
from osos.mdm.derive.grids import naive
from osos.mdm.derive.series import DayParts, day_start, day_starts, day_starts_of, naive_up, slots_of
from osos.mdm.labels import DAY_MIN, Ints
from osos.quantities import Interval

_MANY = 6  # days from which on multiplying them together pays
_A_DAY = np.timedelta64(DAY_MIN * 60, "s")
_MOST = 2**62  # see `amounts`: what 64 bits hold with a digit to spare

Known = tuple[CanonicalBlock, datetime]  # a day, and since when it is known
_Kind = tuple[int, tuple[Channel, ...], Decimal]  # minutes of a period, channels, multiplier


def slots_of_many(days: Sequence[Known], *, sight: Interval) -> dict[int, DayParts]:
    """By day."""
    found: dict[int, DayParts] = {}
    for (period, channels, multiplier), some in _alike(days, sight).items():
        found |= _together(some, period, channels, multiplier)
    for block, known_since in days:
        if block.day not in found:
            found[block.day] = slots_of(block, known_since=known_since, sight=sight)
    return found


def _alike(days: Sequence[Known], sight: Interval) -> Mapping[_Kind, list[Known]]:
    first, last = naive_up(sight.start), naive(sight.end)
    found: dict[_Kind, list[Known]] = {}
    if len(days) < _MANY:
        return found
    starts = day_starts_of([block.day for block, _ in days])
    whole = (first <= starts) & (starts + _A_DAY <= last)
    for (block, known_since), is_whole in zip(days, whole.tolist(), strict=True):
        if is_whole and _of_one_meter(block):
            kind = (block.period_min, block.channels, block.segments[0].multiplier)
            found.setdefault(kind, []).append((block, known_since))
    return found


def _of_one_meter(block: CanonicalBlock) -> bool:
    if len(block.segments) != 1:
        return False
    segment = block.segments[0]
    return (segment.from_slot, segment.until_slot) == (0, block.quality.size)


def _together(
    days: Sequence[Known], period: int, channels: tuple[Channel, ...], multiplier: Decimal
) -> dict[int, DayParts]:
    top, bottom = multiplier.as_integer_ratio()
    counted = _counted(np.stack([block.energies for block, _ in days]))
    if counted.size and int(counted.max()) * top >= _MOST:
        return {}
    edges = counted * top // bottom
    wh, rests = np.diff(edges, axis=2), _rests(counted[:, :, -1], edges[:, :, -1], multiplier)
    offsets = day_starts(0, period) - day_start(0)
    starts = np.array([day_start(block.day) for block, _ in days])[:, None] + offsets
    return {
        block.day: DayParts(
            starts[place],
            period,
            {c: Primary(wh[place, row], rests[place][row]) for row, c in enumerate(channels)},
            block.quality,
            naive(known_since),
        )
        for place, (block, known_since) in enumerate(days)
    }


def _counted(energies: Ints) -> Ints:
    """What was counted at each edge since the day began."""
    days, channels, slots = energies.shape
    counted = np.zeros((days, channels, slots + 1), dtype=np.int64)
    np.cumsum(energies, axis=2, out=counted[:, :, 1:])
    return counted


def _rests(counted: Ints, cut: Ints, multiplier: Decimal) -> list[list[Decimal]]:
    """What cutting left over, a day and a channel."""
    if multiplier % 1 == 0:
        return [[Decimal(0)] * counted.shape[1]] * counted.shape[0]
    pairs = zip(counted.tolist(), cut.tolist(), strict=True)
    return [
        [whole * multiplier - kept for whole, kept in zip(wholes, kepts, strict=True)]
        for wholes, kepts in pairs
    ]
