"""How much energy passed this point in each quarter hour, hour, day or month?"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, func, select

from osos.mdm import canonical_packing, points
from osos.mdm.canonical import Channel
from osos.mdm.derive.grids import Resolution
from osos.mdm.derive.series import (
    DayParts,
    DaySum,
    Series,
    as_one_part,
    day_starts,
    parts_of_sum,
    series_of_days,
    series_of_slots,
    slots_missing,
    slots_of,
)
from osos.mdm.faces.points import SeenPoint
from osos.mdm.labels import DAY_MIN, HOUR_MIN, days_of_period, edge_of_day, instant_of_label
from osos.mdm.points import COLUMN_OF
from osos.mdm.tables import canonical_blocks
from osos.quantities import Interval, Quality

# Days of one question: a page asks months as slots and decades as days; more is a mistake or an attack.
MOST_DAYS = {Resolution.QUARTER: 100, Resolution.HOUR: 800, Resolution.DAY: 4000, Resolution.MONTH: 4000}
_AT_ONCE = 400

Day = tuple[DayParts, Mapping[Quality, int]]


@dataclass
class TooLong(ValueError):
    """A period too long for so fine an answer: ask for a coarser one or a shorter period."""

    days: int
    most: int
    resolution: Resolution

    def __str__(self) -> str:
        return (
            f"{self.days} days by {self.resolution.value}: at most {self.most}; ask for less or for coarser"
        )


def series(conn: Connection, seen: SeenPoint, *, period: Interval, resolution: Resolution | str) -> Series:
    """All of the period that is due and in sight, gaps included; `TooLong` when that is too much."""
    which = Resolution(resolution)
    spans = seen.in_sight(period)
    days = sum(len(days_of_period(span)) for span in spans)
    if days > MOST_DAYS[which]:
        raise TooLong(days, MOST_DAYS[which], which)
    if which in {Resolution.QUARTER, Resolution.HOUR}:
        return series_of_slots(list(_slots(conn, seen, spans)), resolution=which)
    return series_of_days(list(_days(conn, seen, spans)), resolution=which)


def _slots(conn: Connection, seen: SeenPoint, spans: Iterable[Interval]) -> Iterator[DayParts]:
    for span in spans:
        yield from _slots_of_days(conn, seen, dict.fromkeys(days_of_period(span), span)).values()


def _slots_of_days(conn: Connection, seen: SeenPoint, wanted: Mapping[int, Interval]) -> dict[int, DayParts]:
    """Each of these days with its slots in sight; one that has no block is missing."""
    held = points.load(conn, point_ids=[seen.point_id], days=wanted)
    found: dict[int, DayParts] = {}
    for day, sight in wanted.items():
        one = held.get((seen.point_id, day))
        found[day] = (
            slots_missing(day, sight=sight)
            if one is None
            else slots_of(one.block, known_since=one.known_since, sight=sight)
        )
    return found


def _days(conn: Connection, seen: SeenPoint, spans: Iterable[Interval]) -> Iterator[Day]:
    """Whole days from their columns; cut ones and ones of two meters from their slots."""
    for span in spans:
        days = days_of_period(span)
        sums = {one.day: one for one in _sums(conn, seen.point_id, [d for d in days if _is_whole(d, span)])}
        slots = _slots_of_days(conn, seen, {day: span for day in days if day not in sums})
        for day in days:
            if day in sums:
                yield parts_of_sum(sums[day]), _minutes(sums[day])
            else:
                yield as_one_part(slots[day], day_starts(day, DAY_MIN)[0])


def _minutes(one: DaySum) -> dict[Quality, int]:
    return {quality: count * one.period_min for quality, count in one.counts.items()}


def _is_whole(day: int, span: Interval) -> bool:
    starts, ends = instant_of_label(edge_of_day(day)), instant_of_label(edge_of_day(day) + DAY_MIN)
    return span.start <= starts and ends <= span.end


def _sums(conn: Connection, point_id: int, days: list[int]) -> Iterator[DaySum]:
    """The days of one meter; of two, the columns cannot tell which energy had which multiplier."""
    c = canonical_blocks.c
    decided = (func.length(c.payload) > 0).label("decided")  # estimates and edits are in the payload alone
    columns = (c.day, c.period_min, c.suspect, c.missing, c.segments, c.known_since, decided)
    for start in range(0, len(days), _AT_ONCE):
        query = (
            select(*columns, *(c[name] for name in COLUMN_OF.values()))
            .where(c.point_id == point_id, c.day.in_(days[start : start + _AT_ONCE]))
            .order_by(c.day)
        )
        for row in conn.execute(query):
            multiplier = _one_multiplier(row)
            if multiplier is not None and not row.decided:
                yield _sum(row, multiplier)


def _one_multiplier(row: Any) -> Decimal | None:
    """By which the day's sums may be multiplied: two meters do if they share one without decimals."""
    of = row._mapping
    segments = canonical_packing.segments_of(of["segments"], period_min=of["period_min"])
    found = {segment.multiplier for segment in segments}
    if len(found) != 1 or (len(segments) > 1 and segments[0].multiplier % 1):
        return None
    return found.pop()


def _sum(row: Any, multiplier: Decimal) -> DaySum:
    of = row._mapping
    slots = DAY_MIN // of["period_min"]
    counts = {Quality.SUSPECT: of["suspect"], Quality.MISSING: of["missing"]}
    counts[Quality.MEASURED] = slots - sum(counts.values())
    energies: dict[Channel, int] = {c: of[name] for c, name in COLUMN_OF.items() if of[name] is not None}
    return DaySum(
        day=of["day"],
        period_min=of["period_min"],
        wh=energies,
        multiplier=multiplier,
        counts=counts,
        known_since=of["known_since"] if of["missing"] < slots else None,
    )


def peaks(conn: Connection, seen: SeenPoint, *, period: Interval) -> dict[datetime, int]:
    """By the start of each whole day in sight: its highest mean import of a slot, in primary W."""
    c = canonical_blocks.c
    found: dict[datetime, int] = {}
    for span in seen.in_sight(period):
        days = [day for day in days_of_period(span) if _is_whole(day, span)]
        for start in range(0, len(days), _AT_ONCE):
            query = select(c.day, c.period_min, c.segments, c.max_a_plus_wh).where(
                c.point_id == seen.point_id, c.day.in_(days[start : start + _AT_ONCE])
            )
            for row in conn.execute(query):
                multiplier = _one_multiplier(row)
                if multiplier is not None and row.max_a_plus_wh is not None:
                    watts = row.max_a_plus_wh * HOUR_MIN // row.period_min
                    found[instant_of_label(edge_of_day(row.day))] = int(watts * multiplier)
    return found
