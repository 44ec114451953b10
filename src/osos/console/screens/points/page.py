"""Which metering points are there, and where is the one somebody asks about?"""

from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from osos.console.desk import at_desk
from osos.mdm import faces
from osos.web import Screen

A_PAGE = 50

router = APIRouter()


@router.get("/o/points", name="console.points")
def show(request: Request) -> Response:
    with at_desk(request) as desk:
        search, after = desk.query.get("q", "")[:64], desk.query.get("after") or None
        page = faces.list_points(
            desk.conn, desk.viewer, now=desk.now, search=search, after=after, limit=A_PAGE
        )
        return desk.page("points", points=page.points, after=page.after, is_first=after is None)


SCREEN = Screen(name="console.points", router=router, folder=Path(__file__).parent)
