"""How much of each point's month is known, kept as it changes?

For an order over a whole portfolio: what lacks most comes first, over twenty thousand points, without a walk
through their days. Changes add up in the transaction that takes them away (`counting`); a store that is older
than these counters has its months counted from the blocks once, one at a time, the latest first.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete, func, literal, select

from osos.mdm.day_changes import day_changes, unpack
from osos.mdm.fleet.areas import keep_figure
from osos.mdm.fleet.tables import fleet_figures, fleet_point_months
from osos.mdm.labels import DAY_MIN, NOMINAL_MIN, date_of_day, day_number
from osos.mdm.tables import canonical_blocks
from osos.quantities import local_day
from osos.store import insert

_FIGURE = "point months to count"


def month_number(day: int) -> int:
    """Of a day since 2000-01-01."""
    date = date_of_day(day)
    return date.year * 12 + date.month - 1


def is_counted(conn: Connection, month: int) -> bool:
    """Whether the counters of this month may be believed."""
    left = _left(conn)
    return left is not None and month not in left


def add(conn: Connection, rows: Iterable[Any]) -> None:
    """Changes that are being taken away."""
    more: dict[tuple[int, int], int] = {}
    for row in rows:
        key = month_number(row.day), row.point_id
        more[key] = more.get(key, 0) + _known(row.after) - _known(row.before)
    new = [{"month": m, "point_id": p, "known": n} for (m, p), n in more.items() if n]
    if new:
        put, c = insert(conn, fleet_point_months), fleet_point_months.c
        sums = {"known": c.known + put.excluded.known}
        conn.execute(put.on_conflict_do_update(index_elements=["month", "point_id"], set_=sums), new)


def count_one(conn: Connection, *, now: datetime) -> bool:
    """Count the latest month that has never been counted; True when others are left."""
    left = _left(conn)
    if left is None:
        left = _months_with_blocks(conn)
    elif not left:
        return False
    for month in left[-1:]:
        recount_month(conn, month)
    keep_figure(conn, _FIGURE, left[:-1], at=now)
    return len(left) > 1


def recount_month(conn: Connection, month: int) -> None:
    """From the blocks; changes that are still waiting will be added later and are left out."""
    c, days = canonical_blocks.c, _days(month)
    conn.execute(delete(fleet_point_months).where(fleet_point_months.c.month == month))
    known = func.sum((DAY_MIN - c.missing * c.period_min) // NOMINAL_MIN)
    counted = (
        select(literal(month), c.point_id, known).where(c.day.between(days[0], days[-1])).group_by(c.point_id)
    )
    conn.execute(fleet_point_months.insert().from_select(["month", "point_id", "known"], counted))
    waiting = select(day_changes).where(day_changes.c.day.between(days[0], days[-1]))
    for row in conn.execute(waiting).all():
        own = (fleet_point_months.c.month == month) & (fleet_point_months.c.point_id == row.point_id)
        less = fleet_point_months.c.known - _known(row.after) + _known(row.before)
        conn.execute(fleet_point_months.update().where(own).values(known=less))


def _known(packed: bytes) -> int:
    said, filled = unpack(packed)
    return int(np.count_nonzero(said)) + int(np.count_nonzero(filled))


def _left(conn: Connection) -> list[int] | None:
    """None: nobody has begun to count."""
    row = conn.execute(select(fleet_figures.c.value).where(fleet_figures.c.name == _FIGURE)).one_or_none()
    return None if row is None else [int(month) for month in row.value]


def _months_with_blocks(conn: Connection) -> list[int]:
    ends = (select(end(canonical_blocks.c.day)).scalar_subquery() for end in (func.min, func.max))
    first, last = conn.execute(select(*ends)).one()
    return [] if first is None else list(range(month_number(first), month_number(last) + 1))


def _days(month: int) -> range:
    first = date_of_day(0).replace(year=month // 12, month=month % 12 + 1, day=1)
    after = date_of_day(0).replace(year=(month + 1) // 12, month=(month + 1) % 12 + 1, day=1)
    return range(day_number(first), day_number(after))


def month_of_instant(at: datetime) -> int:
    return month_number(day_number(local_day(at)))
