"""From which days, of which worth, does a forecast come, and from which errors its band (D-34)?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import ceil

import numpy as np

from osos.mdm.derive.forecasting import (
    AGES,
    FEWEST_DAYS,
    WEIGHTS,
    DayEnergy,
    DaysInARow,
    DayType,
    Forecast,
    days_in_a_row,
    forecast,
    missed_by,
)

_DAY_MIN = 1440


@dataclass(frozen=True, slots=True, kw_only=True)
class HabitDay:
    """A day that a forecast was taken from; the weight halves each week back."""

    day: date
    wh: int
    type: DayType
    weight: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A stretch that is over, foretold from what was known before it."""

    first: date
    said_wh: Decimal
    came_wh: int

    @property
    def error(self) -> Decimal:
        return abs(self.came_wh / self.said_wh - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastTold:
    """A forecast and what it was worked out from: rest = level × Σ days ahead × worth of their type."""

    forecast: Forecast
    days: tuple[HabitDay, ...]
    worth: Mapping[DayType, Decimal]  # Wh of a day
    own_worth: frozenset[DayType]  # the others are seen too seldom: theirs is the mean of all
    level: Decimal
    ahead: Mapping[DayType, Decimal]  # days and parts of days that are not known yet
    missed: Decimal  # the error that eight in ten did not pass
    length: int  # days of the stretches foretold again
    again: tuple[Again, ...]
    holidays_worked: bool  # his holidays were like working days

    @property
    def rest_wh(self) -> Decimal:
        return self.level * sum((self.ahead[one] * self.worth[one] for one in DayType), Decimal(0))


def forecast_told(
    *, month: Sequence[date], known: Iterable[DayEnergy], before: Iterable[DayEnergy]
) -> ForecastTold | None:
    """The same question as `forecast`; None where that is none."""
    known, before = tuple(known), tuple(before)
    made = forecast(month=month, known=known, before=before)
    if made is None:
        return None
    own = {one.day: one for one in known}
    every = {one.day: one for one in before} | own
    first = min(min(every, default=month[0]), month[0])
    days = days_in_a_row(every, first, month[-1])
    until = int(max(np.flatnonzero(days.known), default=-1)) + 1
    plain = bool(days.worked[until] > 0)
    types = days.plain if plain else days.types
    habit = tuple(_habit(days, types.tolist(), until, first))
    worth, seen = _worth(habit)
    ahead = _ahead(month, own, types[-len(month) :].tolist())
    length = ceil(float(sum(ahead.values())) - 1e-9)
    return ForecastTold(
        forecast=made,
        days=habit,
        worth=worth,
        own_worth=seen,
        level=_level(habit, worth),
        ahead=ahead,
        missed=Decimal(str(missed_by(days, until, length)[0])),
        length=length,
        again=_again(days, until, length, first) if made.errors_used else (),
        holidays_worked=plain,
    )


def _habit(days: DaysInARow, types: Sequence[int], until: int, first: date) -> Iterable[HabitDay]:
    for age, weight in zip(AGES.tolist(), WEIGHTS.tolist(), strict=True):
        place = until - age
        if place >= 0 and days.known[place]:
            yield HabitDay(
                day=first + timedelta(days=place),
                wh=int(days.wh[place]),
                type=DayType(types[place]),
                weight=Decimal(str(weight)),
            )


def _worth(habit: Sequence[HabitDay]) -> tuple[dict[DayType, Decimal], frozenset[DayType]]:
    mean = Decimal(sum(one.wh for one in habit)) / len(habit)
    worth, seen = {}, set()
    for kind in DayType:
        own = [one.wh for one in habit if one.type is kind]
        if len(own) >= FEWEST_DAYS:
            seen.add(kind)
        worth[kind] = Decimal(sum(own)) / len(own) if kind in seen else mean
    return worth, frozenset(seen)


def _level(habit: Sequence[HabitDay], worth: Mapping[DayType, Decimal]) -> Decimal:
    usual = sum((one.weight * worth[one.type] for one in habit), Decimal(0))
    return sum((one.weight * one.wh for one in habit), Decimal(0)) / (usual or Decimal(1))


def _ahead(
    month: Sequence[date], own: Mapping[date, DayEnergy], types: Sequence[int]
) -> dict[DayType, Decimal]:
    found = dict.fromkeys(DayType, Decimal(0))
    for day, kind in zip(month, types, strict=True):
        known = own[day].known_min if day in own else 0
        found[DayType(kind)] += Decimal(_DAY_MIN - known) / _DAY_MIN
    return found


def _again(days: DaysInARow, until: int, length: int, first: date) -> tuple[Again, ...]:
    firsts, said, came = days.again(until, length)
    facts = zip(firsts.tolist(), said.tolist(), came.tolist(), strict=True)
    return tuple(
        Again(first=first + timedelta(days=place), said_wh=Decimal(str(wh)), came_wh=int(real))
        for place, wh, real in facts
    )
