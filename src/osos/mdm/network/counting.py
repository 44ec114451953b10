"""Which days of which places must be balanced again, and what do they come to?

A job walks over the places with a main meter. A day is counted anew when what it rests on is not what it was:
a block, who hangs where, or what the place is made of. What did not change is only compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, select

from osos.mdm import points
from osos.mdm.derive.balances import Balance
from osos.mdm.network.node_day import NodeDay, balance_of, fingerprint, node_day
from osos.mdm.network.tables import network_days
from osos.mdm.network.topology import Topology, span_of
from osos.mdm.tables import canonical_blocks
from osos.registry import members_of, network_nodes_of, node_terms
from osos.registry.network import MAIN
from osos.registry.network_tables import network_points
from osos.store import insert

DAYS_AT_ONCE = 10  # of one portion's counting: a fraction of a second's work
_AT_ONCE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How far a portion came; `after` is the node to go on after, 0 when the round is over."""

    days: int
    after: int
    is_done: bool  # of this node: nothing is left to count


def topology_of(
    conn: Connection, days: Sequence[int], *, node_ids: Sequence[int] | None = None, role: str | None = None
) -> Topology:
    """Of the time of these days; the meters of all places, or of `node_ids` and all below them."""
    period = span_of(days)
    found = Topology.of(network_nodes_of(conn), node_terms(conn, period=period), ())
    wanted = set(found.nodes) if node_ids is None else set().union(*map(found.below, node_ids))
    for member in members_of(conn, sorted(wanted), period=period, role=role):
        found.members[member.node_id].append(member)
    return found


def count_some(conn: Connection, *, days: Sequence[int], now: datetime, after: int = 0) -> Counted:
    """Balance some changed days of the next place with a main meter."""
    node_id = _next(conn, after)
    if node_id is None:
        return Counted(days=0, after=0, is_done=True)
    counted = count_node(conn, node_id, days=days, now=now, most=DAYS_AT_ONCE)
    is_done = counted < DAYS_AT_ONCE
    return Counted(days=counted, after=node_id if is_done else after, is_done=is_done)


def count_node(
    conn: Connection, node_id: int, *, days: Sequence[int], now: datetime, most: int | None = None
) -> int:
    """How many of these days were not as they are now; the newest first."""
    topology = topology_of(conn, days, node_ids=[node_id])
    wanted = {day: node_day(topology, node_id, day) for day in days}
    versions = _versions(conn, {one for each in wanted.values() if each for one in each.points}, days)
    held = _held(conn, node_id, days)
    counted = 0
    for day in sorted(days, reverse=True):
        one = wanted[day]
        if one is None or day not in versions or not one.points & versions[day].keys():
            if day in held:
                conn.execute(delete(network_days).where(*_key(node_id, day)))
            continue
        seen = fingerprint(topology, one, versions[day])
        if held.get(day) == seen:
            continue
        blocks = points.load(conn, point_ids=one.points, days=[day])
        found = balance_of(topology, one, {point: each.block for (point, _), each in blocks.items()})
        _put(conn, one, found, seen, now)
        counted += 1
        if counted == most:
            break
    return counted


def _next(conn: Connection, after: int) -> int | None:
    c = network_points.c
    query = select(c.node_id).where(c.role == MAIN, c.node_id > after).order_by(c.node_id).limit(1)
    return conn.scalar(query)


def _versions(conn: Connection, point_ids: set[int], days: Sequence[int]) -> dict[int, dict[int, int]]:
    """By day and point."""
    c, found = canonical_blocks.c, dict[int, dict[int, int]]()
    ordered = sorted(point_ids)
    for start in range(0, len(ordered), _AT_ONCE):
        some = ordered[start : start + _AT_ONCE]
        query = select(c.point_id, c.day, c.version).where(c.point_id.in_(some), c.day.in_(list(days)))
        for row in conn.execute(query):
            found.setdefault(row.day, {})[row.point_id] = row.version
    return found


def _held(conn: Connection, node_id: int, days: Sequence[int]) -> dict[int, bytes]:
    c = network_days.c
    query = select(c.day, c.seen).where(c.node_id == node_id, c.day.in_(list(days)))
    return {row.day: row.seen for row in conn.execute(query)}


def _key(node_id: int, day: int) -> tuple[ColumnElement[bool], ...]:
    return (network_days.c.node_id == node_id, network_days.c.day == day)


def _put(conn: Connection, one: NodeDay, found: Balance, seen: bytes, now: datetime) -> None:
    facts = {
        "seen": seen,
        "main_wh": found.main_wh,
        "below_wh": found.below_wh,
        "technical_wh": found.technical_wh,
        "open_wh": found.open_wh,
        "slots": found.slots,
        "estimated": found.estimated,
        "members": len(one.points),
        "lacking": [list(each) for each in found.lacking],
        "counted_at": now,
    }
    put = insert(conn, network_days).values(node_id=one.node_id, day=one.day, **facts)
    conn.execute(put.on_conflict_do_update(index_elements=["node_id", "day"], set_=facts))
