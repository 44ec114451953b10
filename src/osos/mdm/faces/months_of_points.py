"""What do many points come to in a month, each of them, by the columns of their days?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, func, select

from osos.mdm import canonical_packing
from osos.mdm.labels import DAY_MIN, NOMINAL_MIN, days_of_period
from osos.mdm.tables import canonical_blocks
from osos.quantities import Interval, local_day, local_midnight
from osos.store import among

_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class MonthSums:
    """Minutes due and known, and primary Wh taken; `is_exact` where the columns tell it all.

    They do not tell how much of a day cut by a party's time is his, nor which energy of a day had which of
    two multipliers.
    """

    due_min: int
    known_min: int
    wh: int
    is_exact: bool = True

    @property
    def missing_min(self) -> int:
        return max(0, self.due_min - self.known_min)


def month_sums(
    conn: Connection, spans: Mapping[int, Sequence[Interval]], *, now: datetime
) -> dict[int, MonthSums]:
    """Of each point, over the stretches given for it."""
    known, wh = dict.fromkeys(spans, 0), dict.fromkeys(spans, 0)
    vague = {point_id for point_id, own in spans.items() if not all(_whole_days(span, now) for span in own)}
    alike: dict[tuple[int, int], list[int]] = {}
    for point_id, own in spans.items():
        for span in own:
            days = days_of_period(span)
            alike.setdefault((days[0], days[-1]), []).append(point_id)
    for (first, last), point_ids in alike.items():
        for row in _summed(conn, point_ids, first, last):
            multiplier = whole_multiplier(row.segments, row.period_min)
            known[row.point_id] += int(row.known)
            wh[row.point_id] += int(row.wh or 0) * (multiplier or 1)
            if multiplier is None:
                vague.add(row.point_id)
    return {
        point_id: MonthSums(
            due_min=sum(_due(span) for span in own),
            known_min=known[point_id],
            wh=wh[point_id],
            is_exact=point_id not in vague,
        )
        for point_id, own in spans.items()
    }


def _due(span: Interval) -> int:
    """Quarter hours that are over."""
    return int(span.length.total_seconds()) // (NOMINAL_MIN * 60) * NOMINAL_MIN


def _whole_days(span: Interval, now: datetime) -> bool:
    """Of a day that is not over the columns know no more than what is over."""
    edges = [span.start] if span.end == now else [span.start, span.end]
    return all(edge == local_midnight(local_day(edge)) for edge in edges)


@lru_cache(4096)
def whole_multiplier(text: str, period_min: int) -> int | None:
    """The whole number by which sums of days may be multiplied."""
    found = {one.multiplier for one in canonical_packing.segments_of(text, period_min=period_min)}
    return int(found.pop()) if len(found) == 1 and not any(one % 1 for one in found) else None


def _summed(conn: Connection, point_ids: Sequence[int], first: int, last: int) -> Iterator[Any]:
    """A row a point and multiplier."""
    days = list(range(first, last + 1))
    for start in range(0, len(point_ids), _AT_ONCE):
        asked = {"days": days, "points": list(point_ids[start : start + _AT_ONCE])}
        yield from conn.execute(_asked_sums(conn), asked).all()


def _sums_of_points() -> Select[Any]:
    c = canonical_blocks.c
    known, wh = func.sum(DAY_MIN - c.missing * c.period_min), func.sum(c.a_plus_wh)
    columns = (c.point_id, c.segments, c.period_min)
    return select(*columns, known.label("known"), wh.label("wh")).group_by(*columns)


_asked_sums = among(_sums_of_points(), days=canonical_blocks.c.day, points=canonical_blocks.c.point_id)
