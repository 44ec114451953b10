"""How much energy in each quarter hour, hour, day or month, and how well is it known?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from osos.mdm.canonical import CHANNELS, CanonicalBlock, Channel, Marks
from osos.mdm.derive.amounts import Primary, day_total, primary
from osos.mdm.derive.grids import Resolution, Starts, added, bucket_ends, bucket_starts, groups, naive
from osos.mdm.labels import DAY_MIN, EPOCH, NOMINAL_MIN, Ints
from osos.quantities import Interval, Quality

# of what is known, the word that a bucket of many slots carries: the gravest of its slots
_GRAVITY = (Quality.SUSPECT, Quality.EDITED, Quality.ESTIMATED)
NEVER = np.datetime64("NaT", "s")
_EPOCH_S = int(EPOCH.timestamp())


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Energies of consecutive buckets; a bucket not wholly in sight holds what is in sight of it.

    `wh` is in primary Wh (varh for Q1…Q4), 0 where nothing is known. `minutes` says of how many minutes of
    each bucket the value is measured, estimated, edited, suspect or missing. `known_since` is when the latest
    of it came to be known. Whole numbers add up over resolutions; `rest` is what a multiplier with decimals
    leaves over, to be added to a channel's sum to have the exact product.
    """

    resolution: Resolution
    starts: Starts  # UTC
    ends: Starts
    wh: Mapping[Channel, Ints]
    minutes: Mapping[Quality, Ints]
    known_since: Starts  # NaT: nothing known
    rest: Mapping[Channel, Decimal]

    def __len__(self) -> int:
        return int(self.starts.size)

    @property
    def channels(self) -> tuple[Channel, ...]:
        return tuple(self.wh)

    def of(self, channel: Channel) -> Ints:
        """A channel that the meters of the time do not have counts nothing."""
        return self.wh.get(channel, np.zeros(self.starts.size, dtype=np.int64))

    def total(self, channel: Channel) -> int:
        return int(self.of(channel).sum())

    @property
    def due_minutes(self) -> Ints:
        """Minutes of each bucket that are in sight and over."""
        due: Ints = np.sum([*self.minutes.values()], axis=0, dtype=np.int64)
        return due

    @property
    def known_minutes(self) -> Ints:
        return self.due_minutes - self.minutes[Quality.MISSING]

    def share(self, quality: Quality) -> npt.NDArray[np.float64]:
        """Of each bucket's minutes, from 0 to 1."""
        return self.minutes[quality] / np.maximum(self.due_minutes, 1)

    def total_share(self, quality: Quality) -> float:
        due = int(self.due_minutes.sum())
        return int(self.minutes[quality].sum()) / due if due else 0.0

    @property
    def marks(self) -> Marks:
        """One `Quality.mark` a bucket: missing where nothing is known, else the gravest of what is."""
        found = np.full(self.starts.size, Quality.MEASURED.mark, dtype=np.uint8)
        for quality in reversed(_GRAVITY):
            found[self.minutes[quality] > 0] = quality.mark
        found[self.known_minutes == 0] = Quality.MISSING.mark
        return found

    @property
    def is_whole(self) -> npt.NDArray[np.bool_]:
        """Of each bucket: nothing of it is missing, in the future or out of sight."""
        length: Ints = (self.ends - self.starts).astype(np.int64) // 60
        whole: npt.NDArray[np.bool_] = self.known_minutes == length
        return whole

    @property
    def last_known(self) -> np.datetime64:
        """When the latest of all this came to be known; NaT when nothing is."""
        known = self.known_since[~np.isnat(self.known_since)]
        return np.max(known) if known.size else NEVER


@dataclass(frozen=True, slots=True, eq=False)
class DayParts:
    """The slots of one day of one point that lie in sight."""

    starts: Starts
    period_min: int
    wh: Mapping[Channel, Primary]
    marks: Marks
    known_since: np.datetime64


def slots_of(block: CanonicalBlock, *, known_since: datetime, sight: Interval) -> DayParts:
    """The slots of a block that lie wholly in sight, in primary energy."""
    starts = day_starts(block.day, block.period_min)
    inside = _inside(starts, block.period_min, sight)
    amounts = {channel: _cut(primary(block, channel), block, channel, inside) for channel in block.channels}
    return DayParts(starts[inside], block.period_min, amounts, block.quality[inside], naive(known_since))


def slots_missing(day: int, *, sight: Interval, period_min: int = NOMINAL_MIN) -> DayParts:
    """A day of which nothing is known, as far as it is in sight."""
    starts = day_starts(day, period_min)
    starts = starts[_inside(starts, period_min, sight)]
    return DayParts(starts, period_min, {}, np.full(starts.size, Quality.MISSING.mark, dtype=np.uint8), NEVER)


def day_starts(day: int, period_min: int) -> Starts:
    """When the slots of a day begin."""
    first = day_start(day)
    found: Starts = first + np.arange(DAY_MIN // period_min) * np.timedelta64(period_min * 60, "s")
    return found


def day_start(day: int) -> np.datetime64:
    return np.datetime64(_EPOCH_S + day * DAY_MIN * 60, "s")


def day_starts_of(days: Sequence[int]) -> Starts:
    """When these days begin."""
    found: Starts = (np.array(days, dtype=np.int64) * (DAY_MIN * 60) + _EPOCH_S).astype("datetime64[s]")
    return found


def series_of_slots(days: Sequence[DayParts], *, resolution: Resolution) -> Series:
    """Days in the order of time, grouped into buckets."""
    channels = [c for c in CHANNELS if any(c in day.wh for day in days)]
    starts = _joined([day.starts for day in days], "datetime64[s]")
    sizes = [day.starts.size for day in days]
    lengths = np.repeat(np.array([day.period_min for day in days], dtype=np.int64), sizes)
    marks = _joined([day.marks for day in days], "uint8")
    known = np.repeat(np.array([day.known_since for day in days], dtype="datetime64[s]"), sizes)
    known = np.where(marks == Quality.MISSING.mark, NEVER, known)
    buckets = bucket_starts(starts, resolution)
    first = groups(buckets)
    begin = buckets[first]
    ends = _slot_ends(starts, lengths) if _as_said(resolution) else bucket_ends(begin, resolution)
    return Series(
        resolution=resolution,
        starts=begin,
        ends=ends,
        wh={c: added(_joined([_wh(day, c) for day in days], "int64"), first) for c in channels},
        minutes={q: added(np.where(marks == q.mark, lengths, 0), first) for q in Quality},
        known_since=np.fmax.reduceat(known, first) if first.size else known,
        rest={c: sum((day.wh[c].rest for day in days if c in day.wh), Decimal(0)) for c in channels},
    )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DayTable:
    """Days as rows of columns, no slot unpacked: a decade is some ten thousand numbers."""

    starts: Starts
    wh: Mapping[Channel, Ints]  # primary
    minutes: Mapping[Quality, Ints]
    known_since: Starts
    rest: Mapping[Channel, Decimal]


def days_of_sums(
    starts: Starts,
    *,
    secondary: Mapping[Channel, Ints],
    multipliers: Sequence[Decimal],
    minutes: Mapping[Quality, Ints],
    known_since: Starts,
) -> DayTable:
    """Whole days of one multiplier each from their sums alone: the same Wh as their slots added up."""
    wh, rest = {}, {}
    for channel, sums in secondary.items():
        if all(one % 1 == 0 for one in set(multipliers)):
            factors = np.array([int(one) for one in multipliers], dtype=np.int64)
            wh[channel], rest[channel] = sums * factors, Decimal(0)
            continue
        days = [day_total(total, one) for total, one in zip(sums.tolist(), multipliers, strict=True)]
        wh[channel] = np.array([whole for whole, _ in days], dtype=np.int64)
        rest[channel] = sum((left for _, left in days), Decimal(0))
    return DayTable(starts=starts, wh=wh, minutes=minutes, known_since=known_since, rest=rest)


def days_of_slots(days: Sequence[DayParts], starts: Sequence[np.datetime64]) -> DayTable:
    """The slots of each day added up."""
    channels = [c for c in CHANNELS if any(c in day.wh for day in days)]
    nothing = [bool((day.marks == Quality.MISSING.mark).all()) for day in days]
    known = [NEVER if none else day.known_since for day, none in zip(days, nothing, strict=True)]
    return DayTable(
        starts=np.array(starts, dtype="datetime64[s]"),
        wh={c: np.array([int(_wh(day, c).sum()) for day in days], dtype=np.int64) for c in channels},
        minutes={q: np.array([_minutes(day, q) for day in days], dtype=np.int64) for q in Quality},
        known_since=np.array(known, dtype="datetime64[s]"),
        rest={c: sum((day.wh[c].rest for day in days if c in day.wh), Decimal(0)) for c in channels},
    )


def series_of_days(tables: Sequence[DayTable], *, resolution: Resolution) -> Series:
    """Days of several tables in the order of time, grouped into buckets."""
    starts = _joined([one.starts for one in tables], "datetime64[s]")
    order = np.argsort(starts, kind="stable")
    buckets = bucket_starts(starts[order], resolution)
    first = groups(buckets)
    known = _joined([one.known_since for one in tables], "datetime64[s]")[order]
    channels = [c for c in CHANNELS if any(c in one.wh for one in tables)]

    none = [np.zeros(one.starts.size, dtype=np.int64) for one in tables]

    def column(of: Sequence[Mapping[Any, Ints]], name: object) -> Ints:
        parts = [one.get(name, zero) for one, zero in zip(of, none, strict=True)]
        return added(_joined(parts, "int64")[order], first)

    return Series(
        resolution=resolution,
        starts=buckets[first],
        ends=bucket_ends(buckets[first], resolution),
        wh={c: column([one.wh for one in tables], c) for c in channels},
        minutes={q: column([one.minutes for one in tables], q) for q in Quality},
        known_since=np.fmax.reduceat(known, first) if first.size else known,
        rest={c: sum((one.rest.get(c, Decimal(0)) for one in tables), Decimal(0)) for c in channels},
    )


def _minutes(day: DayParts, quality: Quality) -> int:
    return int((day.marks == quality.mark).sum()) * day.period_min


def _slot_ends(starts: Starts, minutes: Ints) -> Starts:
    ends: Starts = starts + (minutes * 60).astype("timedelta64[s]")
    return ends


def _as_said(resolution: Resolution) -> bool:
    return resolution is Resolution.QUARTER


def _wh(day: DayParts, channel: Channel) -> Ints:
    return day.wh[channel].wh if channel in day.wh else np.zeros(day.starts.size, dtype=np.int64)


def _cut(whole: Primary, block: CanonicalBlock, channel: Channel, inside: npt.NDArray[np.bool_]) -> Primary:
    """Of the slots in sight; their exact product less their whole Wh is the rest."""
    if inside.all() or all(s.multiplier == s.multiplier.to_integral_value() for s in block.segments):
        return Primary(whole.wh[inside], whole.rest if inside.all() else Decimal(0))
    secondary = np.where(inside, block.energies[block.channels.index(channel)], 0)
    exact = sum(
        (int(secondary[s.from_slot : s.until_slot].sum()) * s.multiplier for s in block.segments), Decimal(0)
    )
    return Primary(whole.wh[inside], exact - int(whole.wh[inside].sum()))


def _inside(starts: Starts, period_min: int, sight: Interval) -> npt.NDArray[np.bool_]:
    ends = starts + np.timedelta64(period_min * 60, "s")
    inside: npt.NDArray[np.bool_] = (starts >= naive_up(sight.start)) & (ends <= naive(sight.end))
    return inside


def naive_up(instant: datetime) -> np.datetime64:
    """The first whole second that is not before this instant."""
    cut = naive(instant)
    return cut + np.timedelta64(1, "s") if instant.microsecond else cut


def _joined(parts: Sequence[npt.NDArray[Any]], kind: str) -> npt.NDArray[Any]:
    return np.concatenate(parts).astype(kind) if parts else np.zeros(0, dtype=kind)
