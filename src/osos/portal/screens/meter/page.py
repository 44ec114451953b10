"""How are the installation and its meters shown?"""

from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from osos.mdm import faces
from osos.portal.look import looking
from osos.portal.registers import in_order, register_name, unit_of, written
from osos.web import Screen

router = APIRouter()
_NOW = (".7.",)  # momentary values stand beside the nameplate: what the meter sees


@router.get("/p/{point}/meter", name="portal.meter")
def show(request: Request, point: str) -> Response:
    with looking(request, point) as look:
        rows = sorted(faces.registers(look.conn, look.seen), key=lambda row: in_order(row.code))
        return look.page(
            "meter",
            hung=tuple(reversed(look.seen.seen_installations())),
            momentary=[row for row in rows if any(part in row.code for part in _NOW)],
            name_of=register_name,
            unit_of=unit_of,
            written=written,
        )


SCREEN = Screen(name="portal.meter", router=router, folder=Path(__file__).parent)
