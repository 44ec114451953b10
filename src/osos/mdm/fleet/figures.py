"""What of the fleet is measured now and then, because asking it takes a walk over many rows?

A page reads these as they were last measured, and says when that was.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from osos.mdm.derive.grids import month_at
from osos.mdm.fleet.areas import keep_figure
from osos.mdm.fleet.tables import fleet_areas, fleet_days, fleet_figures, fleet_points
from osos.mdm.labels import NOMINAL_MIN, day_number, last_label_until
from osos.mdm.tables import gaps
from osos.quantities import local_day
from osos.registry.counts import modem_counts, quarantine_count

CONNECTED_WITHIN = timedelta(minutes=15)  # chosen: a modem that was heard in the last quarter hour is there
UNREAD_AFTER = timedelta(hours=24)
MEASURE_EVERY = timedelta(seconds=20)


def measure(conn: Connection, *, now: datetime) -> None:
    """At most every twenty seconds: it holds the writer for a moment."""
    last = conn.scalar(select(fleet_figures.c.at).where(fleet_figures.c.name == "measured"))
    if last is not None and timedelta(0) <= now - last < MEASURE_EVERY:
        return
    modems = modem_counts(conn, heard_since=now - CONNECTED_WITHIN)
    open_gaps = gaps.c.closed_at.is_(None)
    missing = select(func.count(), func.min(gaps.c.first_label), func.sum(gaps.c.missing)).where(open_gaps)
    held, oldest, records = conn.execute(missing).one()
    value = {
        "modems": modems.total,
        "modems_connected": modems.heard,
        "modems_never_heard": modems.never,
        "quarantined": quarantine_count(conn),
        "unread": unread_count(conn, now=now),
        "gaps": int(held),
        "gap_records": int(records or 0),
        "oldest_gap_label": None if oldest is None else int(oldest),
    }
    keep_figure(conn, "measured", value | {"months": _months(conn, now)}, at=now)


def unread_count(conn: Connection, *, now: datetime) -> int:
    """Points with a meter of which nothing younger than a day is known."""
    c = fleet_points.c
    old = c.last_label < last_label_until(now - UNREAD_AFTER, NOMINAL_MIN)
    return int(conn.scalar(select(func.count()).where(old, c.hangs)) or 0)


def _months(conn: Connection, now: datetime) -> list[dict[str, object]]:
    """Sums of the days of this month that are over, and of the month before, by class."""
    c, today = fleet_days.c, day_number(local_day(now))
    found: list[dict[str, object]] = []
    for month in (month_at(now, back=1), month_at(now)):
        first, until = (day_number(local_day(at)) for at in (month.start, month.end))
        query = (
            select(fleet_areas.c.point_class, func.sum(c.due_total), func.sum(c.known_total))
            .join(fleet_areas, fleet_areas.c.id == c.area_id)
            .where(c.day >= first, c.day < min(until, today))
            .group_by(fleet_areas.c.point_class)
        )
        points = _points(conn, min(until, today) - 1)
        for point_class, due, known in conn.execute(query):
            sums = {"due": int(due), "known": int(known), "points": points.get(point_class, 0)}
            found.append({"month": month.start.isoformat(), "class": point_class} | sums)
    return found


def _points(conn: Connection, day: int) -> dict[str, int]:
    query = (
        select(fleet_areas.c.point_class, func.sum(fleet_days.c.points))
        .join(fleet_areas, fleet_areas.c.id == fleet_days.c.area_id)
        .where(fleet_days.c.day == day)
        .group_by(fleet_areas.c.point_class)
    )
    return {point_class: int(points) for point_class, points in conn.execute(query)}
