"""When did a clock change within a period: the country's until 2016, or that of a meter that still changes?

Hours are told at UTC+03:00 whatever a clock showed; where one changed, a reader who compares with it needs
to know.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import Connection

from osos.mdm.faces.points import SeenPoint
from osos.mdm.keeping.clocks import Clock, Regime, changes_of
from osos.mdm.keeping.papers import clocks_of
from osos.quantities import DeviceId, Interval, local_day, local_midnight

# The time zone database, Europe/Istanbul: last Sundays but for these; since 27.03.2016 always at +03:00.
_LAST_FORWARD = 2016
_OTHER_DAYS = {
    (2011, True): date(2011, 3, 28),
    (2014, True): date(2014, 3, 31),
    (2015, False): date(2015, 11, 8),
}
_AT = timedelta(hours=4)  # of +03:00, both ways: 03:00 becomes 04:00 in spring, 04:00 becomes 03:00 in autumn


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockChange:
    """At this instant; forward: an hour was left out, a day of 23; back: one came twice, a day of 25."""

    at: datetime
    forward: bool
    whose: Literal["country", "meter"]
    meter: DeviceId | None = None


def clock_changes(conn: Connection, seen: SeenPoint, *, period: Interval) -> tuple[ClockChange, ...]:
    hung = seen.seen_installations()
    regimes = clocks_of(conn, meter_ids={one.meter_id for one, _ in hung}) if hung else {}
    found = list(_of_country(period))
    for one, sight in hung:
        clocks = regimes.get(one.meter_id, ())
        for at, forward in _instants(period):
            if at in sight and _in_force(clocks, at) is Clock.SUMMER:
                found.append(ClockChange(at=at, forward=forward, whose="meter", meter=one.meter))
    return tuple(sorted(found, key=lambda one: (one.at, one.whose)))


def _of_country(period: Interval) -> Iterator[ClockChange]:
    for year in range(local_day(period.start).year, min(local_day(period.end).year, _LAST_FORWARD) + 1):
        for usual, forward in zip(changes_of(year), (True, False), strict=True):
            at = local_midnight(_OTHER_DAYS.get((year, forward), usual)) + _AT
            if at in period and (forward or year < _LAST_FORWARD):
                yield ClockChange(at=at, forward=forward, whose="country")


def _instants(period: Interval) -> Iterator[tuple[datetime, bool]]:
    for year in range(local_day(period.start).year, local_day(period.end).year + 1):
        for day, forward in zip(changes_of(year), (True, False), strict=True):
            at = local_midnight(day) + _AT
            if at in period:
                yield at, forward


def _in_force(clocks: tuple[Regime, ...], at: datetime) -> Clock:
    own = [one.clock for one in clocks if one.since <= at]
    return own[-1] if own else Clock.FIXED
