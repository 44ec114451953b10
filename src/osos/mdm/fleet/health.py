"""Is the fleet well, where is it not, and what is next (P-20)?

Read from counters: a few hundred small rows, whatever the number of points.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, func, select

from osos.mdm.day_changes import QUARTERS, day_changes
from osos.mdm.fleet.deadlines import DEADLINES, ClassDay, ClassMonth, Deadline, DeadlineRule, deadlines
from osos.mdm.fleet.figures import UNREAD_AFTER
from osos.mdm.fleet.numbers import Counts, counts
from osos.mdm.fleet.tables import fleet_areas, fleet_days, fleet_figures, fleet_points
from osos.mdm.labels import NOMINAL_MIN, day_number, instant_of_label, last_label_until
from osos.quantities import local_day

WORST = 10
GRACE_QUARTERS = 2  # gaps.GRACE: a record may be half an hour late before it is missed


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Strip:
    """One district on one day: of how many points each quarter hour is due, said, filled."""

    region: str
    centre: str
    district: str
    day: int
    points: int
    read: int
    due: Counts  # quarter hours not over are 0
    said: Counts
    filled: Counts  # estimated or edited

    @property
    def missing_share(self) -> float:
        """Of what is due and half an hour over."""
        due = int(self.due[:-GRACE_QUARTERS].sum())
        return 1 - int((self.said + self.filled)[:-GRACE_QUARTERS].sum()) / due if due else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaHealth:
    """A district or a class of points, over today and yesterday."""

    name: str
    points: int
    due: int  # quarter hours × points that are over
    said: int
    filled: int

    @property
    def missing(self) -> int:
        return self.due - self.said - self.filled

    @property
    def missing_share(self) -> float:
        return self.missing / self.due if self.due else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetHealth:
    """`at` is when counters were last brought on; `waiting` changes have come since."""

    now: datetime
    at: datetime | None  # None: never counted
    waiting: int
    points: int
    points_read_today: int
    modems: int
    modems_connected: int
    modems_never_heard: int
    quarantined: int
    unread: int  # points silent for more than a day
    gaps: int
    gap_records: int
    oldest_gap: datetime | None
    by_class: tuple[AreaHealth, ...]
    worst_districts: tuple[AreaHealth, ...]
    strips: tuple[Strip, ...]  # of today, by region, centre, district
    deadlines: tuple[Deadline, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadPoint:
    """A point with a meter of which nothing is known since."""

    point_id: int
    region: str
    centre: str
    district: str
    known_until: datetime


def health(conn: Connection, *, now: datetime, rules: Sequence[DeadlineRule] = DEADLINES) -> FleetHealth:
    today = day_number(local_day(now))
    rows = _rows(conn, [today - 1, today])
    counted = _counted(rows, now)
    today_counted = _counted([row for row in rows if row.day == today], now)
    figure = conn.execute(select(fleet_figures).where(fleet_figures.c.name == "measured")).one_or_none()
    told = {} if figure is None else figure.value
    now_rows = today_counted.rows
    return FleetHealth(
        now=now,
        at=None if figure is None else figure.at,
        waiting=_waiting(conn),
        points=sum(row.points for row in now_rows),
        points_read_today=sum(row.read for row in now_rows),
        modems=told.get("modems", 0),
        modems_connected=told.get("modems_connected", 0),
        modems_never_heard=told.get("modems_never_heard", 0),
        quarantined=told.get("quarantined", 0),
        unread=told.get("unread", 0),
        gaps=told.get("gaps", 0),
        gap_records=told.get("gap_records", 0),
        oldest_gap=_instant(told.get("oldest_gap_label")),
        by_class=_grouped(counted, "point_class"),
        worst_districts=tuple(
            sorted(_grouped(counted, "district"), key=lambda one: -one.missing_share)[:WORST]
        ),
        strips=_strips(today_counted),
        deadlines=deadlines(_class_days(counted), _months(told), now=now, rules=rules),
    )


def strips(conn: Connection, *, day: int, now: datetime) -> tuple[Strip, ...]:
    """All districts on one day (since 2000-01-01), by region, centre, district."""
    return _strips(_counted(_rows(conn, [day]), now))


def unread(
    conn: Connection, *, now: datetime, district: str | None = None, limit: int = 50
) -> tuple[UnreadPoint, ...]:
    """The points silent longest first."""
    c = fleet_points.c
    query = (
        select(c.point_id, c.last_label, fleet_areas)
        .join(fleet_areas, fleet_areas.c.id == c.area_id)
        .where(c.last_label < last_label_until(now - UNREAD_AFTER, NOMINAL_MIN), c.hangs)
        .order_by(c.last_label)  # no second word: a million that fell silent at once would all be sorted
        .limit(limit)
    )
    if district is not None:
        query = query.where(fleet_areas.c.district == district)
    return tuple(
        UnreadPoint(
            point_id=row.point_id,
            region=row.region,
            centre=row.centre,
            district=row.district,
            known_until=instant_of_label(row.last_label),
        )
        for row in sorted(conn.execute(query), key=lambda row: (row.last_label, row.point_id))
    )


def _rows(conn: Connection, days: Sequence[int]) -> list[Any]:
    query = (
        select(fleet_days, fleet_areas)
        .join(fleet_areas, fleet_areas.c.id == fleet_days.c.area_id)
        .where(fleet_days.c.day.in_(days))
        .order_by(fleet_areas.c.region, fleet_areas.c.centre, fleet_areas.c.district)
    )
    return list(conn.execute(query))


def _waiting(conn: Connection) -> int:
    """From the two ends of the numbers: exact while one writer writes, an upper bound else."""
    ends = (select(end(day_changes.c.id)).scalar_subquery() for end in (func.min, func.max))
    first, last = conn.execute(select(*ends)).one()  # together in one SELECT SQLite would walk all of it
    return 0 if last is None else int(last - first + 1)


def _over(day: int, now: datetime) -> int:
    """How many quarter hours of the day are over."""
    label = last_label_until(now, NOMINAL_MIN)
    return max(0, min(QUARTERS, label // NOMINAL_MIN - day * QUARTERS))


@dataclass(frozen=True, slots=True, eq=False)
class _Counted:
    """Rows of counters as arrays, a row an area and day."""

    rows: Sequence[Any]
    due: Counts  # (rows, 96), what is not over is 0
    said: Counts
    filled: Counts


def _counted(rows: Sequence[Any], now: datetime) -> _Counted:
    due, said, filled = (_stacked([getattr(row, name) for row in rows]) for name in ("due", "said", "filled"))
    over = np.array([_over(row.day, now) for row in rows], dtype=np.int64).reshape(-1, 1)
    due = np.where(np.arange(QUARTERS) < over, due, 0)
    return _Counted(rows, due, said, filled)


def _stacked(blobs: Sequence[bytes]) -> Counts:
    return counts(b"".join(blobs)).reshape(-1, QUARTERS)


def _grouped(of: _Counted, name: str) -> tuple[AreaHealth, ...]:
    keys = [getattr(row, name) for row in of.rows]
    names = sorted(set(keys))
    number = {key: place for place, key in enumerate(names)}
    place = np.array([number[key] for key in keys], dtype=np.intp)
    over = of.due > 0
    sums = np.zeros((len(names), 3), dtype=np.int64)
    one = (of.due, np.where(over, of.said, 0), np.where(over, of.filled, 0))
    np.add.at(sums, place, np.column_stack([each.sum(axis=1) for each in one]))
    points: dict[tuple[str, int], int] = {}
    for key, row in zip(keys, of.rows, strict=True):
        points[key, row.day] = points.get((key, row.day), 0) + row.points
    most = dict.fromkeys(names, 0)
    for (key, _), count in points.items():
        most[key] = max(most[key], count)
    return tuple(
        AreaHealth(name=key, points=most[key], due=int(due), said=int(said), filled=int(filled))
        for key, (due, said, filled) in zip(names, sums, strict=True)
    )


def _class_days(of: _Counted) -> list[ClassDay]:
    """The areas of a class together."""
    keys = [(row.day, row.point_class) for row in of.rows]
    found = []
    for key in sorted(set(keys)):
        own = np.array([one == key for one in keys])
        found.append(
            ClassDay(
                day=key[0],
                point_class=key[1],
                points=sum(row.points for row, mine in zip(of.rows, own, strict=True) if mine),
                due=of.due[own].sum(axis=0),
                known=(of.said[own] + of.filled[own]).sum(axis=0),
            )
        )
    return found


def _months(told: dict[str, Any]) -> list[ClassMonth]:
    return [
        ClassMonth(
            month_start=datetime.fromisoformat(one["month"]),
            point_class=one["class"],
            points=one["points"],
            due=one["due"],
            known=one["known"],
        )
        for one in told.get("months", ())
    ]


def _strips(of: _Counted) -> tuple[Strip, ...]:
    """The classes of a district together."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for number, row in enumerate(of.rows):
        found.setdefault((row.region, row.centre, row.district), []).append(number)
    return tuple(
        Strip(
            region=place[0],
            centre=place[1],
            district=place[2],
            day=of.rows[own[0]].day,
            points=sum(of.rows[number].points for number in own),
            read=sum(of.rows[number].read for number in own),
            due=of.due[own].sum(axis=0),
            said=of.said[own].sum(axis=0),
            filled=of.filled[own].sum(axis=0),
        )
        for place, own in found.items()
    )


def _instant(label: int | None) -> datetime | None:
    return None if label is None else instant_of_label(label)
