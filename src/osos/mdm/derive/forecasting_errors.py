"""How far were forecasts of months from what came (D-30, D-35)?

A forecast is made again for months that are over, from what was known on some day of them, and held against
what they came to. Only months that are wholly known say anything.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from osos.mdm.derive.forecasting import HISTORY, DayEnergy, Forecast, forecast

_DAY_MIN = 1440


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One month that is over, as it was foretold when so many days of it were known."""

    month: date  # its first day
    known_days: int
    said: Forecast
    came_wh: int

    @property
    def error_wh(self) -> int:
        """Above zero: too much was foretold."""
        return self.said.expected_wh - self.came_wh

    @property
    def held(self) -> bool:
        """Whether the band held it."""
        return self.said.low_wh <= self.came_wh <= self.said.high_wh


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """All checks together."""

    checks: tuple[Check, ...]

    @property
    def mean_error(self) -> float | None:
        """Mean of the errors' sizes over what came; None: there was nothing to check, or nothing came."""
        came = sum(abs(one.came_wh) for one in self.checks)
        return sum(abs(one.error_wh) for one in self.checks) / came if came else None

    @property
    def held(self) -> int:
        return sum(one.held for one in self.checks)


def checked(months: Iterable[Sequence[date]], days: Iterable[DayEnergy], *, known_days: int) -> Score:
    """Each month foretold from its first `known_days` days and the weeks before it."""
    by_day = {one.day: one for one in days}
    found = (_check(month, by_day, known_days) for month in months)
    return Score(checks=tuple(one for one in found if one is not None))


def _check(month: Sequence[date], by_day: dict[date, DayEnergy], known_days: int) -> Check | None:
    own = [by_day[day] for day in month if day in by_day and by_day[day].known_min >= _DAY_MIN]
    if len(own) < len(month):
        return None
    since = month[0] - HISTORY
    before = [one for day, one in by_day.items() if since <= day < month[0]]
    said = forecast(month=month, known=own[:known_days], before=before)
    if said is None:
        return None
    return Check(month=month[0], known_days=known_days, said=said, came_wh=sum(one.wh for one in own))
