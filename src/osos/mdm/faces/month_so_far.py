"""How much this month, is that normal, and where will it end (P-9)?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from sqlalchemy import Connection

from osos.mdm.canonical import Channel
from osos.mdm.derive.forecasting import FEWEST_DAYS, HISTORY, DayEnergy, Forecast, forecast
from osos.mdm.derive.forecasting_errors import Score, checked
from osos.mdm.derive.grids import Resolution, month_at
from osos.mdm.derive.series import Series
from osos.mdm.faces.points import SeenPoint
from osos.mdm.faces.series import series
from osos.quantities import Interval, Quality, local_day

CHECKED_MONTHS = 6
_TURKIYE = np.timedelta64(3, "h")


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthSoFar:
    """Primary Wh and varh of the month until now, beside the same stretch of the month before.

    `days` are the month's; `forecasts` holds the channels of which enough whole days are known.
    """

    month: Interval
    until: datetime
    days: Series
    wh: Mapping[Channel, int]
    before_same_stretch_wh: Mapping[Channel, int]
    before_same_stretch_min: int  # of it known: what is known of a few days only is no comparison
    before_whole_wh: Mapping[Channel, int]
    forecasts: Mapping[Channel, Forecast]
    missing_share: float
    estimated_share: float
    known_since: datetime | None  # when the latest of it came to be known


def month_so_far(conn: Connection, seen: SeenPoint, *, now: datetime, back: int = 0) -> MonthSoFar:
    """The month that holds `now`, or the one so many months before it."""
    month, before = month_at(now, back=back), month_at(now, back=back + 1)
    until = min(now, month.end)
    first = min(before.start, month.start - HISTORY)
    every = series(conn, seen, period=Interval(first, month.end), resolution=Resolution.DAY)
    own, last = within(every, month), within(every, before)
    # what the month before had come to by the same time; its slots cut at the minute
    stretch = Interval(before.start, min(before.start + (until - month.start), before.end))
    cut = series(conn, seen, period=stretch, resolution=Resolution.MONTH)
    return MonthSoFar(
        month=month,
        until=until,
        days=own,
        wh=totals(own),
        before_same_stretch_wh=totals(cut),
        before_same_stretch_min=int(cut.known_minutes.sum()) if len(cut) else 0,
        before_whole_wh=totals(last),
        forecasts=forecasts(every, month, seen),
        missing_share=own.total_share(Quality.MISSING),
        estimated_share=own.total_share(Quality.ESTIMATED),
        known_since=instant_of(own.last_known),
    )


def forecast_score(
    conn: Connection, seen: SeenPoint, *, now: datetime, months: int = CHECKED_MONTHS
) -> Score:
    """How good the forecast of A+ was in the months before, made when as many days of them were known."""
    known_days = max(FEWEST_DAYS, local_day(now).day - 1)
    spans = [month_at(now, back=n) for n in range(1, months + 1)]
    period = Interval(spans[-1].start - HISTORY, spans[0].end)
    every = series(conn, seen, period=period, resolution=Resolution.DAY)
    return checked(map(dates_of, spans), days_of(every, Channel.A_PLUS), known_days=known_days)


def dates_of(month: Interval) -> list[date]:
    start = local_day(month.start)
    return [start + timedelta(days=n) for n in range((month.end - month.start).days)]


def within(days: Series, period: Interval) -> Series:
    """The buckets that begin in the period."""
    start, end = (np.datetime64(int(at.timestamp()), "s") for at in (period.start, period.end))
    own = (days.starts >= start) & (days.starts < end)
    return Series(
        resolution=days.resolution,
        starts=days.starts[own],
        ends=days.ends[own],
        wh={channel: wh[own] for channel, wh in days.wh.items()},
        minutes={quality: minutes[own] for quality, minutes in days.minutes.items()},
        known_since=days.known_since[own],
        rest=days.rest,
    )


def totals(found: Series) -> dict[Channel, int]:
    return {channel: found.total(channel) for channel in found.channels}


def forecasts(every: Series, month: Interval, seen: SeenPoint) -> Mapping[Channel, Forecast]:
    """Of each channel that is asked for, from the days of the month and of `HISTORY` before it."""
    return _Forecasts(every, month, seen)


class _Forecasts(Mapping[Channel, Forecast]):
    """Each made once a page, when somebody looks at it: a page looks at two or three of six."""

    def __init__(self, every: Series, month: Interval, seen: SeenPoint) -> None:
        self._every, self._month = every, month
        self._point, self._shelf = seen.point_id, seen.shelf
        self._made: dict[tuple[int, datetime, Channel], Forecast | None] = {}

    def __getitem__(self, channel: Channel) -> Forecast:
        found = self._of(channel) if channel in self._every.wh else None
        if found is None:
            raise KeyError(channel)
        return found

    def __iter__(self) -> Iterator[Channel]:
        return (channel for channel in self._every.channels if self._of(channel) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _of(self, channel: Channel) -> Forecast | None:
        made = self._made if self._shelf is None else self._shelf.forecasts
        key = (self._point, self._month.start, channel)
        if key not in made:
            made[key] = self._forecast(channel)
        return made[key]

    def _forecast(self, channel: Channel) -> Forecast | None:
        known, before = told_of(self._every, self._month, channel)
        return forecast(month=dates_of(self._month), known=known, before=before)


def told_of(every: Series, month: Interval, channel: Channel) -> tuple[list[DayEnergy], list[DayEnergy]]:
    """What a forecast of the month is made from: its own days, and the ones before it."""
    habit = Interval(month.start - HISTORY, month.start)
    return days_of(within(every, month), channel), days_of(within(every, habit), channel)


def instant_of(at: np.datetime64) -> datetime | None:
    """An aware instant again; None where numpy holds NaT."""
    return None if np.isnat(at) else datetime.fromtimestamp(int(at.astype(np.int64)), UTC)


def days_of(days: Series, channel: Channel) -> list[DayEnergy]:
    dates: list[date] = (days.starts + _TURKIYE).astype("datetime64[D]").tolist()
    facts = zip(dates, days.of(channel).tolist(), days.known_minutes.tolist(), strict=True)
    return [DayEnergy(day=day, wh=wh, known_min=minutes) for day, wh, minutes in facts]
