"""How is the own account shown?"""

from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from osos.portal.look import viewer_of
from osos.web import Screen, render

router = APIRouter()


@router.get("/p/account", name="portal.account")
def show(request: Request) -> Response:
    return render(request, "portal.account/page.html", who=viewer_of(request))


SCREEN = Screen(name="portal.account", router=router, folder=Path(__file__).parent)
