"""What does a Turkish wall clock show, and when does a Turkish day begin?

Turkey has stayed at UTC+03:00 since 2016-09-08; meters that still change to summer time are mapped by
their clock regime before they get here.
"""

from datetime import UTC, date, datetime, time, timedelta, timezone

TURKIYE = timezone(timedelta(hours=3))  # the country's fixed offset, not a zone that may change


def to_local(instant: datetime) -> datetime:
    """An aware instant as the wall clock in Turkey shows it, aware at +03:00."""
    if instant.utcoffset() is None:
        raise ValueError(f"no offset, so no instant: {instant!r}")
    return instant.astimezone(TURKIYE)


def to_utc(wall: datetime) -> datetime:
    """A wall clock time in Turkey (naive, or aware at any offset) as an instant in UTC.

    >>> to_utc(datetime(2026, 3, 2, 0, 15)).isoformat()
    '2026-03-01T21:15:00+00:00'
    """
    return (wall if wall.utcoffset() is not None else wall.replace(tzinfo=TURKIYE)).astimezone(UTC)


def local_day(instant: datetime) -> date:
    """The calendar day in Turkey that holds this instant."""
    return to_local(instant).date()


def local_midnight(day: date) -> datetime:
    """The instant, in UTC, at which this day begins in Turkey."""
    return datetime.combine(day, time(0), TURKIYE).astimezone(UTC)
