"""What would one decision do to many days, and what did it do?

Each day is an order of its own in a transaction of its own: one that is refused stops none of the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Connection

from osos.access import Viewer
from osos.console.screens.workbench.forms import Problem, refusal
from osos.console.screens.workbench.orders import Act, Order, give, try_out
from osos.mdm import editing, faces, judge
from osos.mdm.canonical import Channel
from osos.mdm.faces import SeenPoint
from osos.mdm.labels import DAY_MIN, day_number
from osos.mdm.rules import Severity
from osos.store import Store

MOST = 100  # days at once
BATCH_ACTS: tuple[Act, ...] = ("accept", "estimate", "dismiss")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A day somebody marked, and the parts of it that the rule doubts."""

    seen: SeenPoint
    day: date
    parts: tuple[range, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What an order would do, or did, to one of the days."""

    chosen: Chosen
    wh: Decimal = Decimal(0)  # primary A+ more than before
    days: int = 0
    waits: bool = False
    problem: Problem | None = None


def chosen_of(
    conn: Connection, viewer: Viewer, entries: Sequence[str], *, rule: str, now: datetime
) -> list[Chosen]:
    """What was marked as `point/day`; what nobody finds is left out."""
    found = []
    for text in dict.fromkeys(entries[:MOST]):
        point, _, iso = text.partition("/")
        seen = faces.find_point(conn, viewer, point, now=now)
        day = _day(iso)
        if seen is None or day is None:
            continue
        parts = _parts(conn, seen.point_id, day_number(day), rule)
        if parts:
            found.append(Chosen(seen=seen, day=day, parts=parts))
    return found


def try_all(store: Store, chosen: Sequence[Chosen], act: Act, *, by: str, now: datetime) -> list[Line]:
    return [_tried(store, one, act, by=by, now=now) for one in chosen]


def give_all(
    store: Store, chosen: Sequence[Chosen], act: Act, *, by: str, reason: str, now: datetime
) -> list[Line]:
    return [_given(store, one, act, by=by, reason=reason, now=now) for one in chosen]


def _tried(store: Store, chosen: Chosen, act: Act, *, by: str, now: datetime) -> Line:
    wh, days, waits = Decimal(0), 0, False
    try:
        for order in _orders(chosen, act, by=by, reason="", now=now):
            trial = try_out(store, order)
            wh += trial.change.differences.get(Channel.A_PLUS, Decimal(0))
            days, waits = max(days, len(trial.days)), waits or trial.waits
    except editing.CannotEdit as error:
        return Line(chosen=chosen, problem=refusal(error))
    return Line(chosen=chosen, wh=wh, days=days, waits=waits)


def _given(store: Store, chosen: Chosen, act: Act, *, by: str, reason: str, now: datetime) -> Line:
    days, waits = set[int](), False
    try:
        with store.begin() as conn:
            for order in _orders(chosen, act, by=by, reason=reason, now=now):
                done = give(conn, order)
                days, waits = days | set(done.days), waits or done.waits
    except editing.CannotEdit as error:
        return Line(chosen=chosen, problem=refusal(error))
    return Line(chosen=chosen, days=len(days), waits=waits)


def _orders(chosen: Chosen, act: Act, *, by: str, reason: str, now: datetime) -> list[Order]:
    return [
        Order(
            act=act,
            point_id=chosen.seen.point_id,
            day=day_number(chosen.day),
            by=by,
            now=now,
            reason=reason,
            slots=slots,
        )
        for slots in chosen.parts
    ]


def _parts(conn: Connection, point_id: int, day: int, rule: str) -> tuple[range, ...]:
    found = judge.findings(conn, point_ids=[point_id], days=[day]).get((point_id, day), ())
    return tuple(
        range(first, until)
        for one in found
        if one.rule == rule and one.severity > Severity.NOTE
        for first, until in one.slots or ((0, DAY_MIN // one.period_min),)
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
