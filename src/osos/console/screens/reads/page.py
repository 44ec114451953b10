"""Which reads were asked for, which ran by plan, and how did they end?"""

from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from osos import jobs
from osos.console.desk import at_desk
from osos.console.questions import DIRECTIVES, asked_in_list
from osos.headend import ASK_JOB, list_outcomes
from osos.web import Screen

ASKED_SHOWN, ENDED_SHOWN = 25, 100

router = APIRouter()


@router.get("/o/reads", name="console.reads")
def show(request: Request) -> Response:
    with at_desk(request) as desk:
        asked = [asked_in_list(one) for one in jobs.recent_jobs(desk.conn, kind=ASK_JOB, limit=ASKED_SHOWN)]
        ended = list_outcomes(desk.conn, limit=ENDED_SHOWN)
        return desk.page("reads", asked=asked, ended=ended, directives=DIRECTIVES)


SCREEN = Screen(name="console.reads", router=router, folder=Path(__file__).parent)
