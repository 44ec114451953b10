"""Which points have holes that are due for an estimate, and what did a round over them fill?

A round is a job: it takes points in order, some at a time, each in a transaction of its own, and says where
the next one goes on. Whoever runs it decides how often; running it twice changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from osos.mdm.canonical import PROFILE
from osos.mdm.estimates.gathering import Help
from osos.mdm.estimates.helping import help_of
from osos.mdm.estimates.ladder import Why
from osos.mdm.estimates.running import Report, estimate
from osos.mdm.labels import day_number, edge_of_day, instant_of_label, last_label_until
from osos.mdm.tables import canonical_blocks, gaps
from osos.quantities import Interval, to_local
from osos.store import Store

BACK = timedelta(days=40)  # chosen: a month that is still open, and some days


@dataclass(slots=True)
class Round:
    """What one round came to."""

    points: int = 0
    filled: int = 0
    days: int = 0  # with a new version
    left: dict[Why, int] = field(default_factory=dict)
    after: int | None = None  # go on behind this point; None: that were all

    def note(self, report: Report) -> None:
        self.points += 1
        self.filled += len(report.filled)
        self.days += len(report.days)
        for _, left in report.left:
            self.left[left.why] = self.left.get(left.why, 0) + 1


def estimate_round(
    store: Store,
    *,
    now: datetime,
    back: timedelta = BACK,
    after: int = 0,
    limit: int = 500,
    aid: Callable[[Connection, int, datetime], Help] | None = None,
) -> Round:
    """Fill what is due of the next points that miss something, up to last midnight in Türkiye."""
    today = day_number(to_local(now).date())
    period = Interval(now - back, instant_of_label(edge_of_day(today)))
    with store.read() as conn:
        wanted = points_with_holes(conn, period=period, after=after, limit=limit)
    done = Round()
    for point_id in wanted:
        with store.begin() as conn:
            known = (aid or help_of)(conn, point_id, now)
            done.note(estimate(conn, point_id=point_id, period=period, now=now, aid=known))
    done.after = wanted[-1] if len(wanted) == limit else None
    return done


def estimate_some(
    conn: Connection, *, now: datetime, back: timedelta = BACK, after: int = 0, limit: int
) -> Round:
    """The next few points of a round, in the caller's transaction."""
    today = day_number(to_local(now).date())
    period = Interval(now - back, instant_of_label(edge_of_day(today)))
    done, wanted = Round(), points_with_holes(conn, period=period, after=after, limit=limit)
    for point_id in wanted:
        aid = help_of(conn, point_id, now)
        done.note(estimate(conn, point_id=point_id, period=period, now=now, aid=aid))
    done.after = wanted[-1] if len(wanted) == limit else None
    return done


def points_with_holes(conn: Connection, *, period: Interval, after: int, limit: int) -> list[int]:
    """Points of which a day has missing slots, or of which records are asked for in vain, by number."""
    first, last = (day_number(to_local(moment).date()) for moment in (period.start, period.end))
    c = canonical_blocks.c
    partly = (
        select(c.point_id)
        .where(c.day.between(first, last), c.missing > 0, c.point_id > after)
        .distinct()
        .order_by(c.point_id)
        .limit(limit)
    )
    asked = (
        select(gaps.c.point_id)
        .where(gaps.c.closed_at.is_(None), gaps.c.profile == PROFILE, gaps.c.point_id > after)
        .where(gaps.c.first_label <= last_label_until(period.end, 1))
        .where(gaps.c.last_label >= last_label_until(period.start, 1))
        .distinct()
        .order_by(gaps.c.point_id)
        .limit(limit)
    )
    return sorted({*conn.scalars(partly), *conn.scalars(asked)})[:limit]
