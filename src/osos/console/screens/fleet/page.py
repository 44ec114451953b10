"""Will the next deadlines be met, where is it broken, what next? (P-20)"""

from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from osos import jobs
from osos.console.classes import CLASSES
from osos.console.desk import at_desk
from osos.console.screens.fleet.view import fleet_view
from osos.headend import ASK_JOB
from osos.mdm import faces, fleet
from osos.web import Screen, svg
from osos.web.sse import live

UNREAD_SHOWN = 8

router = APIRouter()


@router.get("/o", name="console.fleet")
def show(request: Request) -> Response:
    return _page(request, "page")


@router.get("/o/figures", name="console.fleet_part")
def part(request: Request) -> Response:
    """The figures alone, for a browser that has lost its stream."""
    return _page(request, "figures")


@router.get("/o/live", name="console.fleet_live")
async def stream(request: Request) -> Response:
    return live(request, lambda: bytes(_page(request, "figures").body).decode())


def _page(request: Request, part: str) -> Response:
    with at_desk(request) as desk:
        found = fleet.health(desk.conn, now=desk.now)
        queue = jobs.counts(desk.conn)
        unread = fleet.unread(desk.conn, now=desk.now, limit=UNREAD_SHOWN)
        points = faces.seen_points(desk.conn, desk.viewer, [one.point_id for one in unread], now=desk.now)
        return desk.page(
            "fleet",
            part=part,
            is_live=True,
            health=found,
            view=fleet_view(found, f=desk.f, t=desk.t),
            asked=sum(queue.get((ASK_JOB, state), 0) for state in ("waiting", "running")),
            dead=sum(number for (_, state), number in queue.items() if state == "dead"),
            unread=unread,
            seen={one.point_id: one for one in points},
            ramp=svg.ramp_key("s", title=desk.t("o.fleet.strip_key")),
            known_classes=CLASSES,
        )


SCREEN = Screen(name="console.fleet", router=router, folder=Path(__file__).parent)
