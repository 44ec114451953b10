"""How is the hourly table asked for, shown and taken away?"""

from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from osos.mdm import faces
from osos.portal.asking import Asked, asked, steps
from osos.portal.files import hourly_sheet, send
from osos.portal.look import Look, looking
from osos.portal.screens.hourly.lines import line_of
from osos.portal.screens.hourly.view import HourlyView, hourly_view
from osos.quantities import Quality
from osos.web import Screen

DAYS_MOST = 31  # a page: 744 rows

router = APIRouter()


@router.get("/p/{point}/hourly", name="portal.hourly")
def show(request: Request, point: str) -> Response:
    with looking(request, point) as look:
        wanted = _asked(look)
        view = _view(look, wanted)
        return look.page(
            "hourly",
            wanted,
            view=view,
            measured_quality=Quality.MEASURED,
            line=line_of(look.f, look.t("hourly.again")),
            **steps(wanted, now=look.now),
        )


@router.get("/p/{point}/hourly.{kind}", name="portal.hourly_file")
def take(request: Request, point: str, kind: str) -> Response:
    with looking(request, point) as look:
        wanted = _asked(look)
        sheet = hourly_sheet(look, wanted, _view(look, wanted))
        return send(look, sheet, kind, name=f"saatlik_{wanted.first}_{wanted.last}")


def _asked(look: Look) -> Asked:
    return asked(look.query, now=look.now, usual="month", days_most=DAYS_MOST, finest="hour")


def _view(look: Look, wanted: Asked) -> HourlyView:
    series = faces.series(look.conn, look.seen, period=wanted.period, resolution="hour")
    indices = faces.indices(look.conn, look.seen, period=wanted.period)
    clocks = faces.clock_changes(look.conn, look.seen, period=wanted.period)
    return hourly_view(series, indices, look.seen.installations, clocks)


SCREEN = Screen(name="portal.hourly", router=router, folder=Path(__file__).parent)
