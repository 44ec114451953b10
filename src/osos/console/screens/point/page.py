"""What is a meter's whole story? (P-21)"""

from datetime import datetime, timedelta
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from osos.console.desk import Desk, at_desk
from osos.console.questions import DIRECTIVES, PROFILES
from osos.console.screens.point.view import STORY_KINDS, holders, strip
from osos.headend import WrittenOutcome, list_outcomes
from osos.mdm import faces, fleet
from osos.mdm.faces import SeenPoint
from osos.quantities import Interval, local_day, local_midnight
from osos.registry.behind import ModemBefore
from osos.web import Screen

DAYS = 35
OUTCOMES_SHOWN = 12
OF_EACH = 20

router = APIRouter()


@router.get("/o/points/{point}", name="console.point")
def show(request: Request, point: str) -> Response:
    with at_desk(request) as desk:
        seen = desk.point(point)
        today = local_midnight(local_day(desk.now))
        period = Interval(today - timedelta(days=DAYS - 1), today + timedelta(days=1))
        whole = faces.completeness(desk.conn, seen, period=period)
        story = fleet.story(desk.conn, seen, before=_before(desk), of_each=OF_EACH)
        modem = next((one for one in reversed(story.modems) if one.until is None), None)
        registers = faces.registers(desk.conn, seen)
        return desk.page(
            "point",
            section="points",
            point=seen,
            place=seen.place,
            hung=seen.meter_at(desk.now),
            whole=whole,
            strip=[strip(whole.days, f=desk.f, t=desk.t, wide=wide) for wide in (True, False)],
            story=story,
            kinds=STORY_KINDS,
            modem=modem,
            registers=registers,
            outcomes=_outcomes(desk, seen, modem),
            holders=holders(desk.conn, seen, at=desk.now),
            directives=DIRECTIVES,
            profiles=PROFILES,
            days=DAYS,
            gap_day=lambda gap: local_day(gap.period.start).isoformat(),
        )


def _before(desk: Desk) -> datetime | None:
    """Older lines by link; what is no time asks for the newest."""
    try:
        at = datetime.fromisoformat(desk.query.get("before", ""))
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def _outcomes(desk: Desk, seen: SeenPoint, modem: ModemBefore | None) -> list[WrittenOutcome]:
    """What was asked of this meter at its modem, the latest first."""
    hung = seen.meter_at(desk.now)
    if modem is None or hung is None:
        return []
    of_modem = list_outcomes(desk.conn, modem=str(modem.device), limit=200)
    own = {hung.meter.serial, str(hung.meter)}
    return [one for one in of_modem if one.meter in own][:OUTCOMES_SHOWN]


SCREEN = Screen(name="console.point", router=router, folder=Path(__file__).parent)
