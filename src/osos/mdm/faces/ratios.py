"""Is this point heading for a charge on reactive energy, and from which day on (*Oranlar*, P-7)?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from osos.mdm.canonical import Channel
from osos.mdm.derive.forecasting import HISTORY, Forecast
from osos.mdm.derive.grids import Resolution, Starts, month_at
from osos.mdm.derive.reactive import Kind, Ratio, Rule, Subject, charged, rule_for
from osos.mdm.derive.series import Series
from osos.mdm.faces.month_so_far import forecasts, instant_of, within
from osos.mdm.faces.points import SeenPoint
from osos.mdm.faces.series import series
from osos.mdm.labels import Ints
from osos.quantities import Interval, Quality, local_day

CHANNEL_OF = {Kind.INDUCTIVE: Channel.Q1, Kind.CAPACITIVE: Channel.Q4}
MONTHS_BACK = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """The ratio at the month's end, if the rest of it goes as days of its type went; per cent."""

    expected: Decimal
    low: Decimal
    high: Decimal
    will_pass: bool  # the expected one does
    may_pass: bool  # the high end does


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class MonthRatios:
    """Both ratios of one month; a month before the point was in sight has no active energy."""

    month: Interval
    ratios: Mapping[Kind, Ratio]
    charged_varh: Mapping[Kind, int]  # nothing for who is exempt
    missing_share: float
    estimated_share: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Ratios:
    """The month day by day, its projection, and the months before it, the latest first."""

    month: MonthRatios
    rule: Rule
    has_reactive: bool  # False: the meter counts none, so nothing is charged (regulation (f2))
    day_ends: Starts
    cumulative_active_wh: Ints  # since the month's start, at the end of each day
    cumulative_varh: Mapping[Kind, Ints]
    projections: Mapping[Kind, Projection]
    past: tuple[MonthRatios, ...]
    known_since: datetime | None
    forecasts: Mapping[Channel, Forecast] = field(default_factory=dict)  # made when somebody looks

    def percent_by_day(self, kind: Kind) -> npt.NDArray[np.float64]:
        """For drawing: the cumulative ratio at the end of each day; NaN while nothing active was drawn."""
        active = self.cumulative_active_wh.astype(np.float64)
        percent = np.full(active.size, np.nan)
        np.divide(self.cumulative_varh[kind] * 100.0, active, out=percent, where=active > 0)
        return percent


def ratios(conn: Connection, seen: SeenPoint, *, month: Interval | None = None, now: datetime) -> Ratios:
    """Of the month that holds the start of `month`, or `now`; a row a day is read, seven months back."""
    own = month_at(now if month is None else month.start)
    first = month_at(own.start, back=MONTHS_BACK)
    habit = own.start - HISTORY
    every = series(conn, seen, period=Interval(min(first.start, habit), own.end), resolution=Resolution.DAY)
    days, rule = within(every, own), _rule(seen, own)
    ahead = forecasts(every, own, seen)
    return Ratios(
        month=_month(every, own, rule),
        rule=rule,
        has_reactive=any(channel in every.wh for channel in CHANNEL_OF.values()),
        day_ends=days.ends,
        cumulative_active_wh=np.cumsum(days.of(Channel.A_PLUS)),
        cumulative_varh={kind: np.cumsum(days.of(channel)) for kind, channel in CHANNEL_OF.items()},
        forecasts=ahead,
        projections=_projections(ahead, rule),
        past=tuple(
            _month(every, past, _rule(seen, past))
            for past in (month_at(own.start, back=n) for n in range(1, MONTHS_BACK + 1))
        ),
        known_since=instant_of(days.last_known),
    )


def _rule(seen: SeenPoint, month: Interval) -> Rule:
    place = seen.place
    subject = Subject(
        installed_kva=place.installed_kva,
        contract_kw=place.contract_kw,
        tariff_group=place.tariff_group,
    )
    return rule_for(subject, local_day(month.start))


def _month(every: Series, month: Interval, rule: Rule) -> MonthRatios:
    days = within(every, month)
    active = days.total(Channel.A_PLUS)
    found = {
        kind: Ratio(
            kind=kind, active_wh=active, reactive_varh=days.total(channel), limit=rule.limits.of(kind)
        )
        for kind, channel in CHANNEL_OF.items()
    }
    return MonthRatios(
        month=month,
        ratios=found,
        charged_varh=dict.fromkeys(Kind, 0) if rule.exemption is not None else charged(found.values()),
        missing_share=days.total_share(Quality.MISSING),
        estimated_share=days.total_share(Quality.ESTIMATED),
    )


def _projections(made: Mapping[Channel, Forecast], rule: Rule) -> dict[Kind, Projection]:
    """The reactive band over the expected active energy: active and reactive mostly rise together."""
    active = made.get(Channel.A_PLUS)
    if active is None or active.expected_wh <= 0:
        return {}
    found = {}
    for kind, channel in CHANNEL_OF.items():
        reactive = made.get(channel)
        if reactive is None:
            continue
        low, expected, high = (
            Decimal(varh * 100) / active.expected_wh
            for varh in (reactive.low_wh, reactive.expected_wh, reactive.high_wh)
        )
        limit = rule.limits.of(kind)
        found[kind] = Projection(
            expected=expected, low=low, high=high, will_pass=expected > limit, may_pass=high > limit
        )
    return found
