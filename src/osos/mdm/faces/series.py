"""How much energy passed this point in each quarter hour, hour, day or month?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy import Connection, Integer, Row, Select, bindparam, func, select, type_coerce

from osos.mdm import canonical_packing, points
from osos.mdm.derive.grids import Resolution, naive
from osos.mdm.derive.many_slots import slots_of_many
from osos.mdm.derive.series import (
    NEVER,
    DayParts,
    DayTable,
    Series,
    day_start,
    day_starts_of,
    days_of_slots,
    days_of_sums,
    naive_up,
    series_of_days,
    series_of_slots,
    slots_missing,
)
from osos.mdm.faces.points import SeenPoint
from osos.mdm.labels import DAY_MIN, EPOCH, HOUR_MIN, days_of_period, edge_of_day, instant_of_label
from osos.mdm.points import COLUMN_OF
from osos.mdm.tables import canonical_blocks
from osos.quantities import Interval, Quality
from osos.store import among

# Days of one question: a page asks months as slots and decades as days; more is a mistake or an attack.
MOST_DAYS = {Resolution.QUARTER: 100, Resolution.HOUR: 800, Resolution.DAY: 4000, Resolution.MONTH: 4000}
_AT_ONCE = 400
_A_DAY = np.timedelta64(DAY_MIN * 60, "s")


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


def lay_at_hand(
    conn: Connection, seen: SeenPoint, *, slots: Iterable[Interval], days: Iterable[Interval]
) -> None:
    """What a page is going to ask for piece by piece, asked for in one go and laid on its shelf."""
    in_slots, in_days = (
        {day for period in of for span in seen.in_sight(period) for day in days_of_period(span)}
        for of in (slots, days)
    )
    if seen.shelf is not None:
        points.load(conn, point_ids=[seen.point_id], days=in_slots, shelf=seen.shelf)
        _sums(conn, seen, sorted(in_days))


def _slots(conn: Connection, seen: SeenPoint, spans: Iterable[Interval]) -> Iterator[DayParts]:
    for span in spans:
        yield from _slots_of_days(conn, seen, days_of_period(span), span).values()


def _slots_of_days(
    conn: Connection, seen: SeenPoint, wanted: Iterable[int], sight: Interval
) -> dict[int, DayParts]:
    """Each of these days with its slots in sight; one that has no block is missing."""
    days = tuple(wanted)
    held = points.load(conn, point_ids=[seen.point_id], days=days, shelf=seen.shelf)
    known = slots_of_many([(one.block, one.known_since) for one in held.values()], sight=sight)
    return {day: known[day] if day in known else slots_missing(day, sight=sight) for day in days}


def _days(conn: Connection, seen: SeenPoint, spans: Iterable[Interval]) -> Iterator[DayTable]:
    """Whole days from their columns; cut ones and ones of two meters from their slots."""
    for span in spans:
        days = days_of_period(span)
        sums = _sums(conn, seen, _whole_days(span, days))
        yield _table(sums)
        told = {one.day for one in sums}
        slots = _slots_of_days(conn, seen, [day for day in days if day not in told], span)
        yield days_of_slots(list(slots.values()), [day_start(day) for day in slots])


def _whole_days(span: Interval, days: range) -> list[int]:
    starts = day_starts_of(days)
    whole = (naive_up(span.start) <= starts) & (starts + _A_DAY <= naive(span.end))
    return [day for day, is_whole in zip(days, whole.tolist(), strict=True) if is_whole]


@dataclass(frozen=True, slots=True)
class DaySum:
    """A row of columns of a day whose sums have one multiplier."""

    day: int
    facts: Row[Any]
    multiplier: Decimal


def _sums(conn: Connection, seen: SeenPoint, days: list[int]) -> list[DaySum]:
    """The days of one multiplier; of two, the columns cannot tell which energy had which."""
    point_id, shelf = seen.point_id, seen.shelf
    if shelf is None:
        return _sums_of(conn, point_id, days)
    lacking = [day for day in days if (point_id, day) not in shelf.sums]
    loaded = {one.day: one for one in _sums_of(conn, point_id, lacking)}
    shelf.sums.update({(point_id, day): loaded.get(day) for day in lacking})
    return [one for day in days if (one := shelf.sums[point_id, day]) is not None]


def _sums_of(conn: Connection, point_id: int, days: list[int]) -> list[DaySum]:
    found, multiplier_of = [], _Multipliers()
    for start in range(0, len(days), _AT_ONCE):
        asked = {"point": point_id, "days": days[start : start + _AT_ONCE]}
        for row in conn.execute(_asked_sums(conn), asked).all():
            multiplier = None if row.decided else multiplier_of(row.segments, row.period_min)
            if multiplier is not None:
                found.append(DaySum(row.day, row, multiplier))
    return found


def _sums_of_point() -> Select[Any]:
    c = canonical_blocks.c
    decided = (func.length(c.payload) > 0).label("decided")  # estimates and edits are in the payload alone
    known = type_coerce(c.known_since, Integer).label("known_s")
    columns = (c.day, c.period_min, c.suspect, c.missing, c.segments, c.max_a_plus_wh, decided, known)
    sums = (c[name] for name in COLUMN_OF.values())
    return select(*columns, *sums).where(c.point_id == bindparam("point")).order_by(c.day)


_asked_sums = among(_sums_of_point(), days=canonical_blocks.c.day)  # building it takes as long as running it


def _table(sums: list[DaySum]) -> DayTable:
    rows = [one.facts for one in sums]
    columns = dict(zip(rows[0]._fields, zip(*rows, strict=True), strict=True)) if rows else _NONE
    slots = DAY_MIN // np.array(columns["period_min"], dtype=np.int64)
    per_slot = DAY_MIN // np.maximum(slots, 1)
    suspect, missing = (np.array(columns[name], dtype=np.int64) for name in ("suspect", "missing"))
    measured = slots - suspect - missing
    counts = {Quality.MEASURED: measured, Quality.SUSPECT: suspect, Quality.MISSING: missing}
    known = np.array(columns["known_s"], dtype=np.int64) + _EPOCH_S
    held = {c: columns[name] for c, name in COLUMN_OF.items() if any(v is not None for v in columns[name])}
    return days_of_sums(
        day_starts_of(columns["day"]),
        secondary={c: np.array([v or 0 for v in values], dtype=np.int64) for c, values in held.items()},
        multipliers=[one.multiplier for one in sums],
        minutes={quality: count * per_slot for quality, count in counts.items()},
        known_since=np.where(missing < slots, known.astype("datetime64[s]"), NEVER),
    )


_NONE: dict[str, tuple[Any, ...]] = dict.fromkeys(
    ("day", "period_min", "suspect", "missing", "known_s", *COLUMN_OF.values()), ()
)
_EPOCH_S = int(EPOCH.timestamp())


class _Multipliers:
    """By which a day's sums may be multiplied; most days say the same, which is taken apart once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], Decimal | None] = {}

    def __call__(self, segments: str, period_min: int) -> Decimal | None:
        key = (segments, period_min)
        if key not in self._known:
            self._known[key] = _one_multiplier(segments, period_min)
        return self._known[key]


def _one_multiplier(text: str, period_min: int) -> Decimal | None:
    """Two meters of a day may be multiplied together if they share a multiplier without decimals."""
    segments = canonical_packing.segments_of(text, period_min=period_min)
    found = {segment.multiplier for segment in segments}
    if len(found) != 1 or (len(segments) > 1 and segments[0].multiplier % 1):
        return None
    return found.pop()


def peaks(conn: Connection, seen: SeenPoint, *, period: Interval) -> dict[datetime, int]:
    """By the start of each whole day in sight: its highest mean import of a slot, in primary W."""
    found: dict[datetime, int] = {}
    for span in seen.in_sight(period):
        for one in _sums(conn, seen, _whole_days(span, days_of_period(span))):
            if one.facts.max_a_plus_wh is not None:
                watts = one.facts.max_a_plus_wh * HOUR_MIN // one.facts.period_min
                found[instant_of_label(edge_of_day(one.day))] = int(watts * one.multiplier)
    return found
