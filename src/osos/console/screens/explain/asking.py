"""Which stretch of which register is asked about?"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from osos.mdm.canonical import Channel
from osos.quantities import Interval, local_day, local_midnight, to_utc

MOST_DAYS = 62  # of one explanation; longer ones are made of months
_YEARS = range(2000, 2200)


def channel_of(query: Mapping[str, str]) -> Channel:
    """Import unless a register of energy is named."""
    return next((one for one in Channel if one.value == query.get("channel")), Channel.A_PLUS)


def period_of(query: Mapping[str, str], *, now: datetime) -> Interval:
    """Instants or days, the last one included; what cannot be read asks for yesterday."""
    first, last = _moment(query.get("from", "")), _moment(query.get("to", ""), is_end=True)
    if first is None:
        yesterday = local_day(now) - timedelta(days=1)
        first, last = local_midnight(yesterday), local_midnight(yesterday + timedelta(days=1))
    if last is None or last <= first:
        last = local_midnight(local_day(first) + timedelta(days=1))
    return Interval(first, min(last, first + timedelta(days=MOST_DAYS)))


def known_on_of(query: Mapping[str, str]) -> datetime | None:
    """As it was known at the end of a past day (D-3); empty or no day: now."""
    return _moment(query.get("known_on", ""), is_end=True)


def instant_of(text: str) -> datetime | None:
    """With its offset, or it is none."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None and at.year in _YEARS else None


def _moment(text: str, *, is_end: bool = False) -> datetime | None:
    try:
        if len(text) == len("2026-11-12"):
            day = date.fromisoformat(text)
            return local_midnight(day + timedelta(days=is_end)) if day.year in _YEARS else None
        at = datetime.fromisoformat(text)
        return to_utc(at) if at.year in _YEARS else None
    except (ValueError, OverflowError):
        return None
