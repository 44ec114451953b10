"""How are sites chosen and compared, and how does one go to another site on the same screen?"""

from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from osos.mdm import faces
from osos.mdm.derive.grids import month_of
from osos.portal.asking import FIRST_DAY, Note, month_end, months_before, parsed_month
from osos.portal.look import KEPT, OF_A_POINT, address, viewer_of
from osos.portal.pictures import both
from osos.portal.screens.compare.drawing import beside
from osos.portal.screens.compare.view import LEAST, chosen, site
from osos.portal.times import days_between
from osos.quantities import local_day
from osos.web import Screen, formats_of, render, web_of, words_of

router = APIRouter()


@router.get("/p/compare", name="portal.compare")
def show(request: Request) -> Response:
    web, viewer, f, t = web_of(request), viewer_of(request), formats_of(request), words_of(request)
    now, query = web.clock.now(), request.query_params
    this_month = local_day(now).replace(day=1)
    first, late = parsed_month(query.get("month", "")), []
    if query.get("month") and first is None:
        late.append(Note("asking.no_month", {"text": query["month"][:20]}))
    first = max(min(first or this_month, this_month), FIRST_DAY)
    with web.store.read() as conn:
        seen, notes = chosen(conn, viewer, query.getlist("point"), now=now)
        sites = [site(conn, one, month_of(first)) for one in seen]
    shown = days_between(first, month_end(first))
    title = t("compare.chart", month=f.month(first))
    ids = [("point", one.public_id) for one in seen]
    return render(
        request,
        "portal.compare/page.html",
        status=200,
        block=None,
        sites=sites,
        notes=[*late, *notes],
        first=first,
        total_wh=sum(one.wh for one in sites),
        picture=both(beside, sites, shown, f=f, t=t, title=title) if len(sites) >= LEAST else None,
        earlier=_here(ids, months_before(first, 1).strftime("%Y-%m")),
        later=_here(ids, months_before(first, -1).strftime("%Y-%m")) if first < this_month else None,
        address_of=address,
    )


def _here(ids: list[tuple[str, str]], month: str) -> str:
    return f"/p/compare?{urlencode([*ids, ('month', month)])}"


@router.get("/p/go", name="portal.go")
def go(request: Request) -> Response:
    """The same screen of another of his sites, with the days that were asked for."""
    web, query = web_of(request), request.query_params
    if not query.get("site"):
        return RedirectResponse("/p", 302)
    with web.store.read() as conn:
        seen = faces.find_point(conn, viewer_of(request), query.get("site", "")[:40], now=web.clock.now())
    if seen is None:
        raise HTTPException(404)
    asked = query.get("screen", "")
    screen = asked if asked in {name for name, _ in OF_A_POINT} else "overview"
    kept = {name: query[name][:40] for name in KEPT if query.get(name)}
    return RedirectResponse(address(seen.public_id, screen, **kept), 302)


SCREEN = Screen(name="portal.compare", router=router, folder=Path(__file__).parent)
