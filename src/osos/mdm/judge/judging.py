"""What do the rules say of these points on these days, and what of it is new?"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, and_, or_, select

from osos.mdm.canonical import Channel
from osos.mdm.judge.gathering import Gathered, gather, with_peaks
from osos.mdm.judge.past import Panel
from osos.mdm.judge.settings import current_book
from osos.mdm.judge.tables import verdicts
from osos.mdm.judge.telling import told_of
from osos.mdm.judge.told import Told
from osos.mdm.judge.verdict import Verdict
from osos.mdm.judge.walking import walk
from osos.mdm.judge.writing import Written, book_id, row_of, write
from osos.mdm.rules import RULES, DayFacts, Finding, Rule, RuleBook
from osos.mdm.tables import canonical_blocks

AT_ONCE = 500  # points in one batch; registers of a month of them are some 70 MB
DAYS_AT_ONCE = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a run came to."""

    point_days: int
    written: Written
    findings: int
    suspect_slots: int

    def __add__(self, more: "Judged") -> "Judged":
        return Judged(
            point_days=self.point_days + more.point_days,
            written=self.written + more.written,
            findings=self.findings + more.findings,
            suspect_slots=self.suspect_slots + more.suspect_slots,
        )


NOTHING = Judged(point_days=0, written=Written(), findings=0, suspect_slots=0)


def judge(
    conn: Connection,
    *,
    point_ids: Iterable[int],
    days: Iterable[int],
    now: datetime,
    told: Told | None = None,
    book: RuleBook | None = None,
    rules: tuple[Rule, ...] = RULES,
) -> Judged:
    """Judge these days in the caller's transaction; the same again writes nothing.

    Days are judged in their order, each beside what the four weeks before it were. A day without a canonical
    block has no verdict: gaps know of it. What others know is asked of registry and estimates if not told.
    """
    points, wanted = sorted(set(point_ids)), sorted(set(days))
    used = current_book(conn) if book is None else book
    number = book_id(conn, used, rules, now=now)
    total = NOTHING
    for start in range(0, len(points), AT_ONCE):
        some = points[start : start + AT_ONCE]
        for first in range(0, len(wanted), DAYS_AT_ONCE):
            part = wanted[first : first + DAYS_AT_ONCE]
            known = told_of(conn, point_ids=some, days=part) if told is None else told
            gathered = gather(conn, point_ids=some, days=part, told=known)
            batch = judge_gathered(gathered, used, book_number=number, rules=rules, now=now)
            total += replace(batch.judged, written=write(conn, batch.rows, now=now))
    return total


def judge_changed(
    conn: Connection,
    *,
    point_ids: Iterable[int],
    days: Iterable[int],
    now: datetime,
    told: Told | None = None,
    book: RuleBook | None = None,
) -> Judged:
    """Judge only days whose block, or whose rules, are other than at their last verdict."""
    used = current_book(conn) if book is None else book
    number = book_id(conn, used, RULES, now=now)
    total = NOTHING
    for points, day in stale(conn, point_ids=point_ids, days=days, book_number=number):
        total += judge(conn, point_ids=points, days=[day], now=now, told=told, book=used)
    return total


def stale(
    conn: Connection, *, point_ids: Iterable[int], days: Iterable[int], book_number: int
) -> Iterator[tuple[list[int], int]]:
    """Points to be judged anew, day by day."""
    points, wanted = sorted(set(point_ids)), sorted(set(days))
    c, v = canonical_blocks.c, verdicts.c
    joined = canonical_blocks.outerjoin(verdicts, and_(v.point_id == c.point_id, v.day == c.day))
    other = or_(v.version.is_(None), v.block_version != c.version, v.book_id != book_number)
    for day in wanted:
        found: list[int] = []
        for start in range(0, len(points), AT_ONCE):
            here = c.day == day, c.point_id.in_(points[start : start + AT_ONCE]), other
            found += conn.execute(select(c.point_id).select_from(joined).where(*here)).scalars()
        if found:
            yield found, day


def verdicts_of(day: DayFacts, found: Collection[Finding]) -> list[Verdict]:
    """One for each row, findings or none."""
    by_point: dict[int, list[Finding]] = {}
    for one in found:
        by_point.setdefault(one.point_id, []).append(one)
    today = int(day.days[0])
    return [
        Verdict(point, today, day.period_min, tuple(by_point.get(point, ()))) for point in day.points.tolist()
    ]


@dataclass(frozen=True, slots=True)
class BatchVerdicts:
    """Rows to be written, and what they come to."""

    rows: list[dict[str, Any]]
    judged: Judged


def judge_gathered(
    gathered: Gathered, book: RuleBook, *, book_number: int, rules: tuple[Rule, ...] = RULES, now: datetime
) -> BatchVerdicts:
    """Pure: what was gathered, judged; nothing is read and nothing written."""
    rows, count, suspect = [], 0, 0
    for day, found in walk(gathered.batches, gathered.panel, book, rules=rules, finish=with_peaks):
        still = _still(gathered.panel, day)
        for verdict, run in zip(verdicts_of(day, found), still, strict=True):
            version = gathered.versions[verdict.point_id, verdict.day]
            row = row_of(verdict, still=run, block_version=version, book=book_number, now=now)
            rows.append(row)
            suspect += row["suspect"]
        count += len(found)
    judged = Judged(point_days=len(rows), written=Written(), findings=count, suspect_slots=suspect)
    return BatchVerdicts(rows, judged)


def _still(panel: Panel, day: DayFacts) -> list[int]:
    if day.place(Channel.A_PLUS) is None:
        return [0] * day.rows
    runs = panel.still[panel.rows_of(day.points), day.days - panel.first_day]
    held: list[int] = np.maximum(runs, 0).tolist()
    return held
