"""How are the month ends shown?"""

from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from osos.mdm import faces
from osos.portal.look import looking
from osos.portal.registers import register_name
from osos.portal.screens.indices.view import indices_view
from osos.web import Screen

MONTH_ENDS = 3  # P-6

router = APIRouter()


@router.get("/p/{point}/indices", name="portal.indices")
def show(request: Request, point: str) -> Response:
    with looking(request, point) as look:
        view = indices_view(faces.month_ends(look.conn, look.seen, MONTH_ENDS))
        total = next((line for line in view.lines if line.code == "1.8.0"), None)
        return look.page("indices", view=view, total=total, name_of=register_name)


SCREEN = Screen(name="portal.indices", router=router, folder=Path(__file__).parent)
