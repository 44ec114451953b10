"""Who looks a second time, what is undone, and what happened to a decision?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from osos.mdm.canonical import Installed
from osos.mdm.editing.acting import Acted, Change, Ground, change_between, ground_of, redo
from osos.mdm.editing.refusals import NoReason, NotADecision, SamePerson
from osos.mdm.keeping import decision_rows
from osos.mdm.keeping.completing import complete
from osos.mdm.keeping.decisions import ALIVE, VALUES, Decision, Kind, State, states, waiting_undoings
from osos.mdm.keeping.tables import decisions


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A decision, where it stands, and what was said about it since."""

    decision: Decision
    state: State
    acts: tuple[Decision, ...] = ()


def look(
    conn: Connection,
    *,
    point_id: int,
    day: int,
    number: int,
    agree: bool,
    by: str,
    reason: str,
    now: datetime,
    installed: Sequence[Installed] | None = None,
) -> Acted:
    """The second person's word on a decision, or on an undoing, that waits for it."""
    ground = ground_of(conn, point_id=point_id, day=day, installed=installed)
    waits = _waiting(ground, number)
    if waits.actor == by:
        raise SamePerson(by)
    rows = (
        decision_rows.siblings(conn, point_id=point_id, root=waits.root) if waits.kind in VALUES else [waits]
    )
    kind = Kind.APPROVE if agree else Kind.REFUSE
    return _say(conn, ground, waits, rows, kind, by=by, reason=reason, now=now)


def undo(
    conn: Connection,
    *,
    point_id: int,
    day: int,
    number: int,
    by: str,
    reason: str,
    now: datetime,
    installed: Sequence[Installed] | None = None,
) -> Acted:
    """Take a decision back; if that moves money it waits for a second look in its turn."""
    ground = ground_of(conn, point_id=point_id, day=day, installed=installed)
    if not reason.strip():
        raise NoReason
    standing = states(ground.rows).get(number)
    if standing not in ALIVE:
        raise NotADecision(point_id, day, number, "none" if standing is None else f"it is {standing.value}")
    target = next(row for row in ground.rows if row.number == number)
    siblings = decision_rows.siblings(conn, point_id=point_id, root=target.root)
    change = _change_of(ground, [decision_rows.about(target, Kind.UNDO, at=now, reason=reason, actor=by)])
    if standing is State.PROPOSED or not change.moves_money:
        return _say(conn, ground, target, siblings, Kind.UNDO, by=by, reason=reason, now=now)
    asked = [
        replace(decision_rows.about(one, Kind.UNDO, at=now, reason=reason, actor=by), moves_money=True)
        for one in siblings
    ]
    written = decision_rows.add(conn, asked)
    own = next(one for one in written if one.day == day)
    return Acted(decision=own, state=State.PROPOSED, change=change)


def history(conn: Connection, *, point_id: int, days: Iterable[int]) -> list[Entry]:
    """All that was ever decided about these days, by day and number."""
    found = []
    for _, rows in sorted(decision_rows.load(conn, point_id=point_id, days=days).items()):
        where = states(rows)
        for row in rows:
            if row.kind in VALUES:
                found.append(Entry(decision=row, state=where[row.number], acts=_acts_about(rows, row.number)))
    return found


def waiting(conn: Connection, *, point_id: int | None = None) -> list[Entry]:
    """Decisions and undoings that wait for a second look, of one point or all."""
    query = select(decisions.c.point_id, decisions.c.day).where(decisions.c.moves_money).distinct()
    if point_id is not None:
        query = query.where(decisions.c.point_id == point_id)
    found = []
    for row in conn.execute(query.order_by(decisions.c.point_id, decisions.c.day)).all():
        rows = decision_rows.load(conn, point_id=row.point_id, days=[row.day])[row.day]
        open_ = {number for number, state in states(rows).items() if state is State.PROPOSED}
        open_ |= waiting_undoings(rows).keys()
        found += [Entry(decision=one, state=State.PROPOSED) for one in rows if one.number in open_]
    return found


def _waiting(ground: Ground, number: int) -> Decision:
    row = next((one for one in ground.rows if one.number == number), None)
    if row is None:
        raise NotADecision(ground.point_id, ground.day, number, "there is none")
    state = states(ground.rows).get(number)
    if state is not State.PROPOSED and number not in waiting_undoings(ground.rows):
        said = "is no decision of its own" if state is None else f"is {state.value}"
        raise NotADecision(ground.point_id, ground.day, number, f"it waits for nobody: it {said}")
    return row


def _say(
    conn: Connection,
    ground: Ground,
    target: Decision,
    rows: Sequence[Decision],
    kind: Kind,
    *,
    by: str,
    reason: str,
    now: datetime,
) -> Acted:
    about = [decision_rows.about(one, kind, at=now, reason=reason, actor=by) for one in rows]
    if target.kind is Kind.UNDO:
        about = _of_all_days(conn, target, about)
    change = _change_of(ground, [one for one in about if one.day == ground.day])
    written = decision_rows.add(conn, about)
    days = redo(conn, ground, {one.day for one in written}, now=now)
    after = decision_rows.load(conn, point_id=ground.point_id, days=[ground.day])[ground.day]
    number = target.of_number if target.kind is Kind.UNDO and target.of_number else target.number
    return Acted(decision=target, state=states(after)[number], change=change, days=days)


def _of_all_days(conn: Connection, undoing: Decision, about: Sequence[Decision]) -> list[Decision]:
    """An undoing that was asked for over several days is looked at as one."""
    days = conn.scalars(
        select(decisions.c.day).where(
            decisions.c.point_id == undoing.point_id,
            decisions.c.root_day == undoing.root[0],
            decisions.c.root_number == undoing.root[1],
            decisions.c.day >= undoing.root[0],
        )
    )
    rows = decision_rows.load(conn, point_id=undoing.point_id, days=set(days))
    said = about[0]
    return [
        replace(said, day=day, of_number=number)
        for day, known in sorted(rows.items())
        for number, of_number in waiting_undoings(known).items()
        for one in known
        if one.number == of_number and one.root == undoing.root
    ]


def _change_of(ground: Ground, more: Sequence[Decision]) -> Change:
    """What these further rows would change of the day."""
    last = max((row.number for row in ground.rows), default=0)
    numbered = [replace(one, number=last + n) for n, one in enumerate(more, start=1)]
    after = complete(
        ground.day, installed=ground.installed, said=ground.said, decisions=[*ground.rows, *numbered]
    ).block
    return change_between(ground.block, after)


def _acts_about(rows: Sequence[Decision], number: int) -> tuple[Decision, ...]:
    undoings = {row.number for row in rows if row.kind is Kind.UNDO and row.of_number == number}
    return tuple(
        row
        for row in rows
        if row.kind not in VALUES and (row.of_number == number or row.of_number in undoings)
    )
