"""Which points stand on one page of the list, and what holds of all of them?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from osos.access import Viewer
from osos.mdm import faces
from osos.mdm.derive.grids import month_of
from osos.mdm.faces import SeenPoint
from osos.mdm.faces.ranking import Order
from osos.portal.asking import FIRST_DAY, parsed_month
from osos.portal.screens.points.view import ListedPoint, listed, most_missing_first, most_used_first
from osos.quantities import Interval, local_day

MOST = 50  # points on one page
IN_ORDER = 2_000  # rows of a file that stand in the order of the page; more stand by number
_AT_ONCE = 500
SORTED = {"missing": most_missing_first, "use": most_used_first}


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedList:
    """The month, the words searched for, and where the page before ended."""

    first: date
    search: str
    after: str | None
    order: Order

    @property
    def month(self) -> Interval:
        return month_of(self.first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The rows of one page; of all points how many they are, lack something, have used (None: not known)."""

    points: list[ListedPoint]
    after: str | None
    first: int = 1
    count: int | None = None
    lacking: int | None = None
    wh: int | None = None
    by_number: bool = False


def asked_list(query: Mapping[str, str], *, now: datetime, order: Order) -> AskedList:
    this_month = local_day(now).replace(day=1)
    first = parsed_month(query.get("month", "")) or this_month
    return AskedList(
        first=max(min(first, this_month), FIRST_DAY),
        search=query.get("search", "").strip()[:60],
        after=query.get("after") or None,
        order=order,
    )


def chosen(conn: Connection, viewer: Viewer, asked: AskedList, *, now: datetime) -> Chosen:
    """In the order of what is missing or used over all his points; what is searched, by number."""
    found = (
        None
        if asked.search
        else faces.ranked(
            conn,
            viewer,
            period=asked.month,
            now=now,
            order=asked.order,
            after=asked.after,
            limit=MOST,
        )
    )
    if found is not None:
        return Chosen(
            points=_listed(conn, found.points, asked),
            after=found.after,
            first=found.first,
            count=found.count,
            lacking=found.lacking,
            wh=found.wh,
        )
    page = faces.list_points(conn, viewer, now=now, search=asked.search, after=asked.after, limit=MOST)
    points = SORTED[asked.order](_listed(conn, page.points, asked))
    whole = page.after is None and asked.after is None
    return Chosen(
        points=points,
        after=page.after,
        count=len(points) if whole else None,
        wh=sum(one.wh for one in points) if whole else None,
        lacking=sum(1 for one in points if one.missing),
        by_number=not whole,
    )


def every_point(
    conn: Connection, viewer: Viewer, asked: AskedList, *, now: datetime
) -> Iterator[ListedPoint]:
    """All of them, for a file: in the order of the page while they are few, else by number."""
    few = in_order(conn, viewer, asked, now=now)
    if few is not None:
        yield from _listed(conn, few, asked)
        return
    after = None
    while True:
        page = faces.list_points(conn, viewer, now=now, search=asked.search, after=after, limit=_AT_ONCE)
        yield from _listed(conn, page.points, asked)
        after = page.after
        if after is None:
            return


def in_order(
    conn: Connection, viewer: Viewer, asked: AskedList, *, now: datetime
) -> tuple[SeenPoint, ...] | None:
    """All his points in the order of the page; None where they are too many or only some are asked for."""
    if asked.search:
        return None
    found = faces.ranked(conn, viewer, period=asked.month, now=now, order=asked.order, limit=IN_ORDER)
    return None if found is None or found.after is not None else found.points


def _listed(conn: Connection, points: tuple[SeenPoint, ...], asked: AskedList) -> list[ListedPoint]:
    return listed(points, faces.listed_months(conn, points, period=asked.month))
