"""How do months of thousands of meters enter the truth at once?

The same rows as telegram by telegram (`recording.record`), in few statements: blocks are packed and days
derived side by side, rows enter by COPY. What is not plainly new goes the usual way: a meter of which
something is held already, an exchange, papers, decisions, a closed month, records out of order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from operator import itemgetter
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
from osos.mdm.labels import DAY_MIN, Ints, edge_of_day, first_label_since, grid_of_day, last_label_until
from osos.mdm.many_days import WholeDay, rows_of
from osos.mdm.many_packing import pack_many
from osos.mdm.outcomes import outcome_of, words_of
from osos.mdm.periods import smallest_step
from osos.mdm.points import _row as row_of_day
from osos.mdm.said import _layout_id
from osos.mdm.tables import canonical_blocks, canonical_history, frames, gap_marks, said_blocks
from osos.mdm.tables import gaps as gap_rows
from osos.meters import ProfileRecords
from osos.store import alone, append, append_columns

_AT_ONCE = 400
_WHOLE_COUNTS = {96, 48, 24}  # records of a day
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
    """A telling of which nothing is held: its blocks by day, and which of them are whole."""

    told: Telling
    layout: Layout
    blocks: dict[int, SaidBlock]
    whole: set[int]  # every record of a grid of 15, 30 or 60 minutes
    covered: range  # the days all of which its meter hung there


def take(conn: Connection, tellings: Sequence[Telling]) -> Taken:
    """Record them all in the caller's transaction; doing it again changes nothing."""
    for meter in sorted({one.meter for one in tellings}):
        alone(conn, f"mdm.meter.{meter}")
    plain, others = _sorted_out(conn, tellings)
    done = Taken(tellings=len(tellings), one_by_one=len(others))
    _write_said(conn, plain)
    done.days = _write_days(conn, plain)
    _close_gaps(conn, plain)
    _say_outcomes(conn, plain)
    done.records = sum(len(one.told.records) for one in plain)
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
    labels, values = told.records.labels, told.records.values
    layout = Layout(told.records.codes, told.records.decimals, told.records.units)
    days = (labels - 1) // DAY_MIN
    cuts = [0, *(np.flatnonzero(np.diff(days)) + 1).tolist(), days.size]
    numbers = days[cuts[:-1]].tolist()
    blocks = {
        day: SaidBlock(day, layout, labels[a:b], values[a:b])
        for day, (a, b) in zip(numbers, pairwise(cuts), strict=True)
    }
    return _Plain(told, layout, blocks, _whole(labels, numbers, cuts), _covered(told.installed[0]))


def _whole(labels: Ints, days: list[int], cuts: list[int]) -> set[int]:
    """Days of as many ascending labels as a grid has, all of them on it, are whole."""
    found: set[int] = set()
    minutes = labels % DAY_MIN
    for count in _WHOLE_COUNTS & {b - a for a, b in pairwise(cuts)}:
        off = np.concatenate(([0], np.cumsum(minutes % (DAY_MIN // count) != 0)))[cuts].tolist()
        ends = zip(pairwise(cuts), pairwise(off), strict=True)
        found |= {
            day
            for day, ((a, b), (before, after)) in zip(days, ends, strict=True)
            if b - a == count and before == after
        }
    return found


def _covered(hung: Installed) -> range:
    """Days from the first edge to the last of which this meter hung there."""
    first = -(-first_label_since(hung.since, 1) // DAY_MIN)
    until = 1 << 31 if hung.until is None else last_label_until(hung.until, 1) // DAY_MIN
    return range(first, max(first, until))


def _with_something(conn: Connection, plain: Sequence[_Plain]) -> set[int]:
    """Points of which something is held in or beside these days, or decided, or whose month is closed."""
    if not plain or conn.execute(select(period_closings.c.month).limit(1)).first() is not None:
        return {one.told.point for one in plain}
    days = [day for one in plain for day in one.blocks]
    near = range(min(days) - 1, max(days) + 2)  # listed: a stretch would be read of every point there is
    points = {one.told.meter: one.told.point for one in plain}
    found: set[int] = set()
    for some in _portions(sorted(points)):
        c = said_blocks.c
        here = c.meter_id.in_(some), c.profile == PROFILE, c.day.in_(near)
        found |= {points[meter] for meter in conn.scalars(select(c.meter_id).where(*here).distinct())}
    for table in (canonical_blocks, canonical_history, decisions):
        for some in _portions(sorted(points.values())):
            here_too = table.c.point_id.in_(some), table.c.day.in_(near)
            found |= set(conn.scalars(select(table.c.point_id).where(*here_too).distinct()))
    return found


def _portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]


# -- rows --


def _write_said(conn: Connection, plain: Sequence[_Plain]) -> None:
    """In the order of SQLite's tree, day by day."""
    each = sorted(((day, one.told.meter, one) for one in plain for day in one.blocks), key=itemgetter(0, 1))
    if not each:
        return
    numbers = {layout: _layout_id(conn, layout) for layout in {one.layout for one in plain}}
    packed = pack_many([one.blocks[day] for day, _, one in each])
    shapes = [_shape(one, day) for day, _, one in each]
    told = [one.told for _, _, one in each]
    append_columns(
        conn,
        said_blocks,
        {
            "meter_id": [one.meter for one in told],
            "day": [day for day, _, _ in each],
            "profile": [PROFILE] * len(each),
            "frame_id": [one.frame_id for one in told],
            "known_since": [one.received_at for one in told],
            "layout_id": [numbers[one.layout] for _, _, one in each],
            "version": [1] * len(each),
            "missing": [missing for missing, _ in shapes],
            "period_min": [period for _, period in shapes],
            "content_hash": [one.content_hash for one in packed],
            "payload": [one.payload for one in packed],
        },
    )


def _shape(one: _Plain, day: int) -> tuple[int, int]:
    """How many labels of the day's grid are not there, and the minutes between them."""
    block = one.blocks[day]
    if day in one.whole:
        return 0, DAY_MIN // block.labels.size
    period = smallest_step(block.labels)
    return int((~np.isin(grid_of_day(day, period), block.labels)).sum()), period


def _write_days(conn: Connection, plain: Sequence[_Plain]) -> int:
    whole: dict[tuple[Layout, int], list[WholeDay]] = {}
    days: list[dict[str, Any]] = []
    changes: list[dict[str, Any]] = []
    for one in plain:
        hung, since, point = one.told.installed[0], one.told.received_at, one.told.point
        for day, block in one.blocks.items():
            if day in one.whole and day in one.covered:
                before = one.blocks.get(day - 1)
                known = before if before is not None and int(before.labels[-1]) == edge_of_day(day) else None
                key = one.layout, block.labels.size
                whole.setdefault(key, []).append(WholeDay(point, block, known, hung, since))
            else:
                _other_day(one, day, days, changes)
    append(conn, canonical_blocks, days)
    append(conn, day_changes, changes)
    for some in whole.values():
        some.sort(key=lambda one: (one.block.day, one.point_id))
        rows = rows_of(some)
        append_columns(conn, canonical_blocks, rows.days)
        append_columns(conn, day_changes, rows.changes)
    return len(days) + sum(len(some) for some in whole.values())


def _other_day(one: _Plain, day: int, days: list[dict[str, Any]], changes: list[dict[str, Any]]) -> None:
    """A day with holes, or on which the meter came: as each day by itself."""
    said = {(one.told.meter, near): block for near, block in one.blocks.items() if near in (day - 1, day)}
    done = complete(day, installed=one.told.installed, said=said)
    if done.block is None:
        return
    since = {"known_since": one.told.received_at}
    days.append(row_of_day(one.told.point, done.block) | {"version": 1, "payload": b""} | since)
    change = {"point_id": one.told.point, "day": day, "before": b"", "after": pack(done.block)}
    changes.append(change | {"last_label": last_known(done.block)} | since)


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
