"""What would a decision change, and how is it made?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
from sqlalchemy import Connection

from osos.mdm import points, said
from osos.mdm.canonical import CHANNELS, PROFILE, CanonicalBlock, Channel, Installed, Said
from osos.mdm.editing.doubts import doubted_slots, still_so
from osos.mdm.editing.refusals import NoReason, NothingChanges, NothingThere
from osos.mdm.editing.settling import settle
from osos.mdm.estimates.helping import help_of
from osos.mdm.estimates.running import refit
from osos.mdm.installed import installed_at
from osos.mdm.keeping import decision_rows
from osos.mdm.keeping.completing import before_filling, complete
from osos.mdm.keeping.decisions import Decision, Kind, State, in_force, states
from osos.mdm.labels import Ints, edge_of_day, instant_of_label
from osos.mdm.source import Source
from osos.quantities import Quality, to_local
from osos.store import alone

MOST_WH = 20_000_000  # 80 MW for a quarter hour; a day of them still fits the column of its sum
_AHEAD = timedelta(hours=1)  # the slot that runs, and clocks within tolerance
CODES = {Kind.ACCEPT: "3.10.1", Kind.DISMISS: "3.7.3", Kind.EDIT: "3.7.0"}  # regulation c3


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a decision would do to the day: primary Wh or varh more, a channel; slots of another quality."""

    differences: Mapping[Channel, Decimal]
    slots: int

    @property
    def moves_money(self) -> bool:
        return bool(self.differences)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """The decision as it was written, and the days that have a new version because of it."""

    decision: Decision
    state: State
    change: Change
    days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """One day as everything about it is known."""

    point_id: int
    day: int
    installed: Sequence[Installed]
    said: Said
    rows: Sequence[Decision]
    block: CanonicalBlock  # as it is believed now


def ground_of(
    conn: Connection, *, point_id: int, day: int, installed: Sequence[Installed] | None = None
) -> Ground:
    """Read the day alone: nobody else decides about this point until the transaction ends."""
    alone(conn, f"mdm.point.{point_id}")
    hung = installed_at(conn, point_id=point_id) if installed is None else installed
    keys = [(one.meter_id, one_day) for one in hung for one_day in (day - 1, day)]
    blocks = {key: held.block for key, held in said.load(conn, profile=PROFILE, keys=keys).items()}
    rows = decision_rows.load(conn, point_id=point_id, days=[day]).get(day, [])
    block = complete(day, installed=hung, said=blocks, decisions=rows).block
    block = before_filling(day, installed=hung, said=blocks, decisions=rows) if block is None else block
    if block is None:
        raise NothingThere(f"no meter hung at point {point_id} on day {day}")
    return Ground(point_id, day, hung, blocks, rows, block)


def accept(
    conn: Connection,
    *,
    point_id: int,
    day: int,
    slots: range,
    by: str,
    reason: str,
    now: datetime,
    installed: Sequence[Installed] | None = None,
) -> Acted:
    """These values, which the block marks as suspect or a rule doubts, are right."""
    ground = ground_of(conn, point_id=point_id, day=day, installed=installed)
    _inside(ground, slots)
    here = slice(slots.start, slots.stop)
    doubted = ground.block.quality == Quality.SUSPECT.mark
    doubted |= doubted_slots(conn, point_id=point_id, day=day, size=doubted.size)
    if not doubted[here].all():
        raise NothingChanges("only suspect values are to be accepted")
    if (ground.block.quality[here] == Quality.MISSING.mark).any():
        raise NothingThere("where nothing was measured there is nothing to be found right")
    if any(_covers(one, slots, ground.block) for one in in_force(ground.rows)):
        raise NothingChanges("these values were found right already")
    seen = ground.block.energies[:, here]
    draft = _draft(ground, Kind.ACCEPT, slots, ground.block.channels, seen, by=by, reason=reason, now=now)
    return act(conn, ground, draft)


def dismiss(
    conn: Connection,
    *,
    point_id: int,
    day: int,
    slots: range,
    by: str,
    reason: str,
    now: datetime,
    installed: Sequence[Installed] | None = None,
    method: str | None = None,
) -> Acted:
    """These values are not to be believed: the slots count as missing and may be estimated.

    `method`: by which they are to be estimated once that is agreed to.
    """
    ground = ground_of(conn, point_id=point_id, day=day, installed=installed)
    _inside(ground, slots)
    said_so = before_filling(day, installed=ground.installed, said=ground.said)
    block = ground.block if said_so is None else said_so
    seen = block.energies[:, slots.start : slots.stop]
    draft = _draft(ground, Kind.DISMISS, slots, block.channels, seen, by=by, reason=reason, now=now)
    return act(conn, ground, replace(draft, method=method))


def edit(
    conn: Connection,
    *,
    point_id: int,
    day: int,
    slots: range,
    values: Mapping[Channel, Sequence[int]],
    by: str,
    reason: str,
    now: datetime,
    installed: Sequence[Installed] | None = None,
) -> Acted:
    """Put these values (secondary Wh, varh) in the place of what is there."""
    ground = ground_of(conn, point_id=point_id, day=day, installed=installed)
    return act(conn, ground, edit_draft(ground, slots=slots, values=values, by=by, reason=reason, now=now))


def edit_draft(
    ground: Ground,
    *,
    slots: range,
    values: Mapping[Channel, Sequence[int]],
    by: str,
    reason: str,
    now: datetime,
) -> Decision:
    """The row an edit would be."""
    _inside(ground, slots)
    channels = tuple(channel for channel in CHANNELS if channel in values)
    if any(len(values[channel]) != len(slots) for channel in channels):
        raise NothingThere(f"{len(slots)} slots need as many values a channel")
    if not channels or any(value < 0 for channel in channels for value in values[channel]):
        raise NothingThere("energies are whole numbers of Wh or varh, nought or more")
    if any(value > MOST_WH for channel in channels for value in values[channel]):
        raise NothingThere(f"no meter counts more than {MOST_WH} Wh in a slot")
    new = np.array([values[channel] for channel in channels], dtype=np.int64)
    return _draft(ground, Kind.EDIT, slots, channels, new, by=by, reason=reason, now=now)


def preview(ground: Ground, draft: Decision) -> Change:
    """What would change if this were in force; nothing is written."""
    as_if = replace(draft, number=1 + max((row.number for row in ground.rows), default=0), moves_money=False)
    after = complete(
        ground.day, installed=ground.installed, said=ground.said, decisions=[*ground.rows, as_if]
    ).block
    return change_between(ground.block, after)


def change_between(before: CanonicalBlock, after: CanonicalBlock | None) -> Change:
    """How two versions of a day differ."""
    differences = {}
    for channel in CHANNELS:
        was = before.primary_of(channel)
        now = Decimal(0) if after is None else after.primary_of(channel)
        if was != now:
            differences[channel] = now - was
    slots = before.quality.size if after is None else _other_slots(before, after)
    return Change(differences=differences, slots=slots)


def act(conn: Connection, ground: Ground, draft: Decision) -> Acted:
    """Write it; with a change of energy it waits for the second look, without it holds at once."""
    if not draft.reason.strip():
        raise NoReason
    change = preview(ground, draft)
    if not change.slots and draft.kind is not Kind.ACCEPT:  # what a rule doubts is no mark in the block
        raise NothingChanges("these values and qualities are there already")
    (written,) = decision_rows.add(conn, [replace(draft, moves_money=change.moves_money)])
    state = states([*ground.rows, written])[written.number]
    days = () if change.moves_money else redo(conn, ground, {ground.day}, now=draft.known_since)
    return Acted(decision=written, state=state, change=change, days=days)


def redo(conn: Connection, ground: Ground, days: set[int], *, now: datetime) -> tuple[int, ...]:
    """Derive these days anew, and let the bench's queue know; which of them changed.

    An estimate beside what was set by hand gets what then is left of the registers.
    """
    before = points.load(conn, point_ids=[ground.point_id], days=days)
    changed = points.refresh(
        conn,
        point_id=ground.point_id,
        installed=ground.installed,
        days=days,
        before=before,
        source=Source(None, now),
    )
    beside = _with_both(conn, ground.point_id, days)
    if beside:
        aid = help_of(conn, ground.point_id, now)
        redone = refit(
            conn, point_id=ground.point_id, days=beside, now=now, installed=ground.installed, aid=aid
        )
        changed = tuple(sorted({*changed, *redone}))
    settle(conn, point_ids=[ground.point_id], days=days)
    return changed


def _with_both(conn: Connection, point_id: int, days: set[int]) -> set[int]:
    """Days of which a part is estimated and a part is, or was, set by hand."""
    decided = decision_rows.load(conn, point_id=point_id, days=days)
    kinds = {
        day: ({one.kind for one in in_force(rows)}, {one.kind for one in rows})
        for day, rows in decided.items()
    }
    return {day for day, (now, ever) in kinds.items() if Kind.ESTIMATE in now and Kind.EDIT in ever}


def _covers(one: Decision, slots: range, block: CanonicalBlock) -> bool:
    same = one.kind is Kind.ACCEPT and one.first_slot <= slots.start and slots.stop <= one.until_slot
    return same and still_so(block, one)


def _inside(ground: Ground, slots: range) -> None:
    if not 0 <= slots.start < slots.stop <= ground.block.quality.size or slots.step != 1:
        size = ground.block.quality.size
        raise NothingThere(f"slots {slots.start} to {slots.stop} are not of a day with {size}")


def _draft(
    ground: Ground,
    kind: Kind,
    slots: range,
    channels: tuple[Channel, ...],
    values: Ints,
    *,
    by: str,
    reason: str,
    now: datetime,
) -> Decision:
    ended = instant_of_label(edge_of_day(ground.day) + slots.stop * ground.block.period_min)
    if ended > now + _AHEAD:
        raise NothingThere(f"these slots have not passed yet: they end at {to_local(ended):%Y-%m-%d %H:%M}")
    return Decision(
        point_id=ground.point_id,
        day=ground.day,
        number=0,
        kind=kind,
        root=(ground.day, 0),
        first_slot=slots.start,
        until_slot=slots.stop,
        period_min=ground.block.period_min,
        channels=channels,
        values=np.ascontiguousarray(values),
        method="by hand" if kind is Kind.EDIT else None,
        code=CODES[kind],
        reason=reason,
        actor=by,
        known_since=now,
    )


def _other_slots(before: CanonicalBlock, after: CanonicalBlock) -> int:
    if before.quality.size != after.quality.size:
        return int(after.quality.size)
    other = before.quality != after.quality
    for channel in CHANNELS:
        other = other | (_row(before, channel) != _row(after, channel))
    return int(other.sum())


def _row(block: CanonicalBlock, channel: Channel) -> Ints:
    if channel not in block.channels:
        return np.zeros(block.quality.size, dtype=np.int64)
    row: Ints = block.energies[block.channels.index(channel)]
    return row
