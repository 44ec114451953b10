"""Which records should be there and are not?

A ledger of ranges of labels (H-12). A look compares only what has become due since the last one; records that
arrive are taken out of the open ranges as they are recorded.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import Connection, Row, delete, func, select, update

from osos.mdm import said
from osos.mdm.block import SaidBlock
from osos.mdm.canonical import PROFILE, Installed
from osos.mdm.gap_requests import Request, merge
from osos.mdm.gap_rows import Gap, extend, keep_only, open_gap, open_gaps, runs
from osos.mdm.installed import all_installed
from osos.mdm.keeping.clocks import Clock, never_shown
from osos.mdm.labels import (
    NOMINAL_MIN,
    Ints,
    day_of_label,
    days_of_labels,
    edge_of_day,
    first_label_since,
    last_label_until,
)
from osos.mdm.periods import kept_period
from osos.mdm.tables import gap_marks, gaps, said_blocks
from osos.store import insert

__all__ = ["GRACE", "Gap", "Request", "fill", "merge", "note_answered_empty", "open_gaps", "refresh"]

_WINTER_BEHIND = timedelta(hours=1)  # a clock that still changes shows so much less in winter
GRACE = timedelta(minutes=30)  # chosen: how late a record may be before it is missed
_LISTED_DAYS = 400  # a longer stretch is asked for as one range


@dataclass(frozen=True, slots=True)
class _Mark:
    """How far a meter's profile has been looked at."""

    point_id: int
    meter_id: int
    profile: str
    since_label: int
    checked_to: int
    period_min: int

    @property
    def key(self) -> tuple[int, int, str]:
        return self.point_id, self.meter_id, self.profile


def refresh(
    conn: Connection,
    now: datetime,
    *,
    profiles: Sequence[str] = (PROFILE,),
    grace: timedelta = GRACE,
    installed: Iterable[tuple[int, Installed]] | None = None,
) -> int:
    """Compare what has become due since the last look with what is held; how many records were found missing.

    Due are the labels from the installation on (its own edge too) to the last one that is `grace` old.
    """
    marks = {mark.key: mark for mark in _marks(conn)}
    found = 0
    for point_id, one in all_installed(conn) if installed is None else installed:
        for profile in profiles:
            first = first_label_since(one.since, NOMINAL_MIN)
            fresh = _Mark(point_id, one.meter_id, profile, first, first - NOMINAL_MIN, NOMINAL_MIN)
            mark, missing = _look(conn, marks.get(fresh.key, fresh), one, now, grace)
            marks[mark.key] = mark  # the same meter may hang there again, with another multiplier
            found += missing
    return found


def note_answered_empty(
    conn: Connection, *, meter_id: int, profile: str, first_label: int, last_label: int, at: datetime
) -> int:
    """The meter was asked for this range and has none of it; how many open gaps lie in it."""
    within = (
        gaps.c.closed_at.is_(None)
        & (gaps.c.meter_id == meter_id)
        & (gaps.c.profile == profile)
        & (gaps.c.first_label >= first_label)
        & (gaps.c.last_label <= last_label)
    )
    told = {"answered_empty": gaps.c.answered_empty + 1, "answered_at": at}
    return conn.execute(update(gaps).where(within).values(**told)).rowcount


def fill(
    conn: Connection, *, meter_id: int, profile: str, held: Mapping[int, SaidBlock], at: datetime
) -> None:
    """Take what these days' blocks hold out of the open gaps; a gap with nothing left is closed."""
    there = np.concatenate([block.labels for block in held.values()])
    for gap in open_gaps(conn, meter_ids=[meter_id], profile=profile):
        missing = gap.labels()
        left = missing[~np.isin(missing, there)]
        if left.size < missing.size:
            keep_only(conn, gap, left, period_min=gap.period_min, at=at)
    for mark in _marks(conn, meter_id=meter_id, profile=profile):
        _follow_period(conn, mark, held, at)


def _marks(conn: Connection, *, meter_id: int | None = None, profile: str | None = None) -> list[_Mark]:
    query = select(gap_marks)
    if meter_id is not None:
        query = query.where(gap_marks.c.meter_id == meter_id, gap_marks.c.profile == profile)
    return [_mark(row) for row in conn.execute(query)]


def _mark(row: Row[tuple[object, ...]]) -> _Mark:
    return _Mark(**row._mapping)


def _look(
    conn: Connection, mark: _Mark, one: Installed, now: datetime, grace: timedelta
) -> tuple[_Mark, int]:
    """Compare what has become due of one installation; its mark now, and how many records are missing."""
    period = mark.period_min
    due = now - grace if one.until is None else min(now - grace, one.until)
    summer = any(regime.clock is Clock.SUMMER and regime.since < due for regime in one.clocks)
    last = last_label_until(due - _WINTER_BEHIND if summer else due, period)
    after = mark.checked_to - mark.checked_to % period + period
    first = max(after, first_label_since(one.since, period))
    if last < first:
        return mark, 0
    expected = np.arange(first, last + 1, period, dtype=np.int64)
    if summer:  # the hour that the clock skips in March is nobody's record
        expected = np.setdiff1d(expected, never_shown(first, last, period))
    missing = _not_held(conn, mark, expected) if expected.size else expected
    for run in runs(missing, period):
        if not extend(conn, key=mark.key, labels=run, period_min=period):
            open_gap(conn, key=mark.key, labels=run, period_min=period, found_at=now)
    mark = replace(mark, checked_to=last)
    _put_mark(conn, mark)
    return mark, int(missing.size)


def _not_held(conn: Connection, mark: _Mark, expected: Ints) -> Ints:
    """The expected labels that no block holds; that a day is whole its row tells, without unpacking it."""
    first, last = day_of_label(int(expected[0])), day_of_label(int(expected[-1]))
    days = said_blocks.c.day
    query = select(days, said_blocks.c.missing).where(
        said_blocks.c.meter_id == mark.meter_id,
        said_blocks.c.profile == mark.profile,
        days.in_(range(first, last + 1)) if last - first < _LISTED_DAYS else days.between(first, last),
    )
    rows = conn.execute(query).all()
    whole = [row.day for row in rows if row.missing == 0]
    partial = [(mark.meter_id, row.day) for row in rows if row.missing]
    wanted = expected[~np.isin(days_of_labels(expected), whole)]
    held = [one.block.labels for one in said.load(conn, profile=mark.profile, keys=partial).values()]
    return wanted[~np.isin(wanted, np.concatenate(held))] if held else wanted


def _put_mark(conn: Connection, mark: _Mark) -> None:
    facts = asdict(mark)
    conn.execute(
        insert(conn, gap_marks)
        .values(**facts)
        .on_conflict_do_update(
            index_elements=["point_id", "meter_id", "profile"],
            set_={"checked_to": mark.checked_to, "period_min": mark.period_min},
        )
    )


def _follow_period(conn: Connection, mark: _Mark, held: Mapping[int, SaidBlock], at: datetime) -> None:
    """The meter keeps to another period than expected (M-106): expect that one from there on."""
    shown = {day: kept_period(block.labels) for day, block in held.items()}
    others = {day: period for day, period in shown.items() if period not in {None, mark.period_min}}
    if not others:
        return
    day = min(others)
    period = others[day] or mark.period_min
    if period > mark.period_min:
        _expect_coarser(conn, mark, period, at)
    else:
        _expect_finer(conn, mark, period, edge_of_day(day))


def _expect_coarser(conn: Connection, mark: _Mark, period: int, at: datetime) -> None:
    """Labels off the new grid will never come, but for days that were kept finer before."""
    blocks = said_blocks.c
    finer = select(func.max(blocks.day)).where(
        blocks.meter_id == mark.meter_id, blocks.profile == mark.profile, blocks.period_min < period
    )
    day = conn.execute(finer).scalar()
    since = mark.since_label - NOMINAL_MIN if day is None else edge_of_day(day + 1)
    for gap in open_gaps(conn, meter_ids=[mark.meter_id], profile=mark.profile):
        labels = gap.labels()
        if int(labels[-1]) <= since:
            continue
        before, after = labels[labels <= since], labels[(labels > since) & (labels % period == 0)]
        keep_only(conn, gap, after if after.size or not before.size else before, period_min=period, at=at)
    _put_mark(conn, replace(mark, period_min=period))


def _expect_finer(conn: Connection, mark: _Mark, period: int, since: int) -> None:
    """Look again at what lies after the change, on the finer grid."""
    again = (gaps.c.closed_at.is_(None)) & (gaps.c.meter_id == mark.meter_id)
    conn.execute(delete(gaps).where(again, gaps.c.profile == mark.profile, gaps.c.first_label > since))
    _put_mark(conn, replace(mark, period_min=period, checked_to=min(mark.checked_to, since)))
