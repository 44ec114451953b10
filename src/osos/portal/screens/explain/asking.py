"""Which moment or stretch of time does the address of an explanation name?"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from osos.quantities import Interval, to_utc

MOST_DAYS = 31
_YEARS = range(2000, 2200)


def instant_of(text: str) -> datetime | None:
    """With its offset, or it is none."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None and at.year in _YEARS else None


def hour_of(text: str) -> Interval | None:
    """One hour of the wall clock, as the hourly table names it: 2026-03-02T14."""
    try:
        start = to_utc(datetime.strptime(text, "%Y-%m-%dT%H"))  # noqa: DTZ007  # to_utc gives it its offset
    except (ValueError, OverflowError):
        return None
    return Interval(start, start + timedelta(hours=1)) if start.year in _YEARS else None


def stretch_of(query: Mapping[str, str]) -> Interval | None:
    """`s` to `e`, both instants; at most a month of it."""
    start, end = instant_of(query.get("s", "")), instant_of(query.get("e", ""))
    if start is None or end is None or end <= start:
        return None
    return Interval(start, min(end, start + timedelta(days=MOST_DAYS)))
