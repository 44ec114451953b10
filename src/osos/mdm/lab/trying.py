"""How is a rule tried on years of history?

Month after month of some hundred points at a time: a trial of years needs no more memory than one of a month.
The four weeks before the first day are walked through without counting, so that the first day, too, is judged
by what was usual. Nothing is written. Spread over workers, each portion of points is read at a moment of its
own.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from sqlalchemy import Connection, select

from osos.mdm.judge.gathering import gather, note_estimates, with_peaks
from osos.mdm.judge.past import BACK, WEEKS_BACK, Panel
from osos.mdm.judge.settings import current_book
from osos.mdm.judge.telling import told_of
from osos.mdm.judge.told import Told
from osos.mdm.judge.walking import walk
from osos.mdm.lab.trial import Tally, Trial
from osos.mdm.rules import BY_ID, NoSuchThreshold, RuleBook, Setting
from osos.mdm.rules.thresholds import switched_on
from osos.mdm.spreading import Spread, crew
from osos.mdm.tables import canonical_blocks
from osos.store import Store

POINTS_AT_ONCE = 300
DAYS_AT_ONCE = 31
Progress = Callable[[int, int], None]  # point-days done, of how many at most


def try_rule(
    conn: Connection,
    *,
    rule: str,
    days: range,
    settings: Sequence[Setting] = (),
    price_tl_kwh: Decimal = Decimal(0),
    point_ids: Iterable[int] | None = None,
    told: Told | None = None,
    book: RuleBook | None = None,
    progress: Progress | None = None,
) -> Trial:
    """What the rule says of these days with these settings laid over the present ones; None: of all points.

    The rule counts as switched on. A rule or threshold there is none of raises `NoSuchThreshold`.
    """
    tried = _book(conn, rule, settings, book)
    points = points_with_days(conn, days) if point_ids is None else sorted(set(point_ids))
    tally, total = Tally(), len(points) * len(days)
    done = 0
    for some in _portions(points):
        portion = _Portion(some, days, tried, rule, told)
        for part in _walk(conn, portion, tally):
            done += len(some) * len(part)
            if progress is not None:
                progress(done, total)
    return tally.result(rule, _for_everyone(tried, rule), price_tl_kwh)


def try_rule_on_fleet(
    store: Store,
    *,
    rule: str,
    days: range,
    settings: Sequence[Setting] = (),
    price_tl_kwh: Decimal = Decimal(0),
    spread: Spread | None = None,
    points_at_once: int = POINTS_AT_ONCE,
    progress: Progress | None = None,
) -> Trial:
    """The same of all points, some a part: what each part comes to is taken in the order of points."""
    with crew(store, spread) as workers:
        with store.read() as conn:
            tried = _book(conn, rule, settings, None)
            points = points_with_days(conn, days)
        parts = [_Portion(some, days, tried, rule, None) for some in _portions(points, points_at_once)]
        tally, done = Tally(), 0
        for part, found in zip(parts, workers.worked(_try_portion, parts), strict=True):
            tally.take(found)
            done += len(part.points) * len(days)
            if progress is not None:
                progress(done, len(points) * len(days))
    return tally.result(rule, _for_everyone(tried, rule), price_tl_kwh)


def _book(conn: Connection, rule: str, settings: Sequence[Setting], book: RuleBook | None) -> RuleBook:
    if rule not in BY_ID:
        raise NoSuchThreshold(f"no rule {rule!r}; there are {', '.join(BY_ID)}")
    return switched_on(current_book(conn) if book is None else book, rule).with_settings(settings)


def points_with_days(conn: Connection, days: range) -> list[int]:
    """Every point with a block in these days."""
    c = canonical_blocks.c
    query = select(c.point_id).where(c.day >= days.start, c.day < days.stop).distinct()
    return sorted(conn.execute(query).scalars())


@dataclass(frozen=True, slots=True)
class _Portion:
    """Some points, and what is tried of them."""

    points: Sequence[int]
    days: range
    book: RuleBook
    rule: str
    told: Told | None


def _portions(points: Sequence[int], at_once: int = POINTS_AT_ONCE) -> Iterator[Sequence[int]]:
    for start in range(0, len(points), at_once):
        yield points[start : start + at_once]


def _try_portion(portion: _Portion, store: Store) -> Tally:
    """A worker's errand."""
    tally = Tally()
    with store.read() as conn:
        for _ in _walk(conn, portion, tally):
            pass
    return tally


def _walk(conn: Connection, portion: _Portion, tally: Tally) -> Iterator[range]:
    """Month after month; yields the days of it that counted."""
    some, days, from_day = portion.points, portion.days, portion.days.start - WEEKS_BACK
    panel = Panel.empty(np.array(some, dtype=np.int64), from_day - BACK, days.stop - from_day + BACK)
    known = told_of(conn, point_ids=some, days=days) if portion.told is None else portion.told
    note_estimates(panel, known)
    for first in range(from_day, days.stop, DAYS_AT_ONCE):
        part = range(first, min(first + DAYS_AT_ONCE, days.stop))
        gathered = gather(conn, point_ids=some, days=part, told=known, panel=panel)
        for day, found in walk(gathered.batches, panel, portion.book, finish=with_peaks):
            if int(day.days[0]) >= days.start:
                tally.add(day, [one for one in found if one.rule == portion.rule])
        yield range(max(part.start, days.start), max(part.stop, days.start))


def _for_everyone(book: RuleBook, rule: str) -> Mapping[str, int]:
    """The thresholds that hold where no scope and no date says otherwise."""
    return {one.threshold: one.value for one in book.settings if one.rule == rule and not one.scope}
