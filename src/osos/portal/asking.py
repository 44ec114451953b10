"""Which stretch of time does an address ask for, and at which resolution?

The whole state of a screen stands in its address. Whatever stands there gives a screen: what cannot be
answered as asked is answered as nearly as possible, and a note says so.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from osos.quantities import Interval, local_day, local_midnight

Resolution = Literal["15min", "hour", "day", "month"]
Span = Literal["day", "week", "month", "year"]
SPANS: tuple[Span, ...] = ("day", "week", "month", "year")

FIRST_DAY = date(2000, 1, 1)  # no meter's label is older (M-100)
YEARS = range(1900, 2200)  # beyond, the reckoning of weeks and offsets runs out of the calendar
QUARTERS_UNTIL = 45  # days; beyond, a screen shows hours
HOURS_UNTIL = 400  # days; beyond, days
DAYS_UNTIL = 3660  # ten years
_FINEST_UNTIL: tuple[tuple[Resolution, int], ...] = (
    ("15min", QUARTERS_UNTIL),
    ("hour", HOURS_UNTIL),
    ("day", DAYS_UNTIL),
    ("month", DAYS_UNTIL),
)
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_TURKISH_DAY = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, slots=True)
class Note:
    """Words for the reader about what he asked: a message's id, and the facts it holds."""

    text: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whole days, both included, and how finely; never longer than the screen can show."""

    first: date
    last: date
    resolution: Resolution
    notes: tuple[Note, ...] = ()

    @property
    def period(self) -> Interval:
        return Interval(local_midnight(self.first), local_midnight(self.last + timedelta(days=1)))

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def is_month(self) -> bool:
        """Is it one whole calendar month?"""
        return self.first.day == 1 and self.last == month_end(self.first)

    @property
    def span(self) -> Span | None:
        """The usual stretch this is, if it is one."""
        if self.is_month:
            return "month"
        if self.first == date(self.first.year, 1, 1) and self.last == date(self.first.year, 12, 31):
            return "year"
        week = self.days == 7 and self.first.weekday() == 0
        return "day" if self.days == 1 else "week" if week else None

    @property
    def query(self) -> dict[str, str]:
        """How an address says it."""
        said = {"from": self.first.isoformat(), "to": self.last.isoformat()}
        return said | {"resolution": self.resolution}


def asked(
    query: Mapping[str, str],
    *,
    now: datetime,
    usual: Span = "month",
    days_most: int = DAYS_UNTIL,
    finest: Resolution = "15min",
) -> Asked:
    """What the parameters `from`, `to`, `month` and `resolution` ask for; nothing asked: the present one."""
    notes: list[Note] = []
    today = local_day(now)
    first, last = _named_days(query, today, usual, notes)
    if first > last:
        first, last = last, first
        notes.append(Note("asking.swapped", {}))
    first, last = _within(first, last, today, days_most, notes)
    resolution = _resolution(query.get("resolution", ""), (last - first).days + 1, finest, notes)
    return Asked(first=first, last=last, resolution=resolution, notes=tuple(notes))


def span_of(span: Span, day: date) -> tuple[date, date]:
    """The day, the week from Monday, the month or the year that holds this day."""
    if span == "day":
        return day, day
    if span == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    if span == "month":
        return day.replace(day=1), month_end(day)
    return date(day.year, 1, 1), date(day.year, 12, 31)


def month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_before(day: date, count: int) -> date:
    """The first of the month so many months earlier."""
    months = day.year * 12 + day.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def shifted(first: date, last: date, *, by: int) -> tuple[date, date]:
    """The neighbouring stretch: whole months step by months, others by their own length."""
    if first.day == 1 and last == month_end(last):
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        start = months_before(first, -by * months)
        return start, month_end(months_before(last, -by * months))
    length = timedelta(days=((last - first).days + 1) * by)
    return first + length, last + length


def parsed_day(text: str) -> date | None:
    """`2026-11-21` or `21.11.2026`; None when no such day is in the calendar."""
    iso, turkish = _ISO_DAY.fullmatch(text.strip()), _TURKISH_DAY.fullmatch(text.strip())
    if iso is not None:
        year, month, day = (int(part) for part in iso.groups())
    elif turkish is not None:
        day, month, year = (int(part) for part in turkish.groups())
    else:
        return None
    try:
        return date(year, month, day) if year in YEARS else None
    except ValueError:
        return None


def parsed_month(text: str) -> date | None:
    """The first of `2026-11`; None when there is no such month."""
    found = _MONTH.fullmatch(text.strip())
    return None if found is None else parsed_day(f"{found[1]}-{found[2]}-01")


def _named_days(query: Mapping[str, str], today: date, usual: Span, notes: list[Note]) -> tuple[date, date]:
    if query.get("month"):
        month = parsed_month(query["month"])
        if month is not None:
            return span_of("month", month)
        notes.append(Note("asking.no_month", {"text": query["month"][:20]}))
    first, last = (_named_day(query.get(name, ""), notes) for name in ("from", "to"))
    if first is None and last is None:
        return span_of(usual, today)
    start, end = span_of(usual, first or last or today)
    return first or start, last or end


def _named_day(text: str, notes: list[Note]) -> date | None:
    day = parsed_day(text) if text else None
    if text and day is None:
        notes.append(Note("asking.no_day", {"text": text[:20]}))
    return day


def _within(first: date, last: date, today: date, days_most: int, notes: list[Note]) -> tuple[date, date]:
    if first > span_of("year", today)[1] or last < FIRST_DAY:
        notes.append(Note("asking.unknowable", {}))
        length = min((last - first).days, days_most - 1)
        return today - timedelta(days=length), today
    first, last = max(first, FIRST_DAY), min(last, span_of("year", today)[1])
    if (last - first).days >= days_most:
        notes.append(Note("asking.cut", {"days": days_most}))
        last = min(last, max(first, today))
        first = max(first, last - timedelta(days=days_most - 1))
    return first, last


def _resolution(text: str, days: int, finest: Resolution, notes: list[Note]) -> Resolution:
    names = [name for name, _ in _FINEST_UNTIL]
    possible = [
        name for name, most in _FINEST_UNTIL if days <= most and names.index(name) >= names.index(finest)
    ]
    for name in names:
        if name == text:
            if name in possible:
                return name
            notes.append(Note("asking.coarser", {}))
            return possible[0]
    if text:
        notes.append(Note("asking.no_resolution", {"text": text[:20]}))
    return possible[0]


def steps(found: Asked, *, now: datetime) -> dict[str, object]:
    """Where the neighbours of these days are, and the usual stretches around them."""
    today = local_day(now)
    middle = min(max(found.first, min(found.last, today)), found.last)
    spans = {span: _said(*span_of(span, middle)) for span in SPANS}
    return {
        "before": _said(*shifted(found.first, found.last, by=-1)),
        "after": _said(*shifted(found.first, found.last, by=1)),
        "steps": spans,
    }


def _said(first: date, last: date) -> dict[str, str]:
    return {"from": first.isoformat(), "to": last.isoformat()}
