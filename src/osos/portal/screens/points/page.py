"""Where does somebody who has signed in begin, and how does he choose a point?"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from osos.access import Viewer, ViewerKind
from osos.mdm import faces
from osos.mdm.faces.ranking import Order
from osos.portal.asking import months_before
from osos.portal.look import address, viewer_of
from osos.portal.screens.points import choosing
from osos.portal.screens.points.choosing import AskedList, asked_list, chosen, every_point, in_order
from osos.portal.screens.points.files import portfolio_sheet, sent
from osos.portal.screens.points.strip import month_strip
from osos.portal.screens.points.view import ListedPoint, begins_within, lacking_of, share_of
from osos.portal.times import days_between
from osos.quantities import local_day
from osos.web import Screen, formats_of, render, web_of, words_of

router = APIRouter()


@router.get("/p", name="portal.home")
def home(request: Request) -> Response:
    """One point: its overview. More: the portfolio or the sites."""
    viewer = viewer_of(request)
    if viewer.kind is ViewerKind.SUPPLIER:
        return RedirectResponse("/p/portfolio", 302)
    if viewer.kind is ViewerKind.STAFF:
        return _list(request, viewer, "sites", "use")
    web = web_of(request)
    with web.store.read() as conn:
        own = faces.list_points(conn, viewer, now=web.clock.now(), limit=2).points
    if len(own) == 1:
        return RedirectResponse(address(own[0].public_id, "overview"), 302)
    return RedirectResponse("/p/sites", 302)


@router.get("/p/sites", name="portal.sites")
def sites(request: Request) -> Response:
    return _list(request, viewer_of(request), "sites", "use")


@router.get("/p/portfolio", name="portal.portfolio")
def portfolio(request: Request) -> Response:
    return _list(request, viewer_of(request), "portfolio", "missing")


@router.get("/p/portfolio.{kind}", name="portal.portfolio_file")
def take(request: Request, kind: str) -> Response:
    """The month of all his points, a row a point."""
    web, viewer, f, t = web_of(request), viewer_of(request), formats_of(request), words_of(request)
    now = web.clock.now()
    asked = asked_list(request.query_params, now=now, order="missing")
    with web.store.read() as conn:
        by_number = in_order(conn, viewer, asked, now=now) is None
        rows = every_point(conn, viewer, asked, now=now)
        order = t("points.file_by_number" if by_number else "points.file_by_missing")
        sheet = portfolio_sheet(rows, month=asked.first, order=order, now=now, f=f, t=t)
        stem = f"portfoy_{asked.first:%Y-%m}"
        return sent(sheet, kind, f=f, now=now, query=request.query_params, stem=stem)


def _list(request: Request, viewer: Viewer, which: str, order: Order) -> Response:
    web = web_of(request)
    now = web.clock.now()
    asked = asked_list(request.query_params, now=now, order=order)
    with web.store.read() as conn:
        found = chosen(conn, viewer, asked, now=now)
    points, this_month = found.points, local_day(now).replace(day=1)
    total = sum(one.wh for one in points) if found.wh is None else found.wh
    return render(
        request,
        "portal.points/page.html",
        status=200,
        block=None,
        which=which,
        asked_list=asked,
        first=asked.first,
        found=points,
        all=found,
        strips=_strips(request, points, asked),
        shares={one.point.point_id: share_of(one, total) for one in points},
        may_compare=viewer.kind is not ViewerKind.STAFF and len(points) > 1,
        file_by_number=found.count is None or found.count > choosing.IN_ORDER,
        late={one.point.point_id for one in points if begins_within(one, asked.month)},
        lacking=lacking_of(points) if found.lacking is None else found.lacking,
        earlier=months_before(asked.first, 1).strftime("%Y-%m"),
        later=None if asked.first >= this_month else months_before(asked.first, -1).strftime("%Y-%m"),
        list_address=lambda **more: _address(which, viewer, asked, more),
        address_of=address,
    )


def _strips(request: Request, points: list[ListedPoint], asked: AskedList) -> dict[int, Markup]:
    """By point; months that went alike have one drawing."""
    f, t = formats_of(request), words_of(request)
    days = days_between(asked.first, local_day(asked.month.end) - timedelta(days=1))
    drawn: dict[tuple[object, ...], Markup] = {}
    found = {}
    for one in points:
        alike = tuple(one.month.days)
        if alike not in drawn:
            title = t("points.strip", n=round(one.known_share * 100))
            drawn[alike] = month_strip(alike, days, f=f, t=t, title=title)
        found[one.point.point_id] = drawn[alike]
    return found


def _address(which: str, viewer: Viewer, asked: AskedList, more: dict[str, object]) -> str:
    path = "/p" if viewer.kind is ViewerKind.STAFF else f"/p/{which}"
    if kind := more.pop("file", None):
        path = f"{path}.{kind}"
    facts = {"month": asked.first.strftime("%Y-%m"), "search": asked.search} | more
    query = urlencode({name: str(value) for name, value in facts.items() if value})
    return f"{path}?{query}"


SCREEN = Screen(name="portal.points", router=router, folder=Path(__file__).parent)
