"""How is a whole fleet judged, plainly or spread over workers, with the same outcome?

Workers read and judge some points each; the caller alone writes, part by part.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from osos.mdm.judge.gathering import gather
from osos.mdm.judge.judging import DAYS_AT_ONCE, NOTHING, BatchVerdicts, Judged, judge_gathered, stale
from osos.mdm.judge.settings import current_book
from osos.mdm.judge.telling import told_of
from osos.mdm.judge.told import Told
from osos.mdm.judge.writing import book_id, write
from osos.mdm.rules import RULES, RuleBook
from osos.mdm.spreading import Spread, crew
from osos.store import Store

POINTS_A_PART = 1000
Progress = Callable[[int, int], None]  # point-days done, of how many at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one worker is asked."""

    point_ids: tuple[int, ...]
    days: tuple[int, ...]
    told: Told | None
    book: RuleBook
    book_number: int
    now: datetime


def judge_fleet(
    store: Store,
    *,
    point_ids: Iterable[int],
    days: Iterable[int],
    now: datetime,
    told: Told | None = None,
    book: RuleBook | None = None,
    only_changed: bool = False,
    spread: Spread | None = None,
    points_a_part: int = POINTS_A_PART,
    progress: Progress | None = None,
) -> Judged:
    """Judge part by part, each written in a transaction of its own; an interrupted run may be run again.

    `only_changed`: days whose block, or whose rules, are other than at their last verdict.
    """
    points, wanted = sorted(set(point_ids)), tuple(sorted(set(days)))
    at_once = 1 if only_changed else DAYS_AT_ONCE
    total = NOTHING
    with crew(store, spread) as workers:
        with store.begin() as conn:
            used = current_book(conn) if book is None else book
            number = book_id(conn, used, RULES, now=now)
        for first in range(0, len(wanted), at_once):  # the next days rest on the verdicts of these
            some = wanted[first : first + at_once]
            due = _stale(store, points, some[0], number) if only_changed else points
            parts = [
                Part(point_ids=ids, days=some, told=told, book=used, book_number=number, now=now)
                for ids in _portions(due, points_a_part)
            ]
            done = first * len(points)
            for part, found in zip(parts, workers.worked(judge_part, parts), strict=True):
                with store.begin() as conn:
                    total += replace(found.judged, written=write(conn, found.rows, now=now))
                done += len(part.point_ids) * len(some)
                if progress is not None:
                    progress(done, len(points) * len(wanted))
    return total


def judge_part(part: Part, store: Store) -> BatchVerdicts:
    """A worker's errand: it reads and judges, and writes nothing."""
    with store.read() as conn:
        told = part.told or told_of(conn, point_ids=part.point_ids, days=part.days)
        gathered = gather(conn, point_ids=part.point_ids, days=part.days, told=told)
    return judge_gathered(gathered, part.book, book_number=part.book_number, now=part.now)


def _stale(store: Store, points: Sequence[int], day: int, number: int) -> list[int]:
    with store.read() as conn:
        return [
            one
            for ids, _ in stale(conn, point_ids=points, days=[day], book_number=number)
            for one in sorted(ids)
        ]


def _portions(points: Sequence[int], at_once: int) -> Iterator[tuple[int, ...]]:
    for start in range(0, len(points), at_once):
        yield tuple(points[start : start + at_once])
