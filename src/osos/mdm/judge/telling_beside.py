"""What do the meters beside and below a point tell of its days, and what do papers tell of its multiplier?

Whole days only: a check meter that misses a quarter hour says nothing about the day.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, and_, func, select

from osos.mdm import canonical_packing
from osos.mdm.judge.told import PointDay
from osos.mdm.keeping.tables import check_points
from osos.mdm.labels import DAY_MIN, day_number, edge_of_day, instant_of_label
from osos.mdm.tables import canonical_blocks
from osos.quantities import local_day
from osos.registry.network_tables import network_points, network_terms
from osos.registry.tables import installations
from osos.store import list_events

MAIN, BELOW = "main", "below"  # roles of fleet.network
PUT_RIGHT = "multiplier put right"  # the act of registry.paperwork
_AT_ONCE = 400


def check_wh(conn: Connection, points: Collection[int], days: Sequence[int]) -> dict[PointDay, int]:
    """A+ of the check meter of each main one, primary Wh."""
    c, found = check_points.c, dict[PointDay, int]()
    pairs = [
        (row.point_id, row.check_point_id, row.since, row.until)
        for some in _portions(points)
        for row in conn.execute(select(check_points).where(c.point_id.in_(some)))
    ]
    sums = _taken(conn, {check for _, check, _, _ in pairs}, days)
    for point, check, since, until in pairs:
        for day in days:
            if (check, day) in sums and _holds_all(day, since, until):
                found[point, day] = sums[check, day][0]
    return found


def below_wh(conn: Connection, points: Collection[int], days: Sequence[int]) -> dict[PointDay, int]:
    """Import less export of all meters below each main one; nothing when one of them misses something."""
    c, found = network_points.c, dict[PointDay, int]()
    mains = [
        row
        for some in _portions(points)
        for row in conn.execute(select(network_points).where(c.role == MAIN, c.point_id.in_(some)))
    ]
    nodes = {row.node_id for row in mains} - _feeding(conn)
    mains = [row for row in mains if row.node_id in nodes]
    members = [
        row
        for some in _portions(nodes)
        for row in conn.execute(select(network_points).where(c.node_id.in_(some)))
    ]
    sums = _taken(conn, {row.point_id for row in members if row.role == BELOW}, days)
    for main in mains:
        own = [row for row in members if row.node_id == main.node_id]
        for day in days:
            here = [row for row in own if _holds_all(day, row.since, row.until)]
            below = [row.point_id for row in here if row.role == BELOW]
            alone = [row.point_id for row in here if row.role == MAIN] == [main.point_id]
            if alone and below and all((one, day) in sums for one in below):
                each = (sums[one, day] for one in below)
                found[main.point_id, day] = sum(taken - given for taken, given in each)
    return found


def _feeding(conn: Connection) -> set[int]:
    """Places with places below them: their balance is not one of meters alone (mdm.network keeps it)."""
    above = network_terms.c.above_id
    return set(conn.scalars(select(above).where(above.is_not(None)).distinct()))


def ordered(conn: Connection, points: Collection[int]) -> set[PointDay]:
    """Days on which a meter's multiplier changed by a paper that says why."""
    c, found = installations.c, set[PointDay]()
    for some in _portions(points):
        twice = select(c.point_id).where(c.point_id.in_(some)).group_by(c.point_id, c.meter_id)
        for point in conn.scalars(twice.having(func.count() > 1)):
            for event in list_events(conn, subject=f"point {point}"):
                if event.act == PUT_RIGHT:
                    found |= {(point, day) for day in _days_of(event.after)}
    return found


def _days_of(told: object) -> Iterator[int]:
    """The days on which the new multiplier began and, if it did, ended."""
    facts = told if isinstance(told, dict) else {}
    for name in ("since", "until"):
        if facts.get(name):
            day = day_number(local_day(datetime.fromisoformat(facts[name])))
            yield from (day, day + 1)  # the day of the change, and the first that is wholly of the new one


def _taken(conn: Connection, points: Iterable[int], days: Sequence[int]) -> dict[PointDay, tuple[int, int]]:
    """Import and export, primary Wh, of days that miss nothing."""
    c, found = canonical_blocks.c, dict[PointDay, tuple[int, int]]()
    columns = (c.point_id, c.day, c.period_min, c.segments, c.a_plus_wh, c.a_minus_wh)
    for some in _portions(points):
        for wanted in _portions(days):
            here = and_(c.point_id.in_(some), c.day.in_(wanted), c.missing == 0, c.suspect == 0)
            for row in conn.execute(select(*columns).where(here, c.a_plus_wh.is_not(None))):
                segments = canonical_packing.segments_of(row.segments, period_min=row.period_min)
                multipliers = {one.multiplier for one in segments}
                if len(multipliers) == 1:
                    each = (row.a_plus_wh, row.a_minus_wh or 0)
                    taken, given = (int(Decimal(wh) * next(iter(multipliers))) for wh in each)
                    found[row.point_id, row.day] = (taken, given)
    return found


def _holds_all(day: int, since: datetime, until: datetime | None) -> bool:
    first, last = (instant_of_label(edge_of_day(day) + minutes) for minutes in (0, DAY_MIN))
    return since <= first and (until is None or until >= last)


def _portions(ids: Iterable[int]) -> Iterator[list[int]]:
    wanted = sorted(ids)
    for start in range(0, len(wanted), _AT_ONCE):
        yield wanted[start : start + _AT_ONCE]
