"""How many quarter hours of each area are due and known, counted on from what changed?

`refresh` takes the changes away and adds them up in one transaction: run twice, it counts once. `recount`
starts from the blocks and must come to the same (it is the proof, and mends what a change of district left
behind).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete, func, select, update

from osos.mdm.day_changes import QUARTERS, day_changes, unpack
from osos.mdm.fleet import point_months
from osos.mdm.fleet.areas import AreaBook
from osos.mdm.fleet.figures import measure
from osos.mdm.fleet.numbers import NOTHING, Counts, counts, written
from osos.mdm.fleet.tables import fleet_days, fleet_points
from osos.store import alone, insert

AT_ONCE = 20_000  # changes of one refresh: half a second's work, so that it shares the writer politely
_KEYS_AT_ONCE = 400


@dataclass(slots=True)
class _DayOfArea:
    """What changed in one area on one day."""

    said: Counts
    filled: Counts
    read: int = 0


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How many changes were counted, and whether more are waiting."""

    changes: int
    more: bool


def refresh(conn: Connection, *, now: datetime, most: int = AT_ONCE) -> Refreshed:
    """Count what changed since the last time, see to the day's due quarter hours, measure the rest."""
    alone(conn, "mdm.fleet")
    rows = _take(conn, most)
    book = AreaBook(conn)
    if rows:
        areas = book.of_points({row.point_id for row in rows}, now=now)
        _add(conn, _by_area(rows, areas))
        _touch(conn, rows)
        point_months.add(conn, rows)
    book.follow_registry(now)
    more = len(rows) == most
    if not more:
        measure(conn, now=now)
        more = point_months.count_one(conn, now=now)
    return Refreshed(len(rows), more)


def _take(conn: Connection, most: int) -> list[Any]:
    """What is deleted is what is counted: on both engines exactly these rows."""
    oldest = select(day_changes.c.id).order_by(day_changes.c.id).limit(most)
    gone = delete(day_changes).where(day_changes.c.id.in_(oldest)).returning(day_changes)
    return list(conn.execute(gone).all())


def _by_area(rows: Iterable[Any], areas: Mapping[int, int]) -> dict[tuple[int, int], _DayOfArea]:
    found: dict[tuple[int, int], _DayOfArea] = defaultdict(
        lambda: _DayOfArea(np.zeros(QUARTERS, np.int64), np.zeros(QUARTERS, np.int64))
    )
    for row in rows:
        one = found[row.day, areas[row.point_id]]
        (said_before, filled_before), (said, filled) = unpack(row.before), unpack(row.after)
        one.said += said.astype(np.int64) - said_before
        one.filled += filled.astype(np.int64) - filled_before
        one.read += int(said.any()) - int(said_before.any())
    return found


def _add(conn: Connection, changed: Mapping[tuple[int, int], _DayOfArea]) -> None:
    c = fleet_days.c
    held = _held(conn, sorted({day for day, _ in changed}))
    for (day, area_id), one in changed.items():
        row, known = held.get((day, area_id)), int(one.said.sum() + one.filled.sum())
        if row is None:
            facts = {"said": written(one.said), "filled": written(one.filled), "read": one.read}
            none = {"points": 0, "due": NOTHING, "due_total": 0, "known_total": known}
            conn.execute(fleet_days.insert().values(day=day, area_id=area_id, **facts, **none))
            continue
        facts = {"read": row.read + one.read, "known_total": row.known_total + known}
        facts |= {"said": written(counts(row.said) + one.said)}
        facts |= {"filled": written(counts(row.filled) + one.filled)}
        conn.execute(update(fleet_days).where(c.day == day, c.area_id == area_id).values(**facts))


def _held(conn: Connection, days: Sequence[int]) -> dict[tuple[int, int], Any]:
    return {
        (row.day, row.area_id): row
        for start in range(0, len(days), _KEYS_AT_ONCE)
        for row in conn.execute(
            select(fleet_days).where(fleet_days.c.day.in_(days[start : start + _KEYS_AT_ONCE]))
        )
    }


def _touch(conn: Connection, rows: Iterable[Any]) -> None:
    """Until when each point is known; a day filled late does not make it younger."""
    last: dict[int, int] = {}
    for row in rows:
        if row.last_label is not None:
            last[row.point_id] = max(row.last_label, last.get(row.point_id, 0))
    if not last:
        return
    new = insert(conn, fleet_points)
    greater = func.max if conn.dialect.name == "sqlite" else func.greatest
    conn.execute(
        new.on_conflict_do_update(
            index_elements=["point_id"],
            set_={"last_label": greater(fleet_points.c.last_label, new.excluded.last_label)},
        ),
        [{"point_id": one, "area_id": 0, "hangs": True, "last_label": label} for one, label in last.items()],
    )
