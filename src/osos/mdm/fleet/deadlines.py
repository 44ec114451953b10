"""Until when must whose values have reached the market, and will they (S-1 … S-3, S-5)?

Rules are dated data with their text. What is not known now and is due is in danger; how far, the margin says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from osos.mdm.derive.dated import Dated, in_force
from osos.mdm.derive.grids import month_at
from osos.mdm.fleet.numbers import Counts
from osos.mdm.labels import NOMINAL_MIN, edge_of_day, instant_of_label
from osos.quantities import Interval, local_day, local_midnight, to_local

_AN_HOUR, _A_DAY = timedelta(hours=1), timedelta(days=1)


class Every(StrEnum):
    """How long the stretch is that is delivered at once."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRule(Dated):
    """Of these classes of points (empty: all others), so long after the stretch has ended."""

    name: str
    every: Every
    within: timedelta
    classes: frozenset[str] = frozenset()


_SINCE = date(2011, 4, 10)
DEADLINES = (
    DeadlineRule(
        since=_SINCE,
        source="S-1; OSOS rules of 10.04.2011 / 27901",
        name="balancing units",
        every=Every.HOUR,
        within=2 * _AN_HOUR,
        classes=frozenset({"BALANCING_UNIT", "DENGELEME BİRİMİ"}),
    ),
    DeadlineRule(
        since=_SINCE,
        source="S-2; OSOS rules of 10.04.2011 / 27901",
        name="generation",
        every=Every.DAY,
        within=2 * _AN_HOUR,
        classes=frozenset({"GEN_SUPPLY", "UNLICENSED_GEN", "ÜRETİM", "LÜY"}),
    ),
    DeadlineRule(
        since=_SINCE,
        source="S-3; the settlement calendar's day is a setting, three days until it is given",
        name="all others",
        every=Every.MONTH,
        within=3 * _A_DAY,
    ),
)


class DeadlineState(StrEnum):
    """Met: all that is due is known. At risk: not all, but there is time. Late: there is none left."""

    MET = "met"
    AT_RISK = "at risk"
    LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One stretch that must be delivered: its quarter hours that are over, and how many of them are known."""

    rule: DeadlineRule
    period: Interval
    at: datetime
    points: int
    due: int  # quarter hours × points that are over
    known: int
    now: datetime

    @property
    def missing(self) -> int:
        return self.due - self.known

    @property
    def margin(self) -> timedelta:
        """Time left; below zero it is over."""
        return self.at - self.now

    @property
    def state(self) -> DeadlineState:
        if self.missing <= 0:
            return DeadlineState.MET
        return DeadlineState.LATE if self.now > self.at else DeadlineState.AT_RISK


def rule_of(point_class: str, rules: Sequence[DeadlineRule]) -> DeadlineRule | None:
    """The rule that names the class, else the one for all others."""
    named = next((rule for rule in rules if point_class.upper() in rule.classes), None)
    return named or next((rule for rule in rules if not rule.classes), None)


def stretches(rule: DeadlineRule, now: datetime) -> tuple[Interval, ...]:
    """The stretches whose deadline is next or was last: the ones just over, and the open one."""
    if rule.every is Every.HOUR:
        hour = to_local(now).replace(minute=0, second=0, microsecond=0)
        return tuple(Interval(hour - n * _AN_HOUR, hour - (n - 1) * _AN_HOUR) for n in (3, 2, 1))
    if rule.every is Every.DAY:
        today = local_midnight(local_day(now))
        return (Interval(today - _A_DAY, today), Interval(today, today + _A_DAY))
    return (month_at(now, back=1), month_at(now))


def quarter_range(period: Interval, day: int, now: datetime) -> tuple[int, int]:
    """Which quarter hours of a day lie in the period and are over: from, until before."""
    start = instant_of_label(edge_of_day(day))
    until = min(period.end, now)
    quarters = [int((at - start) / timedelta(minutes=NOMINAL_MIN)) for at in (period.start, until)]
    return max(0, min(96, quarters[0])), max(0, min(96, quarters[1]))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ClassDay:
    """96 counts of a class of points on one day."""

    day: int
    point_class: str
    points: int
    due: Counts
    known: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassMonth:
    """Of a class, the days of a month that are over, as last measured."""

    month_start: datetime
    point_class: str
    points: int
    due: int
    known: int


def deadlines(
    days: Sequence[ClassDay],
    months: Sequence[ClassMonth],
    *,
    now: datetime,
    rules: Sequence[DeadlineRule] = DEADLINES,
) -> tuple[Deadline, ...]:
    """From counters, the soonest first; a stretch of which nothing is due has none."""
    valid = in_force(rules, local_day(now))
    found = []
    for rule in valid:
        own_days = [one for one in days if rule_of(one.point_class, valid) is rule]
        own_months = [one for one in months if rule_of(one.point_class, valid) is rule]
        for period in stretches(rule, now):
            monthly = rule.every is Every.MONTH
            facts = _of_month(own_months, period) if monthly else _of_days(own_days, period, now)
            if facts["due"]:
                at = period.end + rule.within
                found.append(Deadline(rule=rule, period=period, at=at, now=now, **facts))
    return tuple(sorted(found, key=lambda one: (one.at, one.rule.name)))


def _of_days(days: Sequence[ClassDay], period: Interval, now: datetime) -> dict[str, int]:
    facts = {"points": 0, "due": 0, "known": 0}
    by_day: dict[int, int] = {}
    for one in days:
        first, until = quarter_range(period, one.day, now)
        if first < until:
            facts["due"] += int(one.due[first:until].sum())
            facts["known"] += int(one.known[first:until].sum())
            by_day[one.day] = by_day.get(one.day, 0) + one.points
    return facts | {"points": max(by_day.values(), default=0)}


def _of_month(months: Sequence[ClassMonth], period: Interval) -> dict[str, int]:
    own = [one for one in months if one.month_start == period.start]
    return {name: sum(getattr(one, name) for one in own) for name in ("points", "due", "known")}
