"""Which instant does a meter's label mean?

A meter's clock shows the country's time (fixed +03:00), still changes to summer time (+02:00 in winter), or
is wrong. The hour that occurs twice leaves equal labels in storage order and nothing on the wire marks them
(M-99): the step back between them does. 25 October 2015 is such a day: two sets of 03:00-03:45 (D-4).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache

import numpy as np
import numpy.typing as npt

from osos.mdm.labels import DAY_MIN, HOUR_MIN, Ints, date_of_day, day_number

Flags = npt.NDArray[np.bool_]

_FORWARD_MIN, _BACK_MIN = 3 * HOUR_MIN, 4 * HOUR_MIN  # M-96: 03:00 forward, 04:00 back, on last Sundays
_WINTER_BEHIND_MIN = HOUR_MIN  # a winter label is that much earlier than the country's clock


class Clock(StrEnum):
    """How a meter's clock runs; `mark` is what stands in a block's segments."""

    FIXED = "fixed"  # +03:00 all year
    SUMMER = "summer"  # still changes: +02:00 in winter, +03:00 in summer
    WRONG = "wrong"  # drifted, jumped, dead: its slots are suspect, and nothing is shifted (F37)

    @property
    def mark(self) -> str:
        return "" if self is Clock.FIXED else self.value[0]

    @classmethod
    def of_mark(cls, mark: str) -> "Clock":
        return _OF_MARK[mark]


_OF_MARK = {clock.mark: clock for clock in Clock}


@dataclass(frozen=True, slots=True)
class Regime:
    """The clock of a meter since an instant, until the next one."""

    clock: Clock
    since: datetime


@dataclass(frozen=True, slots=True, eq=False)
class Meant:
    """Labels of the country's clock, and which of them could as well have been others."""

    labels: Ints
    unsure: Flags


def meant(labels: Ints, clock: Clock) -> Meant:
    """What the labels of one day's records, in storage order, mean at +03:00."""
    if clock is Clock.FIXED:
        return Meant(labels, np.zeros(labels.size, dtype=bool))
    if clock is Clock.WRONG:
        return Meant(labels, np.ones(labels.size, dtype=bool))
    return _of_summer_clock(labels)


def _of_summer_clock(labels: Ints) -> Meant:
    behind = np.zeros(labels.size, dtype=np.int64)
    unsure = np.zeros(labels.size, dtype=bool)
    for day in np.unique(labels // DAY_MIN).tolist():
        own = np.flatnonzero(labels // DAY_MIN == day)
        behind[own], unsure[own] = _offsets(labels[own] - day * DAY_MIN, date_of_day(day))
    return Meant(labels + behind, unsure)


def _offsets(minutes: Ints, day: date) -> tuple[Ints, Flags]:
    forward, back = changes_of(day.year)
    unsure = np.zeros(minutes.size, dtype=bool)
    if day == forward:  # what lies in the skipped hour was shown by a clock that had not jumped yet
        return np.where(minutes < _FORWARD_MIN + HOUR_MIN, _WINTER_BEHIND_MIN, 0), unsure
    if day != back:
        winter = not forward < day < back
        return np.full(minutes.size, _WINTER_BEHIND_MIN if winter else 0, dtype=np.int64), unsure
    second = _second_time(minutes)
    twice = (minutes >= _BACK_MIN - HOUR_MIN) & (minutes < _BACK_MIN)
    if not second.any() and (minutes >= _BACK_MIN).any():
        unsure = twice  # one set only, and the other one would stand here by now
    return np.where(second | (minutes >= _BACK_MIN), _WINTER_BEHIND_MIN, 0), unsure


def _second_time(minutes: Ints) -> Flags:
    """Records of the doubled hour that stand after the clock stepped back."""
    found = np.zeros(minutes.size, dtype=bool)
    latest, again = -1, False
    for place, minute in enumerate(minutes.tolist()):
        if _BACK_MIN - HOUR_MIN <= minute < _BACK_MIN:
            again = again or minute <= latest
            found[place], latest = again, minute
    return found


@cache
def changes_of(year: int) -> tuple[date, date]:
    """Last Sundays of March and October: by the meter's own table, whatever the country did that year.

    >>> changes_of(2015)
    (datetime.date(2015, 3, 29), datetime.date(2015, 10, 25))
    """
    ends = date(year, 3, 31), date(year, 10, 31)
    march, october = (end - timedelta(days=end.isoweekday() % 7) for end in ends)
    return march, october


def never_shown(first_label: int, last_label: int, period_min: int) -> Ints:
    """Labels in a range that a clock with summer time skips: 03:00 … 03:45 of a day in March."""
    years = {date_of_day(label // DAY_MIN).year for label in (first_label, last_label)}
    skipped = [
        np.arange(0, HOUR_MIN, period_min, dtype=np.int64) + day_number(day) * DAY_MIN + _FORWARD_MIN
        for year in range(min(years), max(years) + 1)
        for day in (changes_of(year)[0],)
    ]
    found = np.concatenate(skipped)
    return found[(found >= first_label) & (found <= last_label)]
