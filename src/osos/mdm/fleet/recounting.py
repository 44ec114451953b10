"""Do the counters agree with the blocks they count?

Slow and whole: reads every block of the days asked for. For nights, for doubts, and after districts were
changed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import Connection, delete, select, update

from osos.mdm import points
from osos.mdm.day_changes import QUARTERS, day_changes, pack, unpack
from osos.mdm.fleet import point_months
from osos.mdm.fleet.areas import RECOUNT, AreaBook, keep_figure
from osos.mdm.fleet.numbers import NOTHING, Counts, counts, written
from osos.mdm.fleet.tables import fleet_days, fleet_figures
from osos.mdm.tables import canonical_blocks
from osos.store import alone

_AT_ONCE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A day of an area whose counters were not what its blocks say; they are now."""

    day: int
    area_id: int
    said_before: int
    said: int


@dataclass(slots=True)
class _Sums:
    said: Counts
    filled: Counts
    read: int = 0


def recount(conn: Connection, *, days: Iterable[int], now: datetime) -> tuple[Difference, ...]:
    """Count these days anew from their blocks; what differed. Changes still waiting for them are dropped."""
    alone(conn, "mdm.fleet")
    wanted, book = sorted(set(days)), AreaBook(conn)
    book.survey(wanted, now=now)
    found: list[Difference] = []
    for day in wanted:
        dropped = delete(day_changes).where(day_changes.c.day == day).returning(day_changes)
        point_months.add(conn, conn.execute(dropped).all())
        found += _put(conn, day, _counted(conn, day, book, now))
    return tuple(found)


def recount_some(conn: Connection, *, now: datetime) -> bool:
    """The newest of the days that wait because points moved to another area; says whether more wait."""
    alone(conn, "mdm.fleet")
    row = conn.execute(select(fleet_figures).where(fleet_figures.c.name == RECOUNT)).one_or_none()
    if row is None or not row.value["days"]:
        return False
    *left, day = row.value["days"]
    keep_figure(conn, RECOUNT, {"days": left}, at=now)
    recount(conn, days=[day], now=now)
    return bool(left)


def _counted(conn: Connection, day: int, book: AreaBook, now: datetime) -> dict[int, _Sums]:
    found: dict[int, _Sums] = {}
    for point_ids in _portions(conn, day):
        areas = book.of_points(point_ids, now=now)
        for (point_id, _), held in points.load(conn, point_ids=point_ids, days=[day]).items():
            none = (np.zeros(QUARTERS, np.int64), np.zeros(QUARTERS, np.int64))
            one = found.setdefault(areas[point_id], _Sums(*none))
            said, filled = unpack(pack(held.block))
            one.said += said
            one.filled += filled
            one.read += int(said.any())
    return found


def _portions(conn: Connection, day: int) -> Iterator[list[int]]:
    c = canonical_blocks.c
    last = -1
    while True:
        query = select(c.point_id).where(c.day == day, c.point_id > last).order_by(c.point_id)
        some = list(conn.scalars(query.limit(_AT_ONCE)))
        if not some:
            return
        yield some
        last = some[-1]


def _put(conn: Connection, day: int, counted: dict[int, _Sums]) -> Iterator[Difference]:
    c = fleet_days.c
    held = {row.area_id: row for row in conn.execute(select(fleet_days).where(c.day == day))}
    for area_id in sorted(held.keys() | counted.keys()):
        none = (np.zeros(QUARTERS, np.int64), np.zeros(QUARTERS, np.int64))
        one, row = counted.get(area_id, _Sums(*none)), held.get(area_id)
        facts = {"said": written(one.said), "filled": written(one.filled), "read": one.read}
        facts |= {"known_total": int(one.said.sum() + one.filled.sum())}
        if row is None:
            due = {"points": 0, "due": NOTHING, "due_total": 0}
            conn.execute(fleet_days.insert().values(day=day, area_id=area_id, **facts, **due))
        elif any(getattr(row, name) != value for name, value in facts.items()):
            conn.execute(update(fleet_days).where(c.day == day, c.area_id == area_id).values(**facts))
        else:
            continue
        before = 0 if row is None else int(counts(row.said).sum())
        yield Difference(day=day, area_id=area_id, said_before=before, said=int(one.said.sum()))
