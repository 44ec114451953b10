"""Where does somebody who has signed in begin, and how does he choose a point?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from osos.access import Viewer, ViewerKind
from osos.mdm import faces
from osos.mdm.derive.grids import month_of
from osos.mdm.faces import SeenPoint
from osos.portal import pictures
from osos.portal.asking import months_before, parsed_month
from osos.portal.look import address, viewer_of
from osos.portal.screens.points.files import portfolio_sheet, sent
from osos.portal.screens.points.view import (
    ListedPoint,
    all_points,
    begins_within,
    listed,
    most_missing_first,
    most_used_first,
    share_of_all,
    slice_after,
    total_missing,
)
from osos.portal.times import days_between
from osos.quantities import Interval, local_day
from osos.web import Screen, formats_of, render, web_of, words_of

MOST = 100  # points on one page; who has more searches or pages on
MOST_IN_A_FILE = 2_000  # and the most that are put in order by what they lack

router = APIRouter()


@router.get("/p", name="portal.home")
def home(request: Request) -> Response:
    """One point: its overview. More: the portfolio or the sites."""
    viewer = viewer_of(request)
    if viewer.kind is ViewerKind.SUPPLIER:
        return RedirectResponse("/p/portfolio", 302)
    if viewer.kind is ViewerKind.STAFF:
        return _list(request, viewer, "sites", most_used_first)
    web = web_of(request)
    with web.store.read() as conn:
        own = faces.list_points(conn, viewer, now=web.clock.now(), limit=2).points
    if len(own) == 1:
        return RedirectResponse(address(own[0].public_id, "overview"), 302)
    return RedirectResponse("/p/sites", 302)


@router.get("/p/sites", name="portal.sites")
def sites(request: Request) -> Response:
    return _list(request, viewer_of(request), "sites", most_used_first)


@router.get("/p/portfolio", name="portal.portfolio")
def portfolio(request: Request) -> Response:
    return _list(request, viewer_of(request), "portfolio", most_missing_first)


@router.get("/p/portfolio.{kind}", name="portal.portfolio_file")
def take(request: Request, kind: str) -> Response:
    """The month of all his points, a row a point."""
    web, viewer, f = web_of(request), viewer_of(request), formats_of(request)
    now = web.clock.now()
    asked = _asked(request, now)
    with web.store.read() as conn:
        points, _ = all_points(conn, viewer, now=now, search=asked.search, most=MOST_IN_A_FILE)
        found = most_missing_first([_listed(conn, point, asked.month) for point in points])
    sheet = portfolio_sheet(found, month=asked.first, now=now, f=f, t=words_of(request))
    return sent(sheet, kind, f=f, now=now, query=request.query_params, stem=f"portfoy_{asked.first:%Y-%m}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    first: date
    search: str
    after: str | None

    @property
    def month(self) -> Interval:
        return month_of(self.first)


def _asked(request: Request, now: datetime) -> _Asked:
    query, this_month = request.query_params, local_day(now).replace(day=1)
    first = parsed_month(query.get("month", "")) or this_month
    return _Asked(
        first=max(min(first, this_month), date(2000, 1, 1)),
        search=query.get("search", "").strip()[:60],
        after=query.get("after") or None,
    )


def _list(
    request: Request,
    viewer: Viewer,
    which: str,
    order: Callable[[list[ListedPoint]], list[ListedPoint]],
) -> Response:
    web = web_of(request)
    now = web.clock.now()
    asked = _asked(request, now)
    with web.store.read() as conn:
        chosen = _chosen(conn, viewer, which, asked, now)
        found = order([_listed(conn, point, asked.month) for point in chosen.points])
    lacking, missing = total_missing(found)
    this_month = local_day(now).replace(day=1)
    return render(
        request,
        "portal.points/page.html",
        status=200,
        block=None,
        which=which,
        asked_month=asked,
        first=asked.first,
        found=found,
        strips={one.point.point_id: _strip(request, one, asked) for one in found},
        shares={one.point.point_id: share_of_all(one, found) for one in found},
        late={one.point.point_id for one in found if begins_within(one, asked.month)},
        total_wh=sum(one.wh for one in found),
        most_wh=max((one.wh for one in found), default=0),
        lacking=lacking if chosen.lacking is None else chosen.lacking,
        count=len(found) if chosen.count is None else chosen.count,
        missing=missing,
        after=chosen.after,
        earlier=months_before(asked.first, 1).strftime("%Y-%m"),
        later=None if asked.first >= this_month else months_before(asked.first, -1).strftime("%Y-%m"),
        list_address=lambda **more: _address(which, viewer, asked, more),
        address_of=address,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    """The points of one page; of all his points, how many there are and how many lack something."""

    points: tuple[SeenPoint, ...]
    after: str | None
    count: int | None = None
    lacking: int | None = None


def _chosen(conn: Connection, viewer: Viewer, which: str, asked: _Asked, now: datetime) -> _Chosen:
    """A portfolio in the order of what is missing over all of it; one too large for that by number."""
    if which == "portfolio":
        points, more = all_points(conn, viewer, now=now, search=asked.search, most=MOST_IN_A_FILE)
        if not more:
            lacking = faces.lacking_minutes(conn, points, period=asked.month)
            some, after = slice_after(points, lacking, after=asked.after, limit=MOST)
            count = sum(1 for minutes in lacking.values() if minutes)
            return _Chosen(points=some, after=after, count=len(points), lacking=count)
    page = faces.list_points(conn, viewer, now=now, search=asked.search, after=asked.after, limit=MOST)
    return _Chosen(points=page.points, after=page.after)


def _listed(conn: Connection, point: SeenPoint, month: Interval) -> ListedPoint:
    return listed(point, faces.series(conn, point, period=month, resolution="day"))


def _strip(request: Request, one: ListedPoint, asked: _Asked) -> pictures.Picture:
    days = days_between(asked.first, local_day(asked.month.end) - timedelta(days=1))
    return pictures.strip_of_days(
        one.days,
        days,
        f=formats_of(request),
        t=words_of(request),
        title=words_of(request)("points.strip", n=round(one.known_share * 100)),
    )


def _address(which: str, viewer: Viewer, asked: _Asked, more: dict[str, object]) -> str:
    path = "/p" if viewer.kind is ViewerKind.STAFF else f"/p/{which}"
    if kind := more.pop("file", None):
        path = f"{path}.{kind}"
    facts = {"month": asked.first.strftime("%Y-%m"), "search": asked.search} | more
    query = urlencode({name: str(value) for name, value in facts.items() if value})
    return f"{path}?{query}"


SCREEN = Screen(name="portal.points", router=router, folder=Path(__file__).parent)
