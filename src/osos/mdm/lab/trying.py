"""How is a rule tried on years of history?

Month after month of some hundred points at a time: a trial of years needs no more memory than one of a month.
The four weeks before the first day are walked through without counting, so that the first day, too, is judged
by what was usual. Nothing is written.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from osos.mdm.tables import canonical_blocks

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
    if rule not in BY_ID:
        raise NoSuchThreshold(f"no rule {rule!r}; there are {', '.join(BY_ID)}")
    tried = switched_on(current_book(conn) if book is None else book, rule).with_settings(settings)
    points = points_with_days(conn, days) if point_ids is None else sorted(set(point_ids))
    tally, total = Tally(), len(points) * len(days)
    for done in _walk_all(conn, points, days, tried, rule, told, tally):
        if progress is not None:
            progress(min(done, total), total)
    return tally.result(rule, _for_everyone(tried, rule), price_tl_kwh)


def points_with_days(conn: Connection, days: range) -> list[int]:
    """Every point with a block in these days."""
    c = canonical_blocks.c
    query = select(c.point_id).where(c.day >= days.start, c.day < days.stop).distinct()
    return sorted(conn.execute(query).scalars())


def _walk_all(  # noqa: PLR0917  # one call, private; named at its only place
    conn: Connection,
    points: Sequence[int],
    days: range,
    book: RuleBook,
    rule: str,
    told: Told | None,
    tally: Tally,
) -> Iterator[int]:
    """Yields how many point-days are done."""
    done, from_day = 0, days.start - WEEKS_BACK
    for start in range(0, len(points), POINTS_AT_ONCE):
        some = points[start : start + POINTS_AT_ONCE]
        panel = Panel.empty(np.array(some, dtype=np.int64), from_day - BACK, days.stop - from_day + BACK)
        known = told_of(conn, point_ids=some, days=days) if told is None else told
        note_estimates(panel, known)
        for first in range(from_day, days.stop, DAYS_AT_ONCE):
            part = range(first, min(first + DAYS_AT_ONCE, days.stop))
            gathered = gather(conn, point_ids=some, days=part, told=known, panel=panel)
            for day, found in walk(gathered.batches, panel, book, finish=with_peaks):
                if int(day.days[0]) >= days.start:
                    tally.add(day, [one for one in found if one.rule == rule])
            done += len(some) * max(0, part.stop - max(part.start, days.start))
            yield done


def _for_everyone(book: RuleBook, rule: str) -> Mapping[str, int]:
    """The thresholds that hold where no scope and no date says otherwise."""
    return {one.threshold: one.value for one in book.settings if one.rule == rule and not one.scope}
