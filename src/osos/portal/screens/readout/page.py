"""How is the last readout shown?"""

from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from osos.mdm import faces
from osos.portal.look import looking
from osos.portal.registers import in_order, register_name, unit_of, written
from osos.web import Screen

router = APIRouter()


@router.get("/p/{point}/readout", name="portal.readout")
def show(request: Request, point: str) -> Response:
    with looking(request, point) as look:
        rows = sorted(faces.registers(look.conn, look.seen), key=lambda row: in_order(row.code))
        return look.page(
            "readout",
            rows=rows,
            latest=max((row.at for row in rows), default=None),
            received=max((row.received_at for row in rows), default=None),
            name_of=register_name,
            unit_of=unit_of,
            written=written,
        )


SCREEN = Screen(name="portal.readout", router=router, folder=Path(__file__).parent)
