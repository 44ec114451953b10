"""How is a whole fleet judged, on one core or on many machines, with the same outcome?

Workers read and judge some points each; the caller alone writes, part by part, so that SQLite has its one
writer. Plain: one part after another. With Dask (the extra `batch`): its parts run wherever its scheduler is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from osos.mdm.judge.gathering import gather
from osos.mdm.judge.judging import DAYS_AT_ONCE, NOTHING, BatchVerdicts, Judged, judge_gathered
from osos.mdm.judge.settings import current_book
from osos.mdm.judge.telling import told_of
from osos.mdm.judge.told import Told
from osos.mdm.judge.writing import book_id, write
from osos.mdm.rules import RULES, RuleBook
from osos.store import Store, open_store

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
    workers_store: str | None = None,
    dask_options: Mapping[str, Any] | None = None,
    points_a_part: int = POINTS_A_PART,
    progress: Progress | None = None,
) -> Judged:
    """Judge part by part, each written in a transaction of its own; an interrupted run may be run again.

    `dask_options` are those of `dask.compute` (`{"scheduler": "threads"}`; empty: the client that is there),
    None does without Dask. `workers_store` is the address by which workers in other processes open the store;
    without it they share this one.
    """
    points, wanted = sorted(set(point_ids)), tuple(sorted(set(days)))
    with store.begin() as conn:
        used = current_book(conn) if book is None else book
        number = book_id(conn, used, RULES, now=now)
    total, done = NOTHING, 0
    for first in range(0, len(wanted), DAYS_AT_ONCE):  # the next days rest on the verdicts of these
        parts = [
            Part(
                point_ids=tuple(points[start : start + points_a_part]),
                days=wanted[first : first + DAYS_AT_ONCE],
                told=told,
                book=used,
                book_number=number,
                now=now,
            )
            for start in range(0, len(points), points_a_part)
        ]
        for part, found in zip(parts, _judged(parts, store, workers_store, dask_options), strict=True):
            with store.begin() as conn:
                total += replace(found.judged, written=write(conn, found.rows, now=now))
            done += len(part.point_ids) * len(part.days)
            if progress is not None:
                progress(done, len(points) * len(wanted))
    return total


def judge_part(part: Part, store: Store | str) -> BatchVerdicts:
    """A worker's errand: it reads and judges, and writes nothing."""
    if isinstance(store, str):
        opened = open_store(store)
        try:
            return judge_part(part, opened)
        finally:
            opened.close()
    with store.read() as conn:
        told = part.told or told_of(conn, point_ids=part.point_ids, days=part.days)
        gathered = gather(conn, point_ids=part.point_ids, days=part.days, told=told)
    return judge_gathered(gathered, part.book, book_number=part.book_number, now=part.now)


def _judged(
    parts: list[Part], store: Store, workers_store: str | None, dask_options: Mapping[str, Any] | None
) -> Iterator[BatchVerdicts]:
    where = store if workers_store is None else workers_store
    if dask_options is None:
        yield from (judge_part(part, where) for part in parts)
        return
    from dask.base import compute  # the extra `batch`
    from dask.delayed import delayed

    options = dict(dask_options)
    at_once = int(options.pop("parts_at_once", 16))  # what waits to be written is held in memory
    for start in range(0, len(parts), at_once):
        errands = [delayed(judge_part)(part, where) for part in parts[start : start + at_once]]
        yield from compute(*errands, **options)  # type: ignore[no-untyped-call]  # Dask has no types for it
