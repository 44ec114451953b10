"""What does the overview tell of a month? Figures and their comparisons, without a word or a picture."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from osos.mdm.canonical import Channel
from osos.mdm.derive.forecasting import Forecast
from osos.mdm.faces import MonthSoFar, Series
from osos.portal.times import day_of_instant
from osos.quantities import Interval, local_day, local_midnight

KNOWN_ENOUGH = 0.9  # of a stretch, to be compared with: else a gap would look like thrift


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """This stretch against the same stretch of another time."""

    wh: int
    other_wh: int

    @property
    def change(self) -> Decimal:
        """0.1 is a tenth more, −0.1 a tenth less."""
        return Decimal(self.wh - self.other_wh) / self.other_wh


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthUse:
    """Running sums at each midnight of the month and what they are measured against."""

    first: date
    days: int
    today: date | None  # None: the month is over
    wh: int
    running: tuple[int | None, ...]  # days + 1 of them; None: not yet
    before: tuple[int | None, ...]
    year_before: tuple[int | None, ...]
    with_year: Compared | None
    with_month: Compared | None
    forecast: Forecast | None
    known_share: float  # of what is due

    @property
    def is_patchy(self) -> bool:
        """Is so much missing that the sum must not stand as the month's use?"""
        return self.known_share < KNOWN_ENOUGH

    @property
    def days_gone(self) -> int:
        """Of the present month with today, of a past one all."""
        return self.days if self.today is None else self.today.day


def month_use(
    found: MonthSoFar, *, before: Series, year_before: Series, year_stretch: Series, now: datetime
) -> MonthUse:
    """`before` and `year_before` are days of those months, `year_stretch` last year's until the same time."""
    first = local_day(found.month.start)
    days = (found.month.end - found.month.start).days
    running = _running(found.days, days)
    own = found.wh.get(Channel.A_PLUS, 0)
    return MonthUse(
        first=first,
        days=days,
        today=local_day(now) if now < found.month.end else None,
        wh=own,
        running=running,
        before=_running(before, days),
        year_before=_running(year_before, days),
        with_year=_with_year(own, found, year_stretch),
        with_month=_with_month(own, found),
        known_share=1.0 - found.missing_share,
        forecast=found.forecasts.get(Channel.A_PLUS) if now < found.month.end else None,
    )


def _running(series: Series, days: int) -> tuple[int | None, ...]:
    """Sums at the midnights; nothing known at all: no line."""
    if not len(series) or not series.known_minutes.sum():
        return ()
    facts = zip(series.starts, series.of(Channel.A_PLUS).tolist(), series.known_minutes.tolist(), strict=True)
    of_day = {day_of_instant(at).day: wh for at, wh, known in facts if known}
    sums: list[int | None] = [0]
    total = 0
    for day in range(1, days + 1):
        total += of_day.get(day, 0)
        sums.append(total if day in of_day else None)  # a day nobody knows leaves the line open
    return tuple(sums)


def _with_year(wh: int, found: MonthSoFar, stretch: Series) -> Compared | None:
    known = int(stretch.known_minutes.sum()) if len(stretch) else 0
    return _compared(wh, found, stretch.total(Channel.A_PLUS), known)


def _with_month(wh: int, found: MonthSoFar) -> Compared | None:
    other = found.before_same_stretch_wh.get(Channel.A_PLUS, 0)
    return _compared(wh, found, other, found.before_same_stretch_min)


def _compared(wh: int, found: MonthSoFar, other_wh: int, other_known_min: int) -> Compared | None:
    """Like with like: of the stretch itself, not of what is due of it, either side is known well enough.

    A party that came in mid-month has all that is due of his few days; a whole stretch it is not.
    """
    wanted = KNOWN_ENOUGH * (found.until - found.month.start).total_seconds() / 60
    own = int(found.days.known_minutes.sum()) if len(found.days) else 0
    if min(own, other_known_min) < wanted or not other_wh:
        return None
    return Compared(wh=wh, other_wh=other_wh)


def a_year_earlier(period: Interval) -> Interval:
    """The same stretch a year before, from the same day of the calendar on."""
    first = local_day(period.start)
    shift = period.start - local_midnight(first.replace(year=first.year - 1))
    return Interval(period.start - shift, period.end - shift)
