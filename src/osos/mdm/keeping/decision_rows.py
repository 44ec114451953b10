"""Which decisions are written down of a point and its days?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Row, func, select

from osos.mdm import packing
from osos.mdm.canonical import Channel
from osos.mdm.keeping.decisions import SYSTEM, VALUES, Decision, Kind, alive
from osos.mdm.keeping.tables import decisions
from osos.mdm.labels import Ints
from osos.store import append

_AT_ONCE = 400
_PLAIN = (
    "point_id",
    "day",
    "number",
    "of_number",
    "first_slot",
    "until_slot",
    "period_min",
    "method",
    "method_version",
    "code",
    "uncertainty_wh",
    "reason",
    "actor",
    "moves_money",
    "known_since",
)


def load(
    conn: Connection, *, point_id: int, days: Iterable[int], known_on: datetime | None = None
) -> dict[int, list[Decision]]:
    """Day → its rows in order; of one point, as they stood on a date if one is given."""
    wanted = sorted(set(days))
    found: dict[int, list[Decision]] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        query = (
            select(decisions)
            .where(decisions.c.point_id == point_id, decisions.c.day.in_(wanted[start : start + _AT_ONCE]))
            .order_by(decisions.c.day, decisions.c.number)
        )
        if known_on is not None:
            query = query.where(decisions.c.known_since <= known_on)
        for row in conn.execute(query):
            found.setdefault(row.day, []).append(_decision(row))
    return found


def add(conn: Connection, drafts: Sequence[Decision]) -> list[Decision]:
    """Write rows, numbered after those of their day; together they are one decision, the first is its root.

    A draft whose root is its own place (`(day, 0)`) takes the first one's.
    """
    latest = _latest(conn, {(draft.point_id, draft.day) for draft in drafts})
    numbered: list[Decision] = []
    for draft in drafts:
        key = (draft.point_id, draft.day)
        latest[key] = latest.get(key, 0) + 1
        row = replace(draft, number=latest[key])
        root = row.root if row.root[1] else (numbered[0].root if numbered else (row.day, row.number))
        numbered.append(replace(row, root=root))
    append(conn, decisions, [_row(one) for one in numbered])
    return numbered


def lapse(conn: Connection, gone: Iterable[Decision], *, at: datetime) -> set[int]:
    """Let go of these estimates and of all that was estimated with them; which days that touches."""
    roots = {(one.point_id, one.root) for one in gone}
    rows = [one for point_id, root in sorted(roots) for one in siblings(conn, point_id=point_id, root=root)]
    add(conn, [about(one, Kind.LAPSE, at=at, reason="what it was made from has changed") for one in rows])
    return {one.day for one in rows}


def siblings(conn: Connection, *, point_id: int, root: tuple[int, int]) -> list[Decision]:
    """What was decided at once with this and still holds, or waits, over all its days."""
    here = (decisions.c.point_id == point_id) & (decisions.c.root_day == root[0])
    query = select(decisions.c.day).where(
        here, decisions.c.root_number == root[1], decisions.c.day >= root[0]
    )
    days = set(conn.execute(query).scalars())
    rows = load(conn, point_id=point_id, days=days)
    return [one for day in sorted(rows) for one in alive(rows[day]) if one.root == root]


def about(decision: Decision, kind: Kind, *, at: datetime, reason: str, actor: str = SYSTEM) -> Decision:
    """A row that says something of an earlier one."""
    return replace(
        decision,
        number=0,
        kind=kind,
        of_number=decision.number,
        values=decision.values[:0, :0],
        channels=(),
        method=None,
        method_version=None,
        code="",
        inputs={},
        uncertainty_wh=None,
        reason=reason,
        actor=actor,
        moves_money=False,
        known_since=at,
    )


def _latest(conn: Connection, keys: set[tuple[int, int]]) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for point_id in {point_id for point_id, _ in keys}:
        days = [day for point, day in keys if point == point_id]
        query = (
            select(decisions.c.day, func.max(decisions.c.number))
            .where(decisions.c.point_id == point_id, decisions.c.day.in_(days))
            .group_by(decisions.c.day)
        )
        found |= {(point_id, row[0]): row[1] for row in conn.execute(query)}
    return found


def _decision(row: Row[tuple[object, ...]]) -> Decision:
    facts = row._mapping
    kind = Kind(facts["kind"])
    channels = tuple(Channel(code) for code in facts["channels"].split())
    slots = facts["until_slot"] - facts["first_slot"] if kind in VALUES else 0
    return Decision(
        kind=kind,
        root=(facts["root_day"], facts["root_number"]),
        channels=channels,
        values=packing.unpack(facts["payload"], rows=len(channels), count=slots),
        inputs=facts["inputs"] or {},
        **{name: facts[name] for name in _PLAIN},
    )


def _row(one: Decision) -> Mapping[str, object]:
    return {name: getattr(one, name) for name in _PLAIN} | {
        "kind": one.kind.value,
        "root_day": one.root[0],
        "root_number": one.root[1],
        "channels": " ".join(channel.value for channel in one.channels),
        "payload": packing.pack(_shaped(one.values)),
        "inputs": dict(one.inputs),
    }


def _shaped(values: Ints) -> Ints:
    return values
