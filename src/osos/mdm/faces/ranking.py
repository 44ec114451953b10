"""In which order do many points stand, over all that are a party's and not within one page?

By columns and counters: no block is unpacked. Two thousand points are summed from the columns of their days;
a portfolio that is larger is put in order by the counters of the fleet.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Literal

import numpy as np
from sqlalchemy import Connection, Subquery, func, select

from osos.access import Viewer, ViewerKind
from osos.mdm.canonical import Channel
from osos.mdm.faces.months_of_points import MonthSums, month_sums
from osos.mdm.faces.points import SeenPoint, seen_points
from osos.mdm.faces.series import series
from osos.mdm.fleet import point_months
from osos.mdm.fleet.tables import fleet_point_months
from osos.mdm.labels import NOMINAL_MIN, Ints
from osos.quantities import Interval
from osos.registry.party_points import held_within
from osos.registry.tables import installations

MOST_SUMMED = 2_000  # points whose days are added up for a page
_QUARTER_S = NOMINAL_MIN * 60

Order = Literal["missing", "use"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One page of an order over all points of a party; `count` and the rest are of all of them."""

    points: tuple[SeenPoint, ...]
    first: int  # the place of the first of them in the order, from 1
    after: str | None
    count: int
    lacking: int  # points of which something is missing
    wh: int | None  # import of all; None: too many to be added up for a page


@dataclass(frozen=True, slots=True)
class _Held:
    """A point that is his within the month."""

    point_id: int
    number: str
    spans: tuple[Interval, ...]


def ranked(
    conn: Connection,
    viewer: Viewer,
    *,
    period: Interval,
    now: datetime,
    order: Order,
    after: str | None = None,
    limit: int = 100,
) -> Ranked | None:
    """None where no such order can be had: for staff, and for more sites than are summed."""
    if viewer.kind is ViewerKind.STAFF or viewer.party is None or period.start >= now:
        return None
    period = Interval(period.start, min(period.end, now))
    if held_by(conn, viewer, period=period, most=MOST_SUMMED) <= MOST_SUMMED:
        return _summed(conn, viewer, _held(conn, viewer, period), now, order, after, limit)
    if order == "missing" and point_months.is_counted(conn, point_months.month_of_instant(period.start)):
        return _counted(conn, viewer, period, now, after, limit)
    return None


def held_by(conn: Connection, viewer: Viewer, *, period: Interval, most: int) -> int:
    """How many points are his in the period; one more than `most` where they are more."""
    if viewer.party is None:
        return 0
    few = select(_holdings(viewer, period, numbered=False).c.point_id).limit(most + 1).subquery("few")
    return int(conn.execute(select(func.count()).select_from(few)).scalar_one())


def _holdings(viewer: Viewer, period: Interval, *, numbered: bool) -> Subquery:
    is_supplier = viewer.kind is ViewerKind.SUPPLIER
    return held_within(
        customer=None if is_supplier else viewer.party,
        supplier=viewer.party if is_supplier else None,
        start=period.start,
        end=period.end,
        numbered=numbered,
    )


def _held(conn: Connection, viewer: Viewer, period: Interval) -> list[_Held]:
    held = _holdings(viewer, period, numbered=True)
    found: dict[int, tuple[str, list[Interval]]] = {}
    for row in conn.execute(select(held).order_by(held.c.since)).all():
        own = found.setdefault(row.point_id, (row.number, []))[1]
        if row.hung is None:
            continue
        start, end = max(row.since, row.hung, period.start), min(row.until or period.end, period.end)
        if start < end:
            own.append(Interval(start, end))
    return [_Held(point_id, number, tuple(spans)) for point_id, (number, spans) in found.items()]


def _summed(  # noqa: PLR0917  # what was asked, handed on
    conn: Connection,
    viewer: Viewer,
    held: Sequence[_Held],
    now: datetime,
    order: Order,
    after: str | None,
    limit: int,
) -> Ranked:
    sums = _sums(conn, viewer, held, now)
    placed = sorted(_place(one, sums[one.point_id], order) for one in held)
    begun = _place_of(after)
    rest = [place for place in placed if begun is None or place[:2] > begun]
    some = rest[:limit]
    return Ranked(
        points=seen_points(conn, viewer, [place[2] for place in some], now=now),
        first=len(placed) - len(rest) + 1,
        after=_key(some[-1]) if len(rest) > limit else None,
        count=len(held),
        lacking=sum(1 for one in sums.values() if one.missing_min),
        wh=sum(one.wh for one in sums.values()),
    )


def _sums(conn: Connection, viewer: Viewer, held: Sequence[_Held], now: datetime) -> dict[int, MonthSums]:
    """By columns; the few that columns cannot tell by their slots."""
    sums = month_sums(conn, {one.point_id: one.spans for one in held}, now=now)
    vague = [point_id for point_id, one in sums.items() if not one.is_exact]
    spans = {one.point_id: one.spans for one in held}
    for seen in seen_points(conn, viewer, vague, now=now) if vague else ():
        days = [series(conn, seen, period=span, resolution="day") for span in spans[seen.point_id]]
        sums[seen.point_id] = MonthSums(
            due_min=sum(int(one.due_minutes.sum()) for one in days),
            known_min=sum(int(one.known_minutes.sum()) for one in days),
            wh=sum(one.total(Channel.A_PLUS) for one in days),
        )
    return sums


Place = tuple[int, str, int]  # in the order of the list: less the value, number; then which point it is


def _place(one: _Held, sums: MonthSums, order: Order) -> Place:
    return -(sums.missing_min if order == "missing" else sums.wh), one.number, one.point_id


def _key(place: Place) -> str:
    """The last row's own place, so that a value that came meanwhile moves one row and not all of them."""
    return f"{-place[0]}:{place[1]}"


def _place_of(after: str | None) -> tuple[int, str] | None:
    """Whatever stands in the address: what is no key begins at the beginning."""
    value, found, number = (after or "").partition(":")
    plain = value.isascii() and value.isdecimal() and len(value) < 16
    return (-int(value), number) if found and plain else None


def _counted(  # noqa: PLR0917  # what was asked, handed on
    conn: Connection, viewer: Viewer, period: Interval, now: datetime, after: str | None, limit: int
) -> Ranked:
    """Over all of them by the counters of the month; among equals the point that was admitted first.

    Of a point that is his for a part of the month the counters say too much: those few are summed.
    """
    lacking, part = _lacking(conn, viewer, period)
    own = dict(_sums_missing(conn, viewer, part, now))
    ids = np.concatenate((lacking[0], np.array([*own], dtype=np.int64)))
    minutes = np.concatenate((lacking[1], np.array([*own.values()], dtype=np.int64)))
    order = np.lexsort((ids, -minutes))
    ids, minutes = ids[order], minutes[order]
    begun = _place_of(after)
    first = 0
    if begun is not None and begun[1].isdecimal():
        before = (minutes > -begun[0]) | ((minutes == -begun[0]) & (ids <= int(begun[1])))
        first = int(before.sum())
    some = ids[first : first + limit].tolist()
    return Ranked(
        points=seen_points(conn, viewer, some, now=now),
        first=first + 1,
        after=f"{minutes[first + limit - 1]}:{some[-1]}" if ids.size > first + limit else None,
        count=int(ids.size),
        lacking=int(np.count_nonzero(minutes)),
        wh=None,
    )


def _sums_missing(
    conn: Connection, viewer: Viewer, part: Sequence[_Held], now: datetime
) -> Iterator[tuple[int, int]]:
    for point_id, one in _sums(conn, viewer, part, now).items():
        yield point_id, one.missing_min


def _lacking(conn: Connection, viewer: Viewer, period: Interval) -> tuple[tuple[Ints, Ints], list[_Held]]:
    """Ids, and minutes due less those the counters know; and who is his for a part of the month.

    Of nearly all of twenty thousand the whole period is due: only of the others is asked what hung when.
    """
    late, part = _late(conn, viewer, period)
    counted, month = fleet_point_months.c, point_months.month_of_instant(period.start)
    held = _holdings(viewer, period, numbered=False)
    joined = held.outerjoin(
        fleet_point_months, (counted.month == month) & (counted.point_id == held.c.point_id)
    )
    query = select(held.c.point_id, func.coalesce(counted.known, 0)).select_from(joined)
    rows = np.fromiter(chain.from_iterable(conn.execute(query).all()), dtype=np.int64).reshape(-1, 2)
    aside = {one.point_id for one in part}
    rows = rows[~np.isin(rows[:, 0], [*aside])] if aside else rows
    due = np.full(len(rows), int(period.length.total_seconds()) // _QUARTER_S)
    if late:
        asked = np.isin(rows[:, 0], [*late])
        due[asked] = [late[point_id] for point_id in rows[asked, 0].tolist()]
    return (rows[:, 0], np.maximum(due - rows[:, 1], 0) * NOMINAL_MIN), part


def _late(conn: Connection, viewer: Viewer, period: Interval) -> tuple[dict[int, int], list[_Held]]:
    """Quarter hours due of points whose first meter came later or never; and who is his for a part."""
    held = _holdings(viewer, period, numbered=False)
    hung = installations.c
    there = select(hung.id).where(hung.point_id == held.c.point_id, hung.since <= period.start).exists()
    whole = (held.c.since <= period.start) & (held.c.until.is_(None) | (held.c.until >= period.end))
    late: dict[int, int] = {}
    for row in conn.execute(select(held).where(whole, ~there)):
        length = period.end - min(row.hung or period.end, period.end)
        late[row.point_id] = int(length.total_seconds()) // _QUARTER_S
    part: dict[int, list[Interval]] = {}
    for row in conn.execute(select(held).where((held.c.since > period.start) | (held.c.until < period.end))):
        own = part.setdefault(row.point_id, [])
        start = max(row.since, row.hung or period.end, period.start)
        end = min(row.until or period.end, period.end)
        own += [Interval(start, end)] if start < end else []
    return late, [_Held(point_id, "", tuple(sorted(own))) for point_id, own in part.items()]
