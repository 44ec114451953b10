"""Which corrections of closed months wait, and what does an approval change (GDDK)?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, Row, select, update

from osos.mdm import canonical_packing, points
from osos.mdm.canonical import CanonicalBlock, Channel
from osos.mdm.day_changes import note as note_changes
from osos.mdm.keeping.closing import State
from osos.mdm.keeping.completing import Completed
from osos.mdm.keeping.tables import corrections
from osos.mdm.source import Source
from osos.store import record_event


class NotPending(ValueError):
    """This correction was decided, superseded or withdrawn already; or there is none of this number."""

    def __init__(self, point_id: int, day: int, number: int, state: str | None) -> None:
        said = "there is no such correction" if state is None else f"it is {state} already"
        super().__init__(f"correction {number} of point {point_id}, day {day}: {said}")
        self.state = state


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Correction:
    """What is known of a closed day beside what was settled."""

    point_id: int
    day: int
    number: int
    state: State
    block: CanonicalBlock | None
    differences: Mapping[Channel, Decimal]  # primary Wh or varh more than settled
    known_since: datetime
    frame_id: int | None
    decided_at: datetime | None
    decided_by: str | None


def list_corrections(
    conn: Connection, *, point_id: int | None = None, state: State | None = State.PENDING
) -> list[Correction]:
    """Of one point or all, in one state or any, by point, day and number."""
    query = select(corrections).order_by(corrections.c.point_id, corrections.c.day, corrections.c.number)
    if point_id is not None:
        query = query.where(corrections.c.point_id == point_id)
    if state is not None:
        query = query.where(corrections.c.state == state.value)
    return [_correction(row) for row in conn.execute(query)]


def known_hashes(conn: Connection, *, point_id: int, days: Iterable[int]) -> dict[int, bytes | None]:
    """Day → the hash of what is known, where that is not what was settled."""
    query = (
        select(corrections.c.day, corrections.c.content_hash, corrections.c.state)
        .where(corrections.c.point_id == point_id, corrections.c.day.in_(list(days)))
        .order_by(corrections.c.day, corrections.c.number)
    )
    newest = {row.day: row for row in conn.execute(query)}
    beside = {State.PENDING.value, State.REJECTED.value}
    return {day: row.content_hash for day, row in newest.items() if row.state in beside}


def approve(conn: Connection, *, point_id: int, day: int, number: int, by: str, now: datetime) -> None:
    """The market operator took it: the settled block becomes an older version."""
    found = _pending(conn, point_id, day, number)
    held = points.load(conn, point_ids=[point_id], days=[day]).get((point_id, day))
    source = Source(found.frame_id, now)
    if held is not None:
        points.move_to_history(conn, held, source)
    points.put(conn, point_id, [Completed(found.block, is_plain=False)], source)
    note_changes(
        conn,
        point_id=point_id,
        at=now,
        changes={day: (None if held is None else held.block, found.block)},
    )
    _decide(conn, found, State.APPROVED, by=by, now=now)


def reject(conn: Connection, *, point_id: int, day: int, number: int, by: str, now: datetime) -> None:
    """The market operator refused it: what was settled stays, what is known stays beside it."""
    _decide(conn, _pending(conn, point_id, day, number), State.REJECTED, by=by, now=now)


def _pending(conn: Connection, point_id: int, day: int, number: int) -> Correction:
    row = conn.execute(select(corrections).where(_here(point_id, day, number))).first()
    if row is None or row.state != State.PENDING.value:
        raise NotPending(point_id, day, number, None if row is None else row.state)
    return _correction(row)


def _here(point_id: int, day: int, number: int):  # type: ignore[no-untyped-def]  # SQLAlchemy's own expression type
    c = corrections.c
    return (c.point_id == point_id) & (c.day == day) & (c.number == number)


def _decide(conn: Connection, one: Correction, state: State, *, by: str, now: datetime) -> None:
    conn.execute(
        update(corrections)
        .where(_here(one.point_id, one.day, one.number))
        .values(state=state.value, decided_at=now, decided_by=by)
    )
    after = {"day": one.day, "number": one.number, "state": state.value}
    record_event(
        conn, at=now, actor=by, act="correction decided", subject=f"point {one.point_id}", after=after
    )


def _correction(row: Row[tuple[object, ...]]) -> Correction:
    facts = row._mapping
    block = None
    if facts["payload"] is not None:
        period = facts["period_min"]
        segments = canonical_packing.segments_of(facts["segments"], period_min=period)
        block = canonical_packing.unpack(
            facts["payload"], day=facts["day"], period_min=period, segments=segments
        )
    names = ("point_id", "day", "number", "known_since", "frame_id", "decided_at", "decided_by")
    return Correction(
        state=State(facts["state"]),
        block=block,
        differences={Channel(code): Decimal(more) for code, more in facts["differences"].items()},
        **{name: facts[name] for name in names},
    )
