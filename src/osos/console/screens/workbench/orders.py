"""What does a person at the bench order, and what comes of it?

An order is tried before it is given: the trial does everything in one transaction, as if a second person had
agreed already, and takes it back. What the page then shows is what will be, not what somebody calculated.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal

from sqlalchemy import Connection

from osos.mdm import editing
from osos.mdm.canonical import CanonicalBlock, Channel
from osos.mdm.editing.acting import Change, change_between, ground_of
from osos.mdm.estimates.ladder import Left
from osos.mdm.estimates.rounds import areas_of
from osos.mdm.estimates.running import Report, estimate
from osos.mdm.keeping.closing import closed_days
from osos.mdm.keeping.decisions import Kind, State
from osos.mdm.labels import edge_of_day, instant_of_label
from osos.quantities import Interval, Quality
from osos.store import Store, record_event

Act = Literal["accept", "estimate", "edit", "dismiss", "undo", "agree", "refuse"]
ACTS: tuple[Act, ...] = ("accept", "estimate", "edit", "dismiss", "undo", "agree", "refuse")
ON_SLOTS = frozenset({"accept", "estimate", "edit", "dismiss"})
_SOMEBODY_ELSE = "a second person"  # of a trial; never written
_TRIAL = "a trial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One thing to be done to one day of one point."""

    act: Act
    point_id: int
    day: int
    by: str
    now: datetime
    reason: str = ""
    slots: range = range(0)
    channel: Channel = Channel.A_PLUS
    values: tuple[int, ...] = ()  # Wh or varh as the meter counts, one a slot
    number: int = 0  # of a decision of that day
    fill: bool = True  # what a second person agrees to leave out is estimated at once


class NothingFits(editing.CannotEdit):
    """No rung of the ladder holds, or the hole waits for something better."""

    def __init__(self, left: Sequence[Left]) -> None:
        super().__init__("; ".join(sorted({one.words for one in left})))
        self.why = left[0].why


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What an order came to."""

    waits: bool  # for the second look
    days: tuple[int, ...] = ()  # with a new version
    filled: Report = field(default_factory=Report)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What an order would come to once everybody has agreed."""

    order: Order
    waits: bool
    before: CanonicalBlock
    after: CanonicalBlock
    change: Change
    days: tuple[int, ...]  # derived anew
    closed: bool  # the month is settled: this becomes a correction (D-23)
    filled: Report

    @property
    def methods(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(fill.method for one in self.filled.filled for fill in one.fills))

    @property
    def uncertainty_wh(self) -> Decimal:
        """One sigma of what was put in, primary."""
        parts = [
            (fill.uncertainty_wh, hole)
            for one in self.filled.filled
            for fill, hole in zip(one.fills, one.holes, strict=True)
        ]
        return sum((wh * hole.multiplier for wh, hole in parts), Decimal(0))


class _TakenBack(Exception):
    """Ends a trial's transaction; nothing of it is kept."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial


def give(conn: Connection, order: Order) -> Done:
    """Do it; raises CannotEdit when it cannot be done, and nothing is written then."""
    if order.act == "estimate":
        return _estimate(conn, order)
    acted = _act(conn, order)
    left_out = acted.decision.kind is Kind.DISMISS and acted.state is State.IN_FORCE
    if order.act == "agree" and order.fill and left_out:
        report = _fill(conn, order, propose=False)
        return Done(waits=False, days=tuple(sorted({*acted.days, *report.days})), filled=report)
    waits = acted.state is State.PROPOSED and order.act not in {"agree", "refuse"}
    return Done(waits=waits, days=acted.days)


def try_out(store: Store, order: Order) -> Trial:
    """What the day would be; nothing is written. Raises CannotEdit as giving the order would."""
    try:
        with store.begin() as conn:
            raise _TakenBack(_as_if(conn, order))
    except _TakenBack as back:
        return back.trial


def _as_if(conn: Connection, order: Order) -> Trial:
    named = order if order.reason.strip() else replace(order, reason=_TRIAL)
    before = ground_of(conn, point_id=order.point_id, day=order.day)
    done = give(conn, named)
    days, filled = set(done.days), done.filled
    if done.waits:
        more = _agreed(conn, named, {row.number for row in before.rows})
        days |= set(more.days)
        filled = more.filled if more.filled.filled or more.filled.left else filled
    after = ground_of(conn, point_id=order.point_id, day=order.day).block
    return Trial(
        order=order,
        waits=done.waits,
        before=before.block,
        after=after,
        change=change_between(before.block, after),
        days=tuple(sorted(days)),
        closed=bool(closed_days(conn, point_id=order.point_id, days=[order.day])),
        filled=filled,
    )


def _agreed(conn: Connection, order: Order, known: set[int]) -> Done:
    """As if somebody else had looked at what was just written down."""
    rows = ground_of(conn, point_id=order.point_id, day=order.day).rows
    number = max(row.number for row in rows if row.number not in known)
    look = replace(
        order,
        act="agree",
        number=number,
        by=_SOMEBODY_ELSE,
        fill=order.act == "estimate",
        reason=_TRIAL,
    )
    return give(conn, look)


def _act(conn: Connection, order: Order) -> editing.Acted:
    where = {"point_id": order.point_id, "day": order.day}
    who = {"by": order.by, "reason": order.reason, "now": order.now}
    if order.act in {"agree", "refuse"}:
        agree = order.act == "agree"
        if not order.reason.strip():
            raise editing.NoReason
        return editing.look(conn, number=order.number, agree=agree, **where, **who)  # type: ignore[arg-type]  # by name
    if order.act == "undo":
        return editing.undo(conn, number=order.number, **where, **who)  # type: ignore[arg-type]  # by name
    if order.act == "edit":
        values = {order.channel: order.values}
        return editing.edit(conn, slots=order.slots, values=values, **where, **who)  # type: ignore[arg-type]  # by name
    decide = editing.accept if order.act == "accept" else editing.dismiss
    return decide(conn, slots=order.slots, **where, **who)  # type: ignore[arg-type]  # by name


def _estimate(conn: Connection, order: Order) -> Done:
    """Of what is missing a proposal; what was measured is first left out, and that is looked at."""
    if not order.reason.strip():
        raise editing.NoReason
    block = ground_of(conn, point_id=order.point_id, day=order.day).block
    here = block.quality[order.slots.start : order.slots.stop]
    if here.size and (here != Quality.MISSING.mark).any():
        acted = editing.dismiss(
            conn,
            point_id=order.point_id,
            day=order.day,
            slots=order.slots,
            by=order.by,
            reason=order.reason,
            now=order.now,
        )
        if acted.state is State.PROPOSED:
            return Done(waits=True)
        return Done(waits=False, days=acted.days, filled=_fill(conn, order, propose=False))
    report = _fill(conn, order, propose=True)
    record_event(
        conn,
        at=order.now,
        actor=order.by,
        act="asked for an estimate",
        subject=f"point {order.point_id}",
        after={"day": order.day, "reason": order.reason},
    )
    return Done(waits=True, days=report.days, filled=report)


def _fill(conn: Connection, order: Order, *, propose: bool) -> Report:
    """The day's holes by the ladder; the area's storms are minded."""
    first = instant_of_label(edge_of_day(order.day))
    report = estimate(
        conn,
        point_id=order.point_id,
        period=Interval(first, instant_of_label(edge_of_day(order.day + 1))),
        now=order.now,
        aid=areas_of(conn, order.point_id, order.now),
        propose=propose,
    )
    if propose and not report.filled:
        if report.left:
            raise NothingFits([left for _, left in report.left])
        raise editing.NothingChanges("an estimate of this stands or waits already")
    return report
