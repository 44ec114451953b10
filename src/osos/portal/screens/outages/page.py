"""How are outages asked for and shown?"""

from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from osos.mdm import faces
from osos.portal.asking import HOURS_UNTIL, Asked, asked, steps
from osos.portal.look import Look, looking
from osos.portal.pictures import Picture, both
from osos.portal.screens.outages.view import HUES, LANES, OutagesView, lane_of, outages_view
from osos.quantities import Interval
from osos.web import Screen
from osos.web.svg import Happening, time_line

router = APIRouter()


@router.get("/p/{point}/outages", name="portal.outages")
def show(request: Request, point: str) -> Response:
    with looking(request, point) as look:
        wanted = asked(look.query, now=look.now, usual="month", days_most=HOURS_UNTIL, finest="day")
        view = outages_view(faces.outages(look.conn, look.seen, period=wanted.period))
        return look.page(
            "outages",
            wanted,
            view=view,
            line=_line(look, wanted, view),
            lane_of=lane_of,
            hues=HUES,
            **steps(wanted, now=look.now),
        )


def _line(look: Look, wanted: Asked, view: OutagesView) -> Picture:
    happenings = [
        Happening(
            period=Interval(one.period.start, one.period.end),
            kind=HUES[lane_of(one)],
            lane=LANES.index(lane_of(one)),
            tip=f"{look.f.when(one.period.start)} · {look.f.span(one.period.length)}",
        )
        for one in (*view.outages, *view.unread)
    ]
    return both(
        time_line,
        happenings,
        period=wanted.period,
        f=look.f,
        title=look.t("outages.line", days=look.f.days(wanted.first, wanted.last)),
        lanes=[look.t(f"outages.{lane}") for lane in LANES],
    )


SCREEN = Screen(name="portal.outages", router=router, folder=Path(__file__).parent)
