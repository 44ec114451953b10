"""What do many whole days come to at once, each of one meter at +03:00 all day?

Day by day NumPy spends its time on starting operations over 96 numbers; here days of one layout lie side by
side. The result is what `canonical.build` gives of each; a day with a hole, an exchange, another clock or a
cut day before it is left to that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from osos.mdm.block import Layout, SaidBlock
from osos.mdm.canonical import (
    CHANNELS,
    GREATEST_W,
    ROLLS_OVER_AT,
    CanonicalBlock,
    Channel,
    Marks,
    Said,
    Segment,
    build,
)
from osos.mdm.keeping.clocks import Clock
from osos.mdm.labels import DAY_MIN, HOUR_MIN, Ints, grid_of_day
from osos.quantities import Quality

_MANY = 6  # days from which on deriving them together pays


@dataclass(frozen=True, slots=True)
class Asked:
    """A day of a point whose slots and meters are known."""

    day: int
    period_min: int
    segments: tuple[Segment, ...]


def built(asked: Sequence[Asked], said: Said) -> list[CanonicalBlock]:
    """In the order given."""
    found: dict[int, CanonicalBlock] = {}
    if len(asked) >= _MANY:
        for (layout, period), places in _alike(asked, said).items():
            some = [asked[place] for place in places]
            found.update(zip(places, _together(some, said, layout, period), strict=True))
    return [
        found[place]
        if place in found
        else build(one.day, period_min=one.period_min, segments=one.segments, said=said)
        for place, one in enumerate(asked)
    ]


def _alike(asked: Sequence[Asked], said: Said) -> Mapping[tuple[Layout, int], list[int]]:
    """By layout and period, where in `asked` the days stand that can be laid side by side."""
    whole: dict[int, set[tuple[int, int]]] = {}
    for period in {one.period_min for one in asked}:
        keys = {
            (one.segments[0].meter_id, day)
            for one in asked
            if one.period_min == period and _is_plain(one)
            for day in (one.day - 1, one.day)
        }
        whole[period] = _whole(keys, said, period)
    found: dict[tuple[Layout, int], list[int]] = {}
    for place, one in enumerate(asked):
        if _is_plain(one) and _is_regular(one, said, whole[one.period_min]):
            layout = said[one.segments[0].meter_id, one.day].layout
            found.setdefault((layout, one.period_min), []).append(place)
    return found


def _is_plain(one: Asked) -> bool:
    """One meter all day, by a clock that needs no shifting."""
    if len(one.segments) != 1:
        return False
    segment = one.segments[0]
    slots = (segment.from_slot, segment.until_slot)
    return slots == (0, DAY_MIN // one.period_min) and segment.clock is Clock.FIXED


def _is_regular(one: Asked, said: Said, whole: set[tuple[int, int]]) -> bool:
    meter_id, day = one.segments[0].meter_id, one.day
    if (meter_id, day) not in whole:
        return False
    if (meter_id, day - 1) not in said:
        return True
    layout = said[meter_id, day].layout
    return (meter_id, day - 1) in whole and said[meter_id, day - 1].layout == layout


def _whole(keys: set[tuple[int, int]], said: Said, period: int) -> set[tuple[int, int]]:
    """The days with every record of their grid once, in order, and no column told twice."""
    slots = DAY_MIN // period
    some = [
        key
        for key in keys
        if (block := said.get(key)) is not None
        and block.labels.size == slots
        and len(set(block.layout.codes)) == len(block.layout.codes)
    ]
    if not some:
        return set()
    days = np.array([day for _, day in some], dtype=np.int64)
    labels = np.stack([said[key].labels for key in some]) - days[:, None] * DAY_MIN
    fits = (labels == grid_of_day(0, period)).all(axis=1).tolist()
    return {key for key, is_whole in zip(some, fits, strict=True) if is_whole}


def _together(asked: Sequence[Asked], said: Said, layout: Layout, period: int) -> list[CanonicalBlock]:
    meters = [one.segments[0].meter_id for one in asked]
    blocks = [said[meter, one.day] for meter, one in zip(meters, asked, strict=True)]
    before = [said.get((meter, one.day - 1)) for meter, one in zip(meters, asked, strict=True)]
    channels = channels_of(layout)
    shown = registers(blocks, before, channels)
    edged = np.array([one is not None for one in before])
    energies, quality = derived(shown, edged, period)
    by_day = np.ascontiguousarray(energies.transpose(1, 0, 2))
    firsts, lasts = shown[:, :, 0].T.tolist(), shown[:, :, -1].T.tolist()
    unknown = (None,) * len(channels)
    return [
        CanonicalBlock(
            one.day,
            period,
            channels,
            by_day[place],
            quality[place],
            unknown if before[place] is None else tuple(firsts[place]),
            tuple(lasts[place]),
            one.segments,
        )
        for place, one in enumerate(asked)
    ]


def channels_of(layout: Layout) -> tuple[Channel, ...]:
    return tuple(channel for channel in CHANNELS if channel.value in layout.codes)


def registers(
    blocks: Sequence[SaidBlock], before: Sequence[SaidBlock | None], channels: Sequence[Channel]
) -> Ints:
    """(channels, days, edges) in whole Wh and varh; nought where the first edge is not known."""
    layout, slots = blocks[0].layout, blocks[0].labels.size
    every = np.zeros((len(blocks), slots + 1, len(layout.codes)), dtype=np.int64)
    every[:, 1:] = np.stack([one.values for one in blocks])
    for place, one in enumerate(before):
        if one is not None:
            every[place, 0] = one.values[-1]
    flat = SaidBlock(0, layout, np.zeros(0, dtype=np.int64), every.reshape(-1, len(layout.codes)))
    parts = [
        flat.in_whole_units(layout.codes.index(channel.value)).reshape(len(blocks), slots + 1)
        for channel in channels
    ]
    return np.stack(parts) if parts else np.zeros((0, len(blocks), slots + 1), dtype=np.int64)


def derived(shown: Ints, edged: npt.NDArray[np.bool_], period: int) -> tuple[Ints, Marks]:
    """Energies (channels, days, slots) and marks (days, slots), as `canonical.build` has them."""
    most = GREATEST_W * period // HOUR_MIN
    steps = np.diff(shown, axis=2)
    rolled = (steps < 0) & (steps + ROLLS_OVER_AT <= most)
    steps = np.where(rolled, steps + ROLLS_OVER_AT, steps)
    believable = (steps >= 0) & (steps <= most)
    energies: Ints = np.where(believable, steps, 0)
    marks = np.where(believable.all(axis=0), Quality.MEASURED.mark, Quality.SUSPECT.mark).astype(np.uint8)
    energies[:, ~edged, 0] = 0
    marks[~edged, 0] = Quality.MISSING.mark
    return energies, marks
