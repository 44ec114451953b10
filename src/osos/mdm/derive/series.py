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
from osos.mdm.labels import DAY_MIN, NOMINAL_MIN, Ints, edge_of_day, instant_of_label
from osos.quantities import Interval, Quality

# of what is known, the word that a bucket of many slots carries: the gravest of its slots
_GRAVITY = (Quality.SUSPECT, Quality.EDITED, Quality.ESTIMATED)
NEVER = np.datetime64("NaT", "s")


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
    first = naive(instant_of_label(edge_of_day(day)))
    found: Starts = first + np.arange(DAY_MIN // period_min) * np.timedelta64(period_min * 60, "s")
    return found


def series_of_slots(days: Sequence[DayParts], *, resolution: Resolution) -> Series:
    """Days in the order of time, grouped into buckets."""
    channels = [c for c in CHANNELS if any(c in day.wh for day in days)]
    starts = _joined([day.starts for day in days], "datetime64[s]")
    lengths = _joined([np.full(day.starts.size, day.period_min) for day in days], "int64")
    marks = _joined([day.marks for day in days], "uint8")
    known = _joined([np.full(day.starts.size, day.known_since) for day in days], "datetime64[s]")
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


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySum:
    """A whole day of a point as its columns tell it, without a slot being unpacked."""

    day: int
    period_min: int
    wh: Mapping[Channel, int]  # secondary
    multiplier: Decimal  # of the one meter of the day
    counts: Mapping[Quality, int]  # slots
    known_since: datetime | None  # None: all of it is missing


def parts_of_sum(day: DaySum) -> DayParts:
    """One part for the whole day; the qualities come by `minutes_of_sum`."""
    amounts = {c: _one(*day_total(total, day.multiplier)) for c, total in day.wh.items()}
    start = day_starts(day.day, DAY_MIN)
    known = NEVER if day.known_since is None else naive(day.known_since)
    return DayParts(start, DAY_MIN, amounts, np.zeros(1, dtype=np.uint8), known)


def series_of_days(
    days: Sequence[tuple[DayParts, Mapping[Quality, int]]], *, resolution: Resolution
) -> Series:
    """Days in the order of time, each as one part with its minutes of each quality."""
    channels = [c for c in CHANNELS if any(c in day.wh for day, _ in days)]
    starts = _joined([day.starts for day, _ in days], "datetime64[s]")
    buckets = bucket_starts(starts, resolution)
    first = groups(buckets)
    known = _joined([np.array([day.known_since]) for day, _ in days], "datetime64[s]")
    minutes = {q: np.array([of.get(q, 0) for _, of in days], dtype=np.int64) for q in Quality}
    return Series(
        resolution=resolution,
        starts=buckets[first],
        ends=bucket_ends(buckets[first], resolution),
        wh={c: added(_joined([_wh(day, c) for day, _ in days], "int64"), first) for c in channels},
        minutes={q: added(of, first) for q, of in minutes.items()},
        known_since=np.fmax.reduceat(known, first) if first.size else known,
        rest={c: sum((day.wh[c].rest for day, _ in days if c in day.wh), Decimal(0)) for c in channels},
    )


def as_one_part(day: DayParts, start: np.datetime64) -> tuple[DayParts, dict[Quality, int]]:
    """The slots of a day added up."""
    amounts = {c: _one(int(of.wh.sum()), of.rest) for c, of in day.wh.items()}
    minutes = {q: int((day.marks == q.mark).sum()) * day.period_min for q in Quality}
    nothing = minutes[Quality.MISSING] == day.marks.size * day.period_min
    known = NEVER if nothing else day.known_since
    return DayParts(np.array([start]), DAY_MIN, amounts, np.zeros(1, dtype=np.uint8), known), minutes


def _one(wh: int, rest: Decimal) -> Primary:
    return Primary(np.array([wh], dtype=np.int64), rest)


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
