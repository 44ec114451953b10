"""When was a point without supply, and how do we know?

The meter's own record counts most; a meter that has no rows of a time it was asked for was most likely off;
what was merely not read says nothing of the supply.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from osos.quantities import Interval

SHORT_UNTIL = timedelta(minutes=3)  # > 1 s and ≤ 3 min is short, more is long (regulation (a4))


class Evidence(StrEnum):
    """Why we think so, the strongest first."""

    METER = "meter's record"
    NO_ROWS = "meter has no rows"
    NOT_READ = "not read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A stretch without supply, or (evidence `not read`) without any word of it."""

    period: Interval
    evidence: Evidence
    code: str | None = None  # of the record: which phase
    known_at: datetime | None = None

    @property
    def is_long(self) -> bool:
        return self.period.length > SHORT_UNTIL


def outages(found: Iterable[Outage]) -> tuple[Outage, ...]:
    """In order of time; weaker evidence is told only where no stronger one covers it."""
    rank = {evidence: place for place, evidence in enumerate(Evidence)}
    kept: list[Outage] = []
    for one in sorted(found, key=lambda one: (rank[one.evidence], one.period)):
        stronger = [other.period for other in kept if rank[other.evidence] < rank[one.evidence]]
        kept += [
            Outage(period=part, evidence=one.evidence, code=one.code, known_at=one.known_at)
            for part in without(one.period, stronger)
        ]
    return tuple(sorted(kept, key=lambda one: (one.period, one.code or "")))


def without(period: Interval, others: Iterable[Interval]) -> list[Interval]:
    """What of a period no other covers."""
    left, at = [], period.start
    for other in sorted(one for one in others if one.overlap(period) is not None):
        if other.start > at:
            left.append(Interval(at, min(other.start, period.end)))
        at = max(at, other.end)
        if at >= period.end:
            return left
    return [*left, Interval(at, period.end)]
