"""Which corrections of closed months wait, and what does an approval change (GDDK)?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, Row, func, select, tuple_, update

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
    asked_state: State | None = None  # the first person's word, until another one agrees
    asked_by: str | None = None
    asked_reason: str | None = None
    asked_at: datetime | None = None


class NotAsked(ValueError):
    """Nobody has said what became of this correction: there is nothing to agree to."""


class SamePerson(ValueError):
    """The second look belongs to somebody else (D-22)."""


def ask(
    conn: Connection,
    *,
    point_id: int,
    day: int,
    number: int,
    state: State,
    by: str,
    reason: str,
    now: datetime,
) -> None:
    """The first person's word: what the market operator decided; it waits for another person's look."""
    _pending(conn, point_id, day, number)
    if not reason.strip():
        raise NotAsked("a reason is missing: say where the operator's decision is written")
    asked = {"asked_state": state.value, "asked_by": by, "asked_reason": reason, "asked_at": now}
    conn.execute(update(corrections).where(_here(point_id, day, number)).values(asked))
    after = {"day": day, "number": number, "state": state.value, "reason": reason}
    subject = f"point {point_id}"
    record_event(conn, at=now, actor=by, act="correction proposed", subject=subject, after=after)


def look(
    conn: Connection, *, point_id: int, day: int, number: int, agree: bool, by: str, now: datetime
) -> None:
    """The second person's word: what was proposed is done, or the proposal is taken away."""
    found = _pending(conn, point_id, day, number)
    if found.asked_state is None:
        raise NotAsked(f"nobody has proposed anything for correction {number} of this day")
    if found.asked_by == by:
        raise SamePerson(f"{by} proposed it himself: the second look is another person's")
    where = {"point_id": point_id, "day": day, "number": number}
    if not agree:
        names = ("asked_state", "asked_by", "asked_reason", "asked_at")
        conn.execute(update(corrections).where(_here(**where)).values(dict.fromkeys(names)))
        act, subject = "correction proposal refused", f"point {point_id}"
        record_event(conn, at=now, actor=by, act=act, subject=subject, after=where)
        return
    decide = approve if found.asked_state is State.APPROVED else reject
    decide(conn, **where, by=by, now=now)


def count_pending(conn: Connection) -> int:
    """How many wait for the market operator's word, or for a second look at it."""
    pending = corrections.c.state == State.PENDING.value
    return conn.scalar(select(func.count()).select_from(corrections).where(pending)) or 0


def list_corrections(
    conn: Connection,
    *,
    point_id: int | None = None,
    state: State | None = State.PENDING,
    after: tuple[int, int, int] = (0, 0, 0),
    limit: int | None = None,
) -> list[Correction]:
    """Of one point or all, in one state or any, by point, day and number; `after` is the last one shown."""
    c = corrections.c
    query = select(corrections).order_by(c.point_id, c.day, c.number).limit(limit)
    if after != (0, 0, 0):
        query = query.where(tuple_(c.point_id, c.day, c.number) > after)
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
    own = ("point_id", "day", "number", "known_since", "frame_id", "decided_at", "decided_by")
    names = (*own, "asked_by", "asked_reason", "asked_at")
    return Correction(
        state=State(facts["state"]),
        block=block,
        asked_state=None if facts["asked_state"] is None else State(facts["asked_state"]),
        differences={Channel(code): Decimal(more) for code, more in facts["differences"].items()},
        **{name: facts[name] for name in names},
    )
