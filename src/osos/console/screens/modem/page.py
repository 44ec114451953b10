"""What is this modem, what did it bring, and what hangs behind it?"""

from pathlib import Path

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from osos import registry
from osos.console.desk import at_desk
from osos.headend import list_outcomes
from osos.mdm import faces, ledger
from osos.quantities import DeviceId, NotADevice
from osos.store import list_events
from osos.web import Screen

OUTCOMES_SHOWN, FRAMES_SHOWN, EVENTS_SHOWN = 30, 30, 30

router = APIRouter()


@router.get("/o/modems/{modem}", name="console.modem")
def show(request: Request, modem: str) -> Response:
    with at_desk(request) as desk:
        found = registry.find_modem(desk.conn, _device(modem))
        if found is None:
            raise HTTPException(404)
        behind = registry.meters_behind(desk.conn, found.id, desk.now)
        points = faces.seen_points(desk.conn, desk.viewer, [one.point_id for one in behind], now=desk.now)
        events = list_events(desk.conn, subject=f"modem {found.device}")
        return desk.page(
            "modem",
            section="modems",
            modem=found,
            identity=sorted((found.identification or {}).items()),
            behind=behind,
            points={one.point_id: one for one in points},
            outcomes=list_outcomes(desk.conn, modem=str(found.device), limit=OUTCOMES_SHOWN),
            frames=ledger.latest_frames(desk.conn, modem_id=found.id, limit=FRAMES_SHOWN),
            events=list(reversed(events))[:EVENTS_SHOWN],
        )


def _device(text: str) -> DeviceId:
    try:
        return DeviceId(text[:3], text[3:])
    except NotADevice:
        raise HTTPException(404) from None


SCREEN = Screen(name="console.modem", router=router, folder=Path(__file__).parent)
