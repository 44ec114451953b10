"""What does the radar suspect, the most energy first, and what did somebody find who looked?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from osos.mdm.network.looking import CONFIRMED, DISMISSED, GONE, OPEN
from osos.mdm.network.tables import suspicions
from osos.registry import Node, network_nodes_of
from osos.store import record_event

STATES = (OPEN, CONFIRMED, DISMISSED, GONE)
PATTERNS = ("polarity", "phase", "ratio", "bypass", "place")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspected:
    """A pattern at a meter, and what became of it."""

    public_id: str
    node: Node
    point_id: int
    pattern: str
    other: Node | None  # where it probably hangs
    state: str
    days: range  # looked at
    recoverable_wh: int  # over these days
    facts: Mapping[str, float]
    found_at: datetime
    looked_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    note: str | None

    @property
    def recoverable_a_year_wh(self) -> int:
        return self.recoverable_wh * 365 // max(1, len(self.days))


def queue(
    conn: Connection, *, state: str = OPEN, pattern: str | None = None, limit: int = 100
) -> list[Suspected]:
    """The most energy first."""
    c = suspicions.c
    query = select(suspicions).where(c.state == state)
    if pattern is not None:
        query = query.where(c.pattern == pattern)
    rows = conn.execute(query.order_by(c.recoverable_wh.desc(), c.id).limit(limit)).all()
    nodes = {one.node_id: one for one in network_nodes_of(conn)} if rows else {}
    return [_suspected(row, nodes) for row in rows]


def totals(conn: Connection) -> Mapping[str, tuple[int, int]]:
    """By state: how many, and how many Wh."""
    c = suspicions.c
    query = select(c.state, func.count(), func.sum(c.recoverable_wh)).group_by(c.state)
    return {state: (int(count), int(wh)) for state, count, wh in conn.execute(query)}


def find_suspicion(conn: Connection, public_id: str) -> Suspected | None:
    row = conn.execute(select(suspicions).where(suspicions.c.public_id == public_id)).one_or_none()
    if row is None:
        return None
    return _suspected(row, {one.node_id: one for one in network_nodes_of(conn)})


def at_points(conn: Connection, point_ids: Sequence[int]) -> dict[int, list[str]]:
    """Patterns that are open at these points."""
    c, found = suspicions.c, dict[int, list[str]]()
    query = select(c.point_id, c.pattern).where(c.state == OPEN, c.point_id.in_(list(point_ids)))
    for point, pattern in conn.execute(query):
        found.setdefault(point, []).append(pattern)
    return found


def decide(
    conn: Connection, public_id: str, *, state: str, note: str, by: str, now: datetime
) -> Suspected | None:
    """Somebody looked: it was so, it was not, or it is to be looked at again. Leaves an event."""
    if state not in {OPEN, CONFIRMED, DISMISSED}:
        raise ValueError(f"nobody can decide {state!r}")
    before = find_suspicion(conn, public_id)
    if before is None:
        return None
    facts = {"state": state, "note": note, "decided_by": by, "decided_at": now}
    conn.execute(update(suspicions).where(suspicions.c.public_id == public_id).values(**facts))
    record_event(
        conn,
        at=now,
        actor=by,
        act="suspicion decided",
        subject=f"suspicion {public_id}",
        before={"state": before.state},
        after={"state": state, "pattern": before.pattern, "note": note},
    )
    return find_suspicion(conn, public_id)


def _suspected(row: Row[Any], nodes: Mapping[int, Node]) -> Suspected:
    return Suspected(
        public_id=row.public_id,
        node=nodes[row.node_id],
        point_id=row.point_id,
        pattern=row.pattern,
        other=None if row.other_id is None else nodes.get(row.other_id),
        state=row.state,
        days=range(row.first_day, row.until_day + 1),
        recoverable_wh=row.recoverable_wh,
        facts=row.facts,
        found_at=row.found_at,
        looked_at=row.looked_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        note=row.note,
    )
