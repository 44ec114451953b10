"""Which stretch of time is meant?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from osos.quantities.turkiye import local_midnight


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A half-open period `[start, end)` between two aware instants, kept in UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.utcoffset() is None or self.end.utcoffset() is None:
            raise ValueError(f"an interval lies between aware instants: {self.start!r}, {self.end!r}")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.end < self.start:
            raise ValueError(f"an interval does not end before it starts: {self.start} … {self.end}")

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= instant < self.end

    def overlap(self, other: "Interval") -> "Interval | None":
        """What both have in common; None when that is nothing."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Interval(start, end) if start < end else None


def day_of(day: date) -> Interval:
    """The 24 hours of a calendar day at fixed UTC+03:00."""
    start = local_midnight(day)
    return Interval(start, start + timedelta(days=1))


def slots(period: Interval, length: timedelta) -> Iterator[Interval]:
    """The period cut into pieces of one length; the last one may be shorter."""
    if length <= timedelta(0):
        raise ValueError(f"a slot lasts a while, got {length}")
    start = period.start
    while start < period.end:
        end = min(start + length, period.end)
        yield Interval(start, end)
        start = end
