"""How much will this month have come to at its end, and how sure is that?

Method `weekday-type means`: each day still to come is worth the mean of the days of its type in the weeks
before; of a day that is partly known, the unknown share of that mean is added. A forecast is a guess and says
so: its band comes from how much those days differed, wide where few of them are known.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from math import sqrt

import holidays

METHOD = "weekday-type means"
METHOD_VERSION = 1
WEEKS = 8  # how far back days are taken from
FEWEST_DAYS = (
    3  # of one type; with fewer, all days are taken together, with fewer of these there is no forecast
)
BAND_SIGMAS = 1.2816  # eight in ten months end inside the band, if days go on differing as they did
_DAY_MIN = 1440


class DayType(StrEnum):
    WEEKDAY = "weekday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"  # and public holidays


@dataclass(frozen=True, slots=True, kw_only=True)
class DayEnergy:
    """What is known of a day: energy of its known minutes."""

    day: date
    wh: int
    known_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """`so_far` is known, `expected` is so far and guess together; the band holds it eight times in ten."""

    so_far_wh: int
    expected_wh: int
    low_wh: int
    high_wh: int
    unknown_min: int  # minutes of the month that are guessed
    days_used: int
    method: str = METHOD
    method_version: int = METHOD_VERSION


@dataclass(frozen=True, slots=True)
class _Habit:
    """Mean and spread of days of one type."""

    mean: float
    variance: float
    days: int


def day_type(day: date) -> DayType:
    """A public holiday in Türkiye is like a Sunday.

    >>> day_type(date(2026, 10, 29)), day_type(date(2026, 10, 31))
    (<DayType.SUNDAY: 'sunday'>, <DayType.SATURDAY: 'saturday'>)
    """
    if day.weekday() == 6 or day in _holidays(day.year):
        return DayType.SUNDAY
    return DayType.SATURDAY if day.weekday() == 5 else DayType.WEEKDAY


@cache
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("TR", years=year))


def forecast(
    *, month: Sequence[date], known: Iterable[DayEnergy], before: Iterable[DayEnergy]
) -> Forecast | None:
    """Of the days of a month: `known` are the month's own, `before` what habits are taken from.

    Only days wholly known make habits, the month's own too. None when fewer than three such days are known.
    """
    own = {one.day: one for one in known}
    habits = _habits([*before, *own.values()])
    if habits is None:
        return None
    expected, variance, unknown, missing = 0.0, 0.0, 0, dict[DayType, float]()
    for day in month:
        known_min = own[day].known_min if day in own else 0
        share = (_DAY_MIN - known_min) / _DAY_MIN
        habit = habits[day_type(day)]
        expected += habit.mean * share
        variance += habit.variance * share
        unknown += _DAY_MIN - known_min
        missing[day_type(day)] = missing.get(day_type(day), 0.0) + share
    variance += sum(n * n * habits[of].variance / habits[of].days for of, n in missing.items())
    so_far = sum(one.wh for one in own.values())
    spread = BAND_SIGMAS * sqrt(variance)
    return Forecast(
        so_far_wh=so_far,
        expected_wh=so_far + round(expected),
        low_wh=so_far + max(0, round(expected - spread)),
        high_wh=so_far + round(expected + spread),
        unknown_min=unknown,
        days_used=sum({id(habit): habit.days for habit in habits.values()}.values()),
    )


def _habits(days: Iterable[DayEnergy]) -> Mapping[DayType, _Habit] | None:
    whole = {one.day: one.wh for one in days if one.known_min >= _DAY_MIN}
    every = _habit(list(whole.values()))
    if every is None:
        return None
    own = {of: _habit([wh for day, wh in whole.items() if day_type(day) is of]) for of in DayType}
    return {of: habit or every for of, habit in own.items()}


def _habit(values: Sequence[int]) -> _Habit | None:
    if len(values) < FEWEST_DAYS:
        return None
    mean = sum(values) / len(values)
    return _Habit(mean, sum((value - mean) ** 2 for value in values) / (len(values) - 1), len(values))
