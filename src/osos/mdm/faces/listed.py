"""What does a page of a list tell of each point's month: use, what is missing, and day by day how whole?

One question for all points of the page. A day is told by its columns, the present one too: of what is not
over nothing is known. Days that columns cannot tell (estimated, edited, of two multipliers, cut by a party's
time) are asked for by their slots, all of them at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Integer, Select, func, select, type_coerce

from osos.mdm import points as blocks
from osos.mdm.canonical import Channel
from osos.mdm.derive.grids import Resolution
from osos.mdm.faces.month_so_far import instant_of
from osos.mdm.faces.months_of_points import whole_multiplier
from osos.mdm.faces.points import SeenPoint
from osos.mdm.faces.series import series
from osos.mdm.labels import DAY_MIN, EPOCH, NOMINAL_MIN, days_of_period, edge_of_day, instant_of_label
from osos.mdm.shelf import Shelf
from osos.mdm.tables import canonical_blocks
from osos.quantities import Interval, Quality
from osos.store import among

_A_DAY, _A_MINUTE = timedelta(days=1), timedelta(minutes=1)
_AT_ONCE = 400


class ListedDay(NamedTuple):
    """Minutes of one day that are due, by how well they are known; measured ones are the rest."""

    start: datetime
    due: int
    missing: int = 0
    estimated: int = 0
    edited: int = 0
    suspect: int = 0


@dataclass(slots=True)
class ListedMonth:
    """What is in sight of a point's month."""

    wh: int = 0
    exported_wh: int = 0
    days: list[ListedDay] = field(default_factory=list)
    last_known: datetime | None = None

    @property
    def due_min(self) -> int:
        return sum(day.due for day in self.days)

    @property
    def missing_min(self) -> int:
        return sum(day.missing for day in self.days)

    def add(self, told: "_Told") -> None:
        day, wh, exported_wh, known = told
        self.days.append(day)
        self.wh += wh
        self.exported_wh += exported_wh
        if known is not None and (self.last_known is None or known > self.last_known):
            self.last_known = known


class _Day(NamedTuple):
    """A day and how much of it is in sight and over."""

    day: int
    sight: Interval
    is_whole: bool
    from_midnight: bool
    minutes: int


def listed_months(
    conn: Connection, points: Iterable[SeenPoint], *, period: Interval
) -> Mapping[int, ListedMonth]:
    """By point, its days in the order of time."""
    days_of = cache(_days)
    wanted = [(seen, [day for span in seen.in_sight(period) for day in days_of(span)]) for seen in points]
    held = _held(conn, wanted)
    told = [
        (seen, [(day, _by_columns(held.get((seen.point_id, day.day)), day, seen.at)) for day in days])
        for seen, days in wanted
    ]
    shelf = _shelf(conn, {(seen.point_id, day.day) for seen, own in told for day, one in own if one is None})
    found: dict[int, ListedMonth] = {}
    for seen, own in told:
        month = found[seen.point_id] = ListedMonth()
        kept = replace(seen, shelf=shelf)
        for day, one in own:
            month.add(one or _by_slots(conn, kept, day))
    return found


def _shelf(conn: Connection, keys: set[tuple[int, int]]) -> Shelf:
    """With the blocks of these points and days."""
    shelf = Shelf()
    if keys:
        ids, days = {point_id for point_id, _ in keys}, {day for _, day in keys}
        blocks.load(conn, point_ids=ids, days=days, shelf=shelf)
    return shelf


def _days(span: Interval) -> list[_Day]:
    found = []
    for day in days_of_period(span):
        start = instant_of_label(edge_of_day(day))
        is_whole = start >= span.start and start + _A_DAY <= span.end
        sight = Interval(max(start, span.start), min(start + _A_DAY, span.end))
        found.append(_Day(day, sight, is_whole, sight.start == start, int(sight.length / _A_MINUTE)))
    return found


def _held(conn: Connection, wanted: Sequence[tuple[SeenPoint, Sequence[_Day]]]) -> dict[tuple[int, int], Any]:
    every = sorted({day.day for _, days in wanted for day in days})
    ids = [seen.point_id for seen, _ in wanted]
    parts = [{"days": every, "points": ids[n : n + _AT_ONCE]} for n in range(0, len(ids), _AT_ONCE)]
    return {row[:2]: row[2:] for asked in parts for row in conn.execute(_asked_days(conn), asked).all()}


def _days_of_points() -> Select[Any]:
    c = canonical_blocks.c
    decided = (func.length(c.payload) > 0).label("decided")  # estimates and edits are in the payload alone
    known = type_coerce(c.known_since, Integer).label("known_s")
    columns = (c.point_id, c.day, c.period_min, c.suspect, c.missing, c.segments, c.a_plus_wh, c.a_minus_wh)
    return select(*columns, decided, known)


_asked_days = among(_days_of_points(), days=canonical_blocks.c.day, points=canonical_blocks.c.point_id)
_Told = tuple[ListedDay, int, int, datetime | None]  # Wh in, Wh out, since when it is known


def _by_columns(row: Any, day: _Day, now: datetime) -> _Told | None:
    """A whole day, or the present one, of one meter's whole multiplier; None where columns do not tell."""
    if row is None:
        if not day.from_midnight:
            return None
        due = day.minutes // NOMINAL_MIN * NOMINAL_MIN  # nothing is known of it, however it is cut
        return ListedDay(day.sight.start, due, missing=due), 0, 0, None
    period, suspect, missing, segments, wh, exported_wh, decided, known_s = row
    multiplier = None if decided else whole_multiplier(segments, period)
    if multiplier is None or not (day.is_whole or (day.from_midnight and day.sight.end == now)):
        return None
    due = day.minutes // period * period
    known = min(due, DAY_MIN - missing * period)
    one = ListedDay(day.sight.start, due, missing=due - known, suspect=suspect * period)
    since = EPOCH + timedelta(seconds=known_s) if known else None
    return one, (wh or 0) * multiplier, (exported_wh or 0) * multiplier, since


def _by_slots(conn: Connection, seen: SeenPoint, day: _Day) -> _Told:
    one = series(conn, seen, period=day.sight, resolution=Resolution.QUARTER)
    minutes = {quality: int(of.sum()) for quality, of in one.minutes.items()}
    told = ListedDay(
        day.sight.start,
        int(one.due_minutes.sum()),
        missing=minutes[Quality.MISSING],
        estimated=minutes[Quality.ESTIMATED],
        edited=minutes[Quality.EDITED],
        suspect=minutes[Quality.SUSPECT],
    )
    return told, one.total(Channel.A_PLUS), one.total(Channel.A_MINUS), instant_of(one.last_known)
