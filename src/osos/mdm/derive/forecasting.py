"""How much will this month have come to at its end, and how sure is that?

Method `weekday types, nearer days more`: days of a type are worth so much beside days of another (eight weeks
tell), and the level of all is the mean of the days before in which each week counts half of the one after it.
Of a day that is partly known, the unknown share is added. Public holidays are Sundays, unless the point's own
past holidays were nearer to its working days.

A forecast is a guess and says how good guesses of its kind were: the same forecast is made for stretches of
equal length that are over, a week apart, and the band is as wide as the error that eight in ten of them did
not pass. Where fewer than eight are known, the band is what customers of the pretend city were missed by.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from functools import cache, lru_cache
from math import ceil

import holidays
import numpy as np
import numpy.typing as npt

METHOD = "weekday types, nearer days more"
METHOD_VERSION = 2
WEEKS = 8  # how far back days are taken from
BACK_WEEKS = 26  # how far back forecasts are made again
HISTORY = timedelta(weeks=WEEKS + BACK_WEEKS, days=31)  # what a forecast asks for before its month
HALVED_AFTER_DAYS = 7  # the weight of a day
FEWEST_DAYS = 3  # of one type; with fewer its worth is the mean of all, with fewer of these is no forecast
LEAST_HABIT_DAYS = 14  # known before a stretch that is foretold again
FEWEST_ERRORS = 8  # stretches that overlap tell less than as many apart
HELD = 0.8  # eight months in ten end inside the band
_STEP = 7  # days from one forecast made again to the next
_DAY_MIN = 1440
# Errors of the rest, by its days, that eight in ten forecasts from three weeks of days did not pass: eleven
# customers of the city, fifteen months (tests/mdm/test_forecast_errors.py holds them against each other).
OTHERS_MISSED_BY = ((14, 0.15), (21, 0.17), (31, 0.21))

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


class DayType(IntEnum):
    WEEKDAY = 0
    SATURDAY = 1
    SUNDAY = 2  # and public holidays


_TYPES = np.array(DayType)
AGES = np.arange(7 * WEEKS, 0, -1)
WEIGHTS = 0.5 ** (AGES / HALVED_AFTER_DAYS)
_PLAIN = (*[DayType.WEEKDAY] * 5, DayType.SATURDAY, DayType.SUNDAY)


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
    errors_used: int  # forecasts made again that the band comes from; 0: from those of other customers
    method: str = METHOD
    method_version: int = METHOD_VERSION


@dataclass(frozen=True, slots=True, eq=False)
class DaysInARow:
    """Days in a row: what they came to, which are wholly known, and of which type they are."""

    wh: Floats
    known: Flags
    types: Ints  # holidays as Sundays
    plain: Ints  # holidays as the days they fall on
    worked: Ints  # by day: how many more holidays before it were like working days than like Sundays

    def rests(self, untils: Ints, ahead: Ints, shares: Floats) -> tuple[Floats, Ints]:
        """What the days before each of `untils` tell of the days `ahead` of it, each a share of a day.

        Beside it how many days told it.
        """
        back = untils[:, None] - AGES
        known = self.known[back.clip(0)] & (back >= 0)
        plain = self.worked[untils, None] > 0
        types = np.where(plain, self.plain[back.clip(0)], self.types[back.clip(0)])
        come = np.where(plain, self.plain[ahead], self.types[ahead])
        wh = self.wh[back.clip(0)] * known
        each = (types[..., None] == _TYPES) & known[..., None]
        counts = each.sum(axis=1)
        worth = _worth((each * wh[..., None]).sum(axis=1), counts)
        usual = ((each * WEIGHTS[:, None]).sum(axis=1) * worth).sum(axis=1)
        level = (wh * WEIGHTS).sum(axis=1) / np.where(usual, usual, 1.0)
        days = ((come[..., None] == _TYPES) * shares[:, None]).sum(axis=1)
        rests: Floats = level * (days * worth).sum(axis=1)
        return rests, counts.sum(axis=1)

    def errors(self, end: int, length: int) -> Floats:
        """Of stretches of so many days, each a week before the next, the last by `end`: |came ÷ said − 1|."""
        _, said, came = self.again(end, length)
        errors: Floats = np.abs(came / said - 1)
        return errors

    def again(self, end: int, length: int) -> tuple[Ints, Floats, Floats]:
        """Where those stretches begin, what would have been said of each, and what came."""
        last = end - length
        firsts = np.arange(last, max(LEAST_HABIT_DAYS, last - 7 * BACK_WEEKS) - 1, -_STEP)
        if not firsts.size:
            return firsts, np.zeros(0), np.zeros(0)
        ahead = firsts[:, None] + np.arange(length)
        said, told_by = self.rests(firsts, ahead, np.ones(length))
        tell = self.known[ahead].all(axis=1) & (told_by >= LEAST_HABIT_DAYS) & (said > 0)
        return firsts[tell], said[tell], self.wh[ahead].sum(axis=1)[tell]


@lru_cache(4096)  # a forecast asks for a year of days, a page for several forecasts
def day_type(day: date) -> DayType:
    """A public holiday in Türkiye is like a Sunday.

    >>> day_type(date(2026, 10, 29)), day_type(date(2026, 10, 31))
    (<DayType.SUNDAY: 2>, <DayType.SATURDAY: 1>)
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
    """Of the days of a month: `known` are the month's own, `before` what habits and errors are taken from.

    Only days wholly known make habits, the month's own too. None when fewer than three such days are known.
    """
    own = {one.day: one for one in known}
    every = {one.day: one for one in before} | own
    first = min(every, default=month[0])
    days = days_in_a_row(every, min(first, month[0]), month[-1])
    shares = np.array([1 - own[day].known_min / _DAY_MIN if day in own else 1.0 for day in month])
    until = int(max(np.flatnonzero(days.known), default=-1)) + 1
    begun = days.wh.size - len(month)
    ahead = np.arange(begun, days.wh.size)[None, :]
    (rest,), (days_used,) = days.rests(np.array([until]), ahead, shares)
    if days_used < FEWEST_DAYS:
        return None
    missed, errors_used = missed_by(days, until, ceil(float(shares.sum()) - 1e-9))
    so_far = sum(one.wh for one in own.values())
    return Forecast(
        so_far_wh=so_far,
        expected_wh=so_far + round(float(rest)),
        low_wh=so_far + max(0, round(float(rest) * (1 - missed))),
        high_wh=so_far + round(float(rest) * (1 + missed)),
        unknown_min=round(float(shares.sum()) * _DAY_MIN),
        days_used=int(days_used),
        errors_used=errors_used,
    )


def missed_by(days: DaysInARow, until: int, length: int) -> tuple[float, int]:
    """The error that eight in ten do not pass, and how many tell it."""
    if not length:
        return 0.0, 0
    errors = np.sort(days.errors(until, length))
    if errors.size < FEWEST_ERRORS:
        return float(np.interp(length, *np.array(OTHERS_MISSED_BY).T)), 0
    return float(errors[min(errors.size, ceil(HELD * (errors.size + 1))) - 1]), errors.size


def days_in_a_row(every: Mapping[date, DayEnergy], first: date, last: date) -> DaysInARow:
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    told = [every.get(day) for day in span]
    wh = np.array([0 if one is None else one.wh for one in told], dtype=np.float64)
    known = np.array([one is not None and one.known_min >= _DAY_MIN for one in told], dtype=bool)
    types = np.array([day_type(day) for day in span], dtype=np.int64)
    plain = np.array([_PLAIN[day.weekday()] for day in span], dtype=np.int64)
    worked = np.concatenate(([0], np.cumsum(_worked(wh, known, types, plain))))
    return DaysInARow(wh=wh, known=known, types=types, plain=plain, worked=worked)


def _worked(wh: Floats, known: Flags, types: Ints, plain: Ints) -> Ints:
    """+1 at a known holiday that was like a day of its own sort, −1 at one like the Sundays before it."""
    found = np.zeros(wh.size, dtype=np.int64)
    for place in np.flatnonzero(known & (types != plain)).tolist():
        near = slice(max(0, place - 7 * WEEKS), place)
        usual = known[near] & (types[near] == plain[near])
        sundays = wh[near][usual & (types[near] == DayType.SUNDAY)]
        others = wh[near][usual & (types[near] == plain[place])]
        if sundays.size and others.size:
            nearer = abs(wh[place] - others.mean()) < abs(wh[place] - sundays.mean())
            found[place] = 1 if nearer else -1
    return found


def _worth(sums: Floats, counts: Ints) -> Floats:
    """The mean of each type of day; of one seen too seldom the mean of all."""
    mean = sums.sum(axis=1) / np.maximum(1, counts.sum(axis=1))
    worth: Floats = np.where(counts >= FEWEST_DAYS, sums / np.maximum(counts, 1), mean[:, None])
    return worth
