"""How do months of thousands of meters enter the truth at once?

The same rows as telegram by telegram (`recording.record`), in few statements: blocks are packed and days
derived side by side, rows enter by COPY. What is not plainly new goes the usual way: a meter of which
something is held already, an exchange, papers, decisions, a closed month, records out of order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

import numpy as np
from sqlalchemy import Connection, bindparam, select, update

from osos.mdm import gaps, recording
from osos.mdm.block import Layout, SaidBlock
from osos.mdm.canonical import PROFILE, Installed
from osos.mdm.day_changes import day_changes, last_known, pack
from osos.mdm.interpreting import Interpreted
from osos.mdm.keeping.completing import complete
from osos.mdm.keeping.tables import decisions, period_closings
from osos.mdm.labels import DAY_MIN, edge_of_day, grid_of_day, instant_of_label
from osos.mdm.many_days import WholeDay, rows_of
from osos.mdm.many_packing import pack_many
from osos.mdm.outcomes import outcome_of, words_of
from osos.mdm.periods import smallest_step
from osos.mdm.points import _row as row_of_day
from osos.mdm.said import _layout_id
from osos.mdm.tables import canonical_blocks, canonical_history, frames, gap_marks, said_blocks
from osos.mdm.tables import gaps as gap_rows
from osos.meters import ProfileRecords
from osos.store import alone, append

_AT_ONCE = 400
PointDay = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Load profile records of one meter, told by one frame."""

    frame_id: int
    meter: int
    point: int
    records: ProfileRecords
    received_at: datetime
    installed: tuple[Installed, ...]


@dataclass(slots=True)
class Taken:
    """What came of it."""

    tellings: int = 0
    one_by_one: int = 0  # of them, those that went the usual way
    records: int = 0  # new or other than held
    days: int = 0  # of points, derived


@dataclass(frozen=True, slots=True, eq=False)
class _Plain:
    """A telling of which nothing is held: its blocks by day."""

    told: Telling
    layout: Layout
    blocks: dict[int, SaidBlock]


@dataclass(slots=True)
class _Found:
    """Rows on their way into the store."""

    said: list[dict[str, Any]] = field(default_factory=list)
    days: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)


def take(conn: Connection, tellings: Sequence[Telling]) -> Taken:
    """Record them all in the caller's transaction; doing it again changes nothing."""
    for meter in sorted({one.meter for one in tellings}):
        alone(conn, f"mdm.meter.{meter}")
    plain, others = _sorted_out(conn, tellings)
    found, done = _Found(), Taken(tellings=len(tellings), one_by_one=len(others))
    _said_rows(conn, plain, found)
    _day_rows(plain, found)
    append(conn, said_blocks, found.said)
    append(conn, canonical_blocks, found.days)
    append(conn, day_changes, found.changes)
    _close_gaps(conn, plain)
    _say_outcomes(conn, plain)
    done.records = sum(len(one.told.records) for one in plain)
    done.days = len(found.days)
    for told in others:
        outcome = _one_by_one(conn, told)
        done.records += outcome.intervals_new
        done.days += len(outcome.point_days)
    return done


def _one_by_one(conn: Connection, told: Telling) -> recording.Outcome:
    known = Interpreted(kind="profile", profile=told.records.profile, records=told.records)
    return recording.record(
        conn,
        frame_id=told.frame_id,
        meter=told.meter,
        point=told.point,
        interpreted=known,
        received_at=told.received_at,
        installed=told.installed,
    )


# -- what is plainly new --


def _sorted_out(conn: Connection, tellings: Sequence[Telling]) -> tuple[list[_Plain], list[Telling]]:
    plain: list[_Plain] = []
    others: list[Telling] = []
    seen: set[int] = set()
    for told in tellings:
        own = {told.meter, -told.point}
        if seen & own or not _is_simple(told):
            others.append(told)
        else:
            plain.append(_split(told))
        seen |= own
    known = _with_something(conn, plain)
    late = [one.told for one in plain if one.told.point in known]
    order = {id(told): place for place, told in enumerate(tellings)}
    return (
        [one for one in plain if one.told.point not in known],
        sorted((*others, *late), key=lambda told: order[id(told)]),
    )


def _is_simple(told: Telling) -> bool:
    """One meter with a clock at +03:00 and no papers, ascending records of a load profile."""
    labels = told.records.labels
    return (
        told.records.profile == PROFILE
        and len(told.installed) == 1
        and told.installed[0].meter_id == told.meter
        and not told.installed[0].clocks
        and told.installed[0].first is None
        and told.installed[0].last is None
        and labels.size > 0
        and bool((np.diff(labels) > 0).all())
    )


def _split(told: Telling) -> _Plain:
    records = told.records
    layout = Layout(records.codes, records.decimals, records.units)
    days = (records.labels - 1) // DAY_MIN
    cuts = np.flatnonzero(np.diff(days)) + 1
    edges = [0, *cuts.tolist(), days.size]
    blocks = [
        SaidBlock(int(days[a]), layout, records.labels[a:b], records.values[a:b]) for a, b in pairwise(edges)
    ]
    return _Plain(told, layout, {block.day: block for block in blocks})


def _with_something(conn: Connection, plain: Sequence[_Plain]) -> set[int]:
    """Points of which something is held in or beside these days, or decided, or whose month is closed."""
    if not plain or conn.execute(select(period_closings.c.month).limit(1)).first() is not None:
        return {one.told.point for one in plain}
    days = [day for one in plain for day in one.blocks]
    first, last = min(days) - 1, max(days) + 1
    points = {one.told.meter: one.told.point for one in plain}
    found: set[int] = set()
    for some in _portions(sorted(points)):
        c = said_blocks.c
        here = c.meter_id.in_(some), c.profile == PROFILE, c.day.between(first, last)
        found |= {points[meter] for meter in conn.scalars(select(c.meter_id).where(*here).distinct())}
    for table in (canonical_blocks, canonical_history, decisions):
        for some in _portions(sorted(points.values())):
            here_too = table.c.point_id.in_(some), table.c.day.between(first, last)
            found |= set(conn.scalars(select(table.c.point_id).where(*here_too).distinct()))
    return found


def _portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]


# -- rows --


def _said_rows(conn: Connection, plain: Sequence[_Plain], found: _Found) -> None:
    each = [(one, block) for one in plain for block in one.blocks.values()]
    numbers = {layout: _layout_id(conn, layout) for layout in {one.layout for one in plain}}
    packed = pack_many([block for _, block in each])
    shapes: dict[bytes, tuple[int, int]] = {}
    for (one, block), kept in zip(each, packed, strict=True):
        shape = (block.labels - edge_of_day(block.day)).tobytes()
        if shape not in shapes:
            shapes[shape] = _shape(block)
        missing, period = shapes[shape]
        found.said.append(
            {
                "meter_id": one.told.meter,
                "day": block.day,
                "profile": PROFILE,
                "frame_id": one.told.frame_id,
                "known_since": one.told.received_at,
                "layout_id": numbers[one.layout],
                "version": 1,
                "missing": missing,
                "period_min": period,
                "content_hash": kept.content_hash,
                "payload": kept.payload,
            }
        )


def _shape(block: SaidBlock) -> tuple[int, int]:
    period = smallest_step(block.labels)
    return int((~np.isin(grid_of_day(block.day, period), block.labels)).sum()), period


def _day_rows(plain: Sequence[_Plain], found: _Found) -> None:
    whole: dict[tuple[Layout, int], list[WholeDay]] = {}
    for one in plain:
        hung = one.told.installed[0]
        for day, block in one.blocks.items():
            before = one.blocks.get(day - 1)
            ends = before is not None and int(before.labels[-1]) == edge_of_day(day)
            if _is_whole(block) and _covers(hung, day):
                known = before if ends else None
                entry = WholeDay(one.told.point, block, known, hung, one.told.received_at)
                whole.setdefault((one.layout, block.labels.size), []).append(entry)
            else:
                _other_day(one, day, found)
    for days in whole.values():
        rows = rows_of(days)
        found.days += rows.days
        found.changes += rows.changes


def _is_whole(block: SaidBlock) -> bool:
    """Every record of a grid of 15, 30 or 60 minutes."""
    count = block.labels.size
    if count not in (96, 48, 24):
        return False
    return bool(np.array_equal(block.labels, grid_of_day(block.day, DAY_MIN // count)))


def _covers(hung: Installed, day: int) -> bool:
    return hung.since <= instant_of_label(edge_of_day(day)) and (
        hung.until is None or hung.until >= instant_of_label(edge_of_day(day + 1))
    )


def _other_day(one: _Plain, day: int, found: _Found) -> None:
    """A day with holes, or on which the meter came: as each day by itself."""
    said = {(one.told.meter, near): block for near, block in one.blocks.items() if near in (day - 1, day)}
    done = complete(day, installed=one.told.installed, said=said)
    if done.block is None:
        return
    since = {"known_since": one.told.received_at}
    found.days.append(row_of_day(one.told.point, done.block) | {"version": 1, "payload": b""} | since)
    change = {"point_id": one.told.point, "day": day, "before": b"", "after": pack(done.block)}
    found.changes.append(change | {"last_label": last_known(done.block)} | since)


# -- beside the blocks --


def _close_gaps(conn: Connection, plain: Sequence[_Plain]) -> None:
    by_meter = {one.told.meter: one for one in plain}
    asked: set[int] = set()
    for some in _portions(sorted(by_meter)):
        open_ = select(gap_rows.c.meter_id).where(
            gap_rows.c.meter_id.in_(some), gap_rows.c.profile == PROFILE, gap_rows.c.closed_at.is_(None)
        )
        marked = select(gap_marks.c.meter_id).where(
            gap_marks.c.meter_id.in_(some), gap_marks.c.profile == PROFILE
        )
        asked |= {*conn.scalars(open_), *conn.scalars(marked)}
    for meter in sorted(asked):
        one = by_meter[meter]
        gaps.fill(conn, meter_id=meter, profile=PROFILE, held=one.blocks, at=one.told.received_at)


def _say_outcomes(conn: Connection, plain: Sequence[_Plain]) -> None:
    if not plain:
        return
    said = update(frames).where(frames.c.id == bindparam("of_frame"))
    said = said.values(outcome=outcome_of(()).value, reason=words_of(()))
    conn.execute(said, [{"of_frame": one.told.frame_id} for one in plain])
