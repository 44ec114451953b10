"""Which holes of a point are filled now, and what does that change?

Estimates are proposals of the machine about what is missing: they give way to measured values by themselves
(`keeping.completing`), and when a hole has become another one it is filled anew as a whole.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

import numpy as np
from sqlalchemy import Connection

from osos.mdm import points
from osos.mdm.canonical import Installed
from osos.mdm.estimates.finding import find_holes
from osos.mdm.estimates.gathering import Desk, Help, given_for, lay_out
from osos.mdm.estimates.ground import Ground, days_not_whole, ground_of
from osos.mdm.estimates.hole import Fill, Hole
from osos.mdm.estimates.ladder import Left, climb
from osos.mdm.installed import installed_at
from osos.mdm.keeping import decision_rows
from osos.mdm.keeping.completing import footing
from osos.mdm.keeping.decisions import SYSTEM, Decision, Kind, alive, in_force
from osos.mdm.keeping.exchanges import shared_unit, sharing, slot_of
from osos.mdm.labels import (
    date_of_day,
    days_of_period,
    last_label_until,
)
from osos.mdm.source import Source
from osos.quantities import Interval
from osos.store import alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A hole and what was put in; `root` names the decision."""

    holes: tuple[Hole, ...]
    fills: tuple[Fill, ...]
    root: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of the holes of a period, and which days have a new version."""

    filled: tuple[Filled, ...] = ()
    left: tuple[tuple[Hole, Left], ...] = ()
    unchanged: int = 0  # holes whose estimate still stands
    days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A method that a person chose, and why."""

    method: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    propose: bool
    choice: Choice | None


def estimate(
    conn: Connection,
    *,
    point_id: int,
    period: Interval,
    now: datetime,
    installed: Sequence[Installed] | None = None,
    aid: Help | None = None,
    propose: bool = False,
    choice: Choice | None = None,
    within: Interval | None = None,
) -> Report:
    """Fill what is missing in a period that has passed; doing it again changes nothing.

    `within`: only holes that reach into these hours of it, each as a whole, so that registers tell its sum.

    `propose`: what is put in waits until a person has looked at it (`editing.look`). `choice`: by the method
    a person chose; an estimate by another method gives way to it.
    """
    alone(conn, f"mdm.point.{point_id}")
    hung = installed_at(conn, point_id=point_id) if installed is None else installed
    ground, groups = holes_due(conn, point_id, hung, period, now, within=within)
    open_groups = [group for group in groups if not _stands(group, ground.decided, choice)]
    if not open_groups:
        return Report(unchanged=len(groups))
    desk = desk_for(conn, point_id, hung, ground, now=now, aid=aid)
    stand = len(groups) - len(open_groups)
    order = _Order(propose=propose, choice=choice)
    return _fill(conn, desk, ground, open_groups, unchanged=stand, order=order)


def refit(
    conn: Connection,
    *,
    point_id: int,
    days: Collection[int],
    now: datetime,
    installed: Sequence[Installed],
    aid: Help,
) -> tuple[int, ...]:
    """Share out anew what registers have left for the estimates of these days, once people set a part.

    Holes that nobody has filled are left alone. Says which days changed.
    """
    decided = decision_rows.load(conn, point_id=point_id, days=days)
    held = [one for rows in decided.values() for one in in_force(rows) if one.kind is Kind.ESTIMATE]
    due = max((one.inputs["span"][1] for one in held if "span" in one.inputs), default=None)
    if due is None:
        return ()
    ground, groups = _holes(conn, point_id, installed, range(min(days), max(days) + 1), due)
    changed: list[int] = []
    for group in groups:
        older = _estimate_in(group, ground.decided)
        if older is None or _stands(group, ground.decided, None):
            continue
        choice = (
            None
            if older.actor == SYSTEM
            else Choice(method=older.method or "", by=older.actor, reason=older.reason)
        )
        desk = desk_for(conn, point_id, installed, ground, now=now, aid=aid)
        order = _Order(propose=False, choice=choice)
        changed += _fill(conn, desk, ground, [group], unchanged=0, order=order).days
    return tuple(sorted(set(changed)))


def _estimate_in(group: Sequence[Hole], decided: Mapping[int, Sequence[Decision]]) -> Decision | None:
    places = {place for hole in group for place in hole.places()}
    held = (one for day in {day for day, _ in places} for one in in_force(decided.get(day, ())))
    return next(
        (
            one
            for one in held
            if one.kind is Kind.ESTIMATE
            and any((one.day, slot) in places for slot in range(one.first_slot, one.until_slot))
        ),
        None,
    )


def holes_due(
    conn: Connection,
    point_id: int,
    hung: Sequence[Installed],
    period: Interval,
    now: datetime,
    *,
    within: Interval | None = None,
) -> tuple[Ground, list[list[Hole]]]:
    """What is missing of a period that has passed, and the days about it."""
    due = last_label_until(min(period.end, now), 1)
    ground, groups = _holes(conn, point_id, hung, days_of_period(period), due)
    if within is None:
        return ground, groups
    return ground, [group for group in groups if any(_reaches_into(hole, within) for hole in group)]


def _reaches_into(hole: Hole, hours: Interval) -> bool:
    slots = (slot_of(day, hole.period_min, slot) for day, slot in hole.places())
    return any(slot.start < hours.end and hours.start < slot.end for slot in slots)


def _holes(
    conn: Connection, point_id: int, hung: Sequence[Installed], days: range, due: int
) -> tuple[Ground, list[list[Hole]]]:
    ground = ground_of(conn, point_id, hung, days_not_whole(conn, point_id, days), due)
    groups = [
        group
        for group in find_holes(ground.bare, installed=hung, said=ground.said, last_label=due)
        if any(day in days for hole in group for day, _ in hole.places())
    ]
    return ground, groups


def desk_for(
    conn: Connection,
    point_id: int,
    hung: Sequence[Installed],
    ground: Ground,
    *,
    now: datetime,
    aid: Help | None,
) -> Desk:
    """The point's facts, read once for all its holes."""
    return lay_out(
        conn,
        point_id=point_id,
        now=now,
        installed=hung,
        said=ground.said,
        bare={day: one.block for day, one in ground.bare.items()},
        aid=aid or Help(),
    )


def _stands(group: Sequence[Hole], decided: Mapping[int, Sequence[Decision]], choice: Choice | None) -> bool:
    """Whether an estimate was made for this very hole, by the method chosen, and holds or waits."""
    span, set_ = _span(group), _by_hand(group)
    return any(
        one.kind is Kind.ESTIMATE
        and one.inputs.get("span") == span
        and one.inputs.get("by_hand", []) == set_
        and (choice is None or one.method == choice.method)
        for day, _ in group[0].places()
        for one in alive(decided.get(day, ()))
    )


def _span(group: Sequence[Hole]) -> list[int]:
    return [group[0].first_label, group[-1].last_label]


def _by_hand(group: Sequence[Hole]) -> list[list[object]]:
    """What people set in it, as the inputs of an estimate tell it."""
    return [[label, list(values)] for hole in group for label, values in hole.by_hand]


def _fill(
    conn: Connection,
    desk: Desk,
    ground: Ground,
    groups: Sequence[Sequence[Hole]],
    *,
    unchanged: int,
    order: _Order,
) -> Report:
    drafts: list[tuple[Sequence[Hole], list[Fill], list[Decision]]] = []
    left: list[tuple[Hole, Left]] = []
    for group in groups:
        method = None if order.choice is None else order.choice.method
        everything = method is not None
        tried = [
            (hole, climb(hole, given_for(conn, desk, hole, everything=everything), method=method))
            for hole in group
        ]
        fills = [one for _, one in tried if isinstance(one, Fill)]
        left += [(hole, one) for hole, one in tried if isinstance(one, Left)]
        if len(fills) == len(group):
            rows = [_ordered(one, order) for one in _rows(desk, ground, group, fills)]
            drafts.append((group, fills, rows))
    days = _write(conn, desk, ground, [rows for _, _, rows in drafts])
    return Report(
        filled=tuple(
            Filled(holes=tuple(group), fills=tuple(fills), root=rows[0].root) for group, fills, rows in drafts
        ),
        left=tuple(left),
        unchanged=unchanged,
        days=days,
    )


def _ordered(row: Decision, order: _Order) -> Decision:
    """Whoever chose the method is whose estimate it is; he cannot look at it a second time."""
    asked = replace(row, moves_money=order.propose)
    choice = order.choice
    return asked if choice is None else replace(asked, actor=choice.by, reason=choice.reason)


def _write(conn: Connection, desk: Desk, ground: Ground, drafts: Sequence[list[Decision]]) -> tuple[int, ...]:
    """Older estimates of the same slots lapse, the new ones are written, their days derived anew."""
    if not drafts:
        return ()
    older = [
        one
        for rows in drafts
        for row in rows
        for one in alive(ground.decided.get(row.day, ()))
        if one.kind is Kind.ESTIMATE and one.first_slot < row.until_slot and row.first_slot < one.until_slot
    ]
    gone = [
        one for each in older for one in decision_rows.siblings(conn, point_id=each.point_id, root=each.root)
    ]
    days = {row.day for rows in drafts for row in rows} | {one.day for one in gone}
    before = points.load(conn, point_ids=[desk.point_id], days=days)
    decision_rows.lapse(conn, older, at=desk.now)
    for rows in drafts:
        rows[:] = decision_rows.add(conn, rows)
    return points.refresh(
        conn,
        point_id=desk.point_id,
        installed=desk.installed,
        days=days,
        before=before,
        source=Source(None, desk.now),
        known=ground.said,
    )


def _rows(desk: Desk, ground: Ground, group: Sequence[Hole], fills: Sequence[Fill]) -> list[Decision]:
    """One row a day; the first carries what the fill was made from."""
    values = _by_slot(desk, group, fills)
    days = sorted({day for day, _ in values})
    first = fills[0]
    facts = dict(first.inputs) if len(fills) == 1 else {"parts": [_part(one) for one in fills]}
    same = {"span": _span(group)} | ({"by_hand": set_} if (set_ := _by_hand(group)) else {})
    facts |= same | ({"said": list(first.notes)} if first.notes else {})
    rows = []
    for day in days:
        slots = sorted(slot for one, slot in values if one == day)
        block = ground.bare[day].block
        rests = footing(block, slots[0], slots[-1] + 1, installed=desk.installed, said=ground.said)
        own = facts if day == days[0] else same
        rows.append(
            Decision(
                point_id=desk.point_id,
                day=day,
                number=0,
                kind=Kind.ESTIMATE,
                root=(day, 0),
                first_slot=slots[0],
                until_slot=slots[-1] + 1,
                period_min=block.period_min,
                channels=group[0].channels,
                values=np.array(
                    list(zip(*(values[day, slot] for slot in slots), strict=True)), dtype=np.int64
                ),
                method=first.method,
                method_version=first.version,
                code=first.code,
                inputs=own | {"rests_on": {str(day): rests}},
                uncertainty_wh=sum(one.uncertainty_wh for one in fills) if day == days[0] else None,
                reason=f"missing since {date_of_day(days[0]).isoformat()}",
                known_since=desk.now,
            )
        )
    return rows


def _part(fill: Fill) -> dict[str, object]:
    return {"method": fill.method, "version": fill.version, **fill.inputs}


def _by_slot(desk: Desk, group: Sequence[Hole], fills: Sequence[Fill]) -> dict[tuple[int, int], list[int]]:
    """(day, slot) → a value a channel; a slot that two meters share in the unit that suits both."""
    parts: dict[tuple[int, int], list[tuple[Hole, list[int]]]] = {}
    for hole, fill in zip(group, fills, strict=True):
        for place, key in enumerate(hole.places()):
            parts.setdefault(key, []).append((hole, fill.values[:, place].tolist()))
    return {key: _value(desk, key, found) for key, found in parts.items()}


def _value(desk: Desk, key: tuple[int, int], found: list[tuple[Hole, list[int]]]) -> list[int]:
    hole, values = found[0]
    there = sharing(slot_of(key[0], hole.period_min, key[1]), desk.installed)
    if len(there) < 2:
        return values
    unit = shared_unit(there)
    primary = [
        sum((one * part.multiplier for part, row in found for one in row[place : place + 1]), Decimal(0))
        for place in range(len(values))
    ]
    return [int(one / unit) for one in primary]
