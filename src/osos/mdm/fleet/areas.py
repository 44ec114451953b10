"""In which area is each point counted, and how many quarter hours are due there?

An area is a district and a class of points. The registry is surveyed as a whole when it has changed, at most
every quarter of an hour, and when a day without due counts has appeared; points met in between are looked up
singly.
"""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, func, select

from osos import registry
from osos.mdm.day_changes import QUARTERS
from osos.mdm.fleet.numbers import NOTHING, Counts, written
from osos.mdm.fleet.tables import fleet_areas, fleet_days, fleet_figures, fleet_points
from osos.mdm.labels import (
    NOMINAL_MIN,
    day_number,
    edge_of_day,
    first_label_since,
    last_label_until,
)
from osos.quantities import local_day
from osos.registry.counts import Area, areas_of_points, fingerprint, installed_spans
from osos.store import insert

SURVEY_EVERY = timedelta(minutes=15)
MOST_DAYS_BACK = 90  # what a meter remembers
RECOUNT = "recount"  # the figure that holds which days wait for it
_AT_ONCE = 400
_ROWS_AT_ONCE = 5_000
_NEVER_ENDS = edge_of_day(100_000)


@dataclass(frozen=True, slots=True)
class _Spans:
    """Every installation that ever was: its point's area, first and last label, point."""

    areas: npt.NDArray[np.int64]
    first: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    points: npt.NDArray[np.int64]


class AreaBook:
    """Areas by name, points by area."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._ids: dict[Area, int] = {}
        for row in conn.execute(select(fleet_areas)):
            self._ids[row.region, row.centre, row.district, row.point_class] = row.id

    def of_points(self, point_ids: Collection[int], *, now: datetime) -> dict[int, int]:
        """The area of each; a point never met before gets its row."""
        wanted, found = sorted(point_ids), dict[int, int]()
        for start in range(0, len(wanted), _AT_ONCE):
            query = select(fleet_points.c.point_id, fleet_points.c.area_id).where(
                fleet_points.c.point_id.in_(wanted[start : start + _AT_ONCE])
            )
            found |= {row.point_id: row.area_id for row in self._conn.execute(query)}
        unknown = [one for one in wanted if one not in found]
        places = registry.service_points_of(self._conn, unknown, at=now) if unknown else {}
        rows = []
        for point_id in unknown:
            place = places.get(point_id)
            words = ("", "", "", "") if place is None else _area_of(place)
            found[point_id] = self.id_of(words)
            rows.append({"point_id": point_id, "area_id": found[point_id], "last_label": 0, "hangs": True})
        if rows:
            self._conn.execute(fleet_points.insert(), rows)
        return found

    def id_of(self, area: Area) -> int:
        if area not in self._ids:
            names = dict(zip(("region", "centre", "district", "point_class"), area, strict=True))
            made = self._conn.execute(fleet_areas.insert().values(**names))
            self._ids[area] = int((made.inserted_primary_key or (0,))[0])
        return self._ids[area]

    def follow_registry(self, now: datetime) -> bool:
        """Survey it if that is due; True when it was."""
        today = day_number(local_day(now))
        prints = asdict(fingerprint(self._conn))
        row = self._conn.execute(select(fleet_figures).where(fleet_figures.c.name == "survey")).one_or_none()
        days = _days_without_due(self._conn) | {today - 1, today}
        if row is not None:
            last = row.value
            same = last["prints"] == prints and days <= set(last["days"])
            if last["today"] == today and (same or now - row.at < SURVEY_EVERY):
                return False
            days |= set(
                range(max(last["today"], today - MOST_DAYS_BACK), today)
            )  # nobody counted for a while
        self.survey(days, now=now)
        keep_figure(self._conn, "survey", {"prints": prints, "today": today, "days": sorted(days)}, at=now)
        return True

    def survey(self, days: Iterable[int], *, now: datetime) -> None:
        """Every point's area again, and the due quarter hours of these days."""
        areas = {point_id: self.id_of(area) for point_id, area in areas_of_points(self._conn, at=now)}
        spans = _spans(self._conn, areas)
        if _keep_points(self._conn, areas, spans):
            want_recount(self._conn, now=now)
        for day in sorted(set(days)):
            _keep_due(self._conn, day, spans)


def want_recount(conn: Connection, *, now: datetime) -> None:
    """A point lies in another district or class: what was counted of it still stands in the old one."""
    least = day_number(local_day(now)) - MOST_DAYS_BACK
    days = conn.scalars(select(fleet_days.c.day).where(fleet_days.c.day >= least).distinct())
    keep_figure(conn, RECOUNT, {"days": sorted(days)}, at=now)


def keep_figure(conn: Connection, name: str, value: object, *, at: datetime) -> None:
    """One small fact that a page reads as it is."""
    told = {"value": value, "at": at}
    put = insert(conn, fleet_figures).values(name=name, **told)
    conn.execute(put.on_conflict_do_update(index_elements=["name"], set_=told))


def _area_of(place: registry.ServicePoint) -> Area:
    return (place.region or "", place.centre or "", place.district or "", place.point_class or "")


def _days_without_due(conn: Connection) -> set[int]:
    counted = select(fleet_days.c.day).group_by(fleet_days.c.day).having(func.max(fleet_days.c.points) == 0)
    return set(conn.scalars(counted))


def _spans(conn: Connection, areas: dict[int, int]) -> _Spans:
    rows = [
        (
            areas[point_id],
            first_label_since(since, NOMINAL_MIN),
            _NEVER_ENDS if until is None else last_label_until(until, NOMINAL_MIN),
            point_id,
        )
        for point_id, since, until in installed_spans(conn)
    ]
    return _Spans(*np.array(rows, dtype=np.int64).reshape(-1, 4).T)


def _keep_points(conn: Connection, areas: dict[int, int], spans: _Spans) -> bool:
    """Only rows that differ are written: a survey of an unchanged million writes none. Did a point move?"""
    first = dict(zip(spans.points.tolist()[::-1], spans.first.tolist()[::-1], strict=True))
    hangs = set(spans.points[spans.end == _NEVER_ENDS].tolist())
    c = fleet_points.c
    held = {row.point_id: row for row in conn.execute(select(c.point_id, c.area_id, c.hangs))}
    changed = [
        {
            "point_id": point_id,
            "area_id": area_id,
            "hangs": point_id in hangs,
            "last_label": first.get(point_id, 0),
        }
        for point_id, area_id in areas.items()
        if (row := held.get(point_id)) is None or (row.area_id, row.hangs) != (area_id, point_id in hangs)
    ]
    put = insert(conn, fleet_points)
    same = {"area_id": put.excluded.area_id, "hangs": put.excluded.hangs}
    for start in range(0, len(changed), _ROWS_AT_ONCE):
        statement = put.on_conflict_do_update(index_elements=["point_id"], set_=same)
        conn.execute(statement, changed[start : start + _ROWS_AT_ONCE])
    moved = (held.get(one["point_id"]) for one in changed)
    return any(
        was is not None and was.area_id != one["area_id"] for was, one in zip(moved, changed, strict=True)
    )


def _keep_due(conn: Connection, day: int, spans: _Spans) -> None:
    """Points with a meter in each quarter hour, by area: most have one all day, and are merely counted."""
    starts, ends = edge_of_day(day), edge_of_day(day + 1)
    held = set(conn.scalars(select(fleet_days.c.area_id).where(fleet_days.c.day == day)))
    # A point that no registry knows is counted too, in the area without a name.
    top = max(int(spans.areas.max(initial=0)), *held, 0) + 1
    all_day = (spans.first <= starts) & (spans.end >= ends)
    points = np.bincount(spans.areas[all_day], minlength=top)
    due: Counts = np.repeat(points.reshape(-1, 1), QUARTERS, axis=1)
    part = ~all_day & (spans.first < ends) & (spans.end > starts)
    if part.any():
        areas = spans.areas[part]
        first = np.maximum(spans.first[part] - starts, 0) // NOMINAL_MIN
        end = np.minimum(spans.end[part] - starts, ends - starts) // NOMINAL_MIN
        steps = np.zeros((top, QUARTERS + 1), dtype=np.int64)
        np.add.at(steps, (areas, first), 1)
        np.add.at(steps, (areas, end), -1)
        due = due + np.cumsum(steps, axis=1)[:, :QUARTERS]
        points = points + _distinct(areas, spans.points[part], top)
    none = {"day": day, "read": 0, "known_total": 0, "said": NOTHING, "filled": NOTHING}
    rows = [
        none
        | {"area_id": area_id, "points": int(points[area_id])}
        | {"due": written(due[area_id]), "due_total": int(due[area_id].sum())}
        for area_id in sorted({*np.flatnonzero(points).tolist(), *held})
    ]
    if rows:
        put = insert(conn, fleet_days)
        same = {name: put.excluded[name] for name in ("points", "due", "due_total")}
        conn.execute(put.on_conflict_do_update(index_elements=["day", "area_id"], set_=same), rows)


def _distinct(areas: npt.NDArray[np.int64], points: npt.NDArray[np.int64], top: int) -> Counts:
    """Points an area, one with two meters counted once."""
    _, once = np.unique(points, return_index=True)
    return np.bincount(areas[once], minlength=top)
