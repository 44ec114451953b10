"""What does a person at the bench order, and what comes of it?

An order is tried before it is given: the trial does everything in one transaction, as if a second person had
agreed already, and takes it back. What the page then shows is what will be, not what somebody calculated.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal

import numpy as np
from sqlalchemy import Connection

from osos.mdm import editing
from osos.mdm.canonical import CanonicalBlock, Channel
from osos.mdm.editing.acting import Change, change_between, ground_of
from osos.mdm.estimates.helping import help_of
from osos.mdm.estimates.ladder import Left
from osos.mdm.estimates.running import Choice, Report, estimate
from osos.mdm.estimates.surveying import Option, options
from osos.mdm.keeping.closing import closed_days
from osos.mdm.keeping.decisions import Decision, Kind, State
from osos.mdm.keeping.exchanges import slot_of
from osos.mdm.labels import edge_of_day, instant_of_label
from osos.quantities import Interval, Quality
from osos.store import Store, record_event

Act = Literal["accept", "estimate", "edit", "dismiss", "undo", "agree", "refuse"]
ACTS: tuple[Act, ...] = ("accept", "estimate", "edit", "dismiss", "undo", "agree", "refuse")
ON_SLOTS = frozenset({"accept", "estimate", "edit", "dismiss"})
_SOMEBODY_ELSE = "a second person"  # of a trial; never written
_TRIAL = "a trial"
_EMPTY = (Quality.MISSING.mark, Quality.ESTIMATED.mark)


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
    method: str = ""  # of an estimate, if a person chose it; else the first of the ladder that can
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
    options: tuple[Option, ...] = ()  # what the other methods would put in

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
        row = acted.decision
        marked = replace(order, slots=range(row.first_slot, row.until_slot))
        report = _fill(conn, marked, propose=False, choice=_chosen(row))
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
    asked = _options(conn, named) if order.act == "estimate" else ()
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
        options=asked,
    )


def _options(conn: Connection, order: Order) -> tuple[Option, ...]:
    """What each method would put in, once what was measured is left out; taken back at once."""
    trial = conn.begin_nested()
    try:
        if _is_measured(conn, order):
            acted = _dismiss(conn, order)
            if acted.state is State.PROPOSED:
                editing.look(
                    conn,
                    point_id=order.point_id,
                    day=order.day,
                    number=acted.decision.number,
                    agree=True,
                    by=_SOMEBODY_ELSE,
                    reason=_TRIAL,
                    now=order.now,
                )
        return options(
            conn,
            point_id=order.point_id,
            period=_day_of(order),
            now=order.now,
            aid=help_of(conn, order.point_id, order.now),
            within=_hours_of(conn, order),
        )
    finally:
        trial.rollback()


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
    choice = Choice(method=order.method, by=order.by, reason=order.reason) if order.method else None
    if _is_measured(conn, order):
        acted = _dismiss(conn, order)
        if acted.state is State.PROPOSED:
            return Done(waits=True)
        filled = _fill(conn, order, propose=False, choice=choice)
        return Done(waits=False, days=acted.days, filled=filled)
    report = _fill(conn, order, propose=True, choice=choice)
    record_event(
        conn,
        at=order.now,
        actor=order.by,
        act="asked for an estimate",
        subject=f"point {order.point_id}",
        after={"day": order.day, "reason": order.reason},
    )
    return Done(waits=True, days=report.days, filled=report)


def _is_measured(conn: Connection, order: Order) -> bool:
    """Whether there is anything to leave out first; an estimate already there is none."""
    block = ground_of(conn, point_id=order.point_id, day=order.day).block
    here = block.quality[order.slots.start : order.slots.stop]
    return bool(here.size and (~np.isin(here, _EMPTY)).any())


def _dismiss(conn: Connection, order: Order) -> editing.Acted:
    return editing.dismiss(
        conn,
        point_id=order.point_id,
        day=order.day,
        slots=order.slots,
        by=order.by,
        reason=order.reason,
        now=order.now,
        method=order.method or None,
    )


def _chosen(dismissed: Decision) -> Choice | None:
    """Who asked for the estimate may have said by which method."""
    if dismissed.method is None:
        return None
    return Choice(method=dismissed.method, by=dismissed.actor, reason=dismissed.reason)


def _day_of(order: Order) -> Interval:
    return Interval(*(instant_of_label(edge_of_day(day)) for day in (order.day, order.day + 1)))


def _hours_of(conn: Connection, order: Order) -> Interval | None:
    """The part of the day that is marked; None: the whole day is."""
    block = ground_of(conn, point_id=order.point_id, day=order.day).block
    if not order.slots or order.slots == range(block.quality.size):
        return None
    first, last = order.slots[0], order.slots[-1]
    ends = [slot_of(order.day, block.period_min, slot) for slot in (first, last)]
    return Interval(ends[0].start, ends[1].end)


def _fill(conn: Connection, order: Order, *, propose: bool, choice: Choice | None = None) -> Report:
    """The holes in what is marked by the ladder, or by the method chosen; the area's storms are minded."""
    report = estimate(
        conn,
        point_id=order.point_id,
        period=_day_of(order),
        now=order.now,
        aid=help_of(conn, order.point_id, order.now),
        propose=propose,
        choice=choice,
        within=_hours_of(conn, order),
    )
    if propose and not report.filled:
        if report.left:
            raise NothingFits([left for _, left in report.left])
        raise editing.NothingChanges("an estimate of this stands or waits already")
    return report
