"""What had a point done in the four weeks before this day?

A panel holds some numbers of every day of many points; judging walks through it day by day, so that a day
that failed does not become the measure of the days after it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from osos.mdm.canonical import CHANNELS, Channel
from osos.mdm.labels import Ints, date_of_day
from osos.mdm.rules.facts import UNKNOWN, DayFacts, Flags, Past
from osos.mdm.rules.stillness import flow_of, still_slots

BACK = 31  # days a panel must begin before the first one judged: a whole month for what was estimated
WEEKS_BACK = 28  # of these, what a point usually does
_WEEK = 7


@dataclass(slots=True, eq=False)
class Panel:
    """Every day from `first_day` on of some points; `UNKNOWN` and False where nothing is known."""

    points: Ints  # (points,), ascending
    first_day: int
    total_wh: Ints  # (points, days)
    peak_wh: Ints
    still: Ints
    channels: Ints
    estimated: Ints
    idle: Flags  # nothing taken, nothing given, all of it known
    good: Flags  # whole, believable, and no rule failed it

    @classmethod
    def empty(cls, points: Ints, first_day: int, days: int) -> "Panel":
        def none() -> Ints:
            return np.full((points.size, days), UNKNOWN, dtype=np.int64)

        no = np.zeros((points.size, days), dtype=bool)
        return cls(
            points=points,
            first_day=first_day,
            total_wh=none(),
            peak_wh=none(),
            still=none(),
            channels=none(),
            estimated=np.zeros((points.size, days), dtype=np.int64),
            idle=no,
            good=no.copy(),
        )

    def rows_of(self, points: Ints) -> Ints:
        found: Ints = np.searchsorted(self.points, points).astype(np.int64)
        return found

    def take_in(self, day: DayFacts) -> None:
        """What a batch says of its own days; they count as good until a rule fails them."""
        where = (self.rows_of(day.points), day.days - self.first_day)
        taken, given = day.place(Channel.A_PLUS), day.place(Channel.A_MINUS)
        self.channels[where] = _bits(day)
        if taken is None:
            return
        flow = flow_of(day)
        assert flow is not None  # there is A+
        idle = day.is_whole & (day.totals[taken] == 0)
        self.idle[where] = idle if given is None else idle & (day.totals[given] == 0)
        self.total_wh[where] = day.totals[taken]
        self.peak_wh[where] = day.energies[taken].max(axis=1, initial=0)
        self.still[where] = still_slots(flow, day.is_known)
        self.good[where] = day.is_whole & day.is_believable

    def mark_bad(self, points: Ints, day: int) -> None:
        self.good[self.rows_of(points), day - self.first_day] = False

    def before(self, points: Ints, day: int) -> Past:
        """What the rules may know of these points on that day."""
        here, at = self.rows_of(points), day - self.first_day
        window = slice(max(0, at - WEEKS_BACK), max(0, at))
        good = self.good[here, window]
        days = good.sum(axis=1)
        some = days > 0
        total, peak, still = (numbers[here, window] for numbers in (self.total_wh, self.peak_wh, self.still))
        weekday = good.copy()
        weekday[:, [place for place in range(weekday.shape[1]) if (weekday.shape[1] - place) % _WEEK]] = False
        weekdays = weekday.sum(axis=1)
        mean = np.where(weekday, total, 0).sum(axis=1) // np.maximum(weekdays, 1)
        estimated = self.estimated[here, max(0, at - BACK) : at + 1]
        # what was of today is known too: this day included
        month = max(0, estimated.shape[1] - date_of_day(day).day)
        return Past(
            days=days,
            greatest_day_wh=_most(total, good, some),
            least_day_wh=_least(total, good, some),
            peak_wh=_most(peak, good, some),
            longest_still=_most(still, good, some),
            weekdays=weekdays,
            weekday_mean_wh=np.where(weekdays > 0, mean, UNKNOWN),
            zero_days=np.where(some, _unbroken(self.idle[here, :at]), UNKNOWN),
            estimated_days=_unbroken(estimated > 0),
            estimated_slots=estimated[:, month:].sum(axis=1),
            month_slots=np.full(here.size, 96 * date_of_day(day).day, dtype=np.int64),
            channels=_lately(self.channels[here, window]),
        )

    def greatest_since(self, points: Ints, first_day: int, until_day: int) -> Ints:
        """The greatest slot of A+ of the good days in [first, until); UNKNOWN where there is none."""
        days = slice(max(0, first_day - self.first_day), max(0, until_day - self.first_day))
        here = self.rows_of(points)
        good = np.where(self.good[here, days], self.peak_wh[here, days], UNKNOWN)
        found: Ints = good.max(axis=1, initial=UNKNOWN)
        return found


def _bits(day: DayFacts) -> Ints:
    bits = np.zeros(day.rows, dtype=np.int64)
    for place, channel in enumerate(day.channels):
        bits |= day.held[place].astype(np.int64) << CHANNELS.index(channel)
    return bits


def _most(values: Ints, good: Flags, some: Flags) -> Ints:
    return np.where(some, np.where(good, values, UNKNOWN).max(axis=1, initial=UNKNOWN), UNKNOWN)


def _least(values: Ints, good: Flags, some: Flags) -> Ints:
    top = np.iinfo(np.int64).max
    return np.where(some, np.where(good, values, top).min(axis=1, initial=top), UNKNOWN)


def _unbroken(flags: Flags) -> Ints:
    """How many of the last ones are true without a break."""
    run: Ints = np.logical_and.accumulate(flags[:, ::-1], axis=1).sum(axis=1).astype(np.int64)
    return run


def _lately(channels: Ints) -> Ints:
    """The registers of the last day that is known."""
    found = np.full(channels.shape[0], UNKNOWN, dtype=np.int64)
    for day in range(channels.shape[1]):
        found = np.where(channels[:, day] != UNKNOWN, channels[:, day], found)
    return found


def days_in_order(day: DayFacts) -> Iterator[tuple[int, slice]]:
    """Each day with its rows; the batch is sorted by day."""
    starts = np.flatnonzero(np.diff(day.days, prepend=UNKNOWN))
    for first, until in zip(starts.tolist(), [*starts[1:].tolist(), day.rows], strict=True):
        yield int(day.days[first]), slice(first, until)
