"""How does one read come along, while somebody watches?"""

from datetime import datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from osos.console.desk import Desk, at_desk, staff_of
from osos.console.questions import DIRECTIVES, PROFILES, Asked, asked_of
from osos.headend import ASK_JOB, Question, put_question
from osos.jobs import job_payload, job_status
from osos.mdm.faces import SeenPoint
from osos.quantities import DeviceId, to_utc
from osos.store import record_event
from osos.web import Screen, web_of
from osos.web.sse import live

router = APIRouter()


@router.post("/o/points/{point}/reads", name="console.read_now")
def ask(
    request: Request,
    point: str,
    directive: Annotated[str, Form()],
    first: Annotated[str, Form(alias="from")] = "",
    last: Annotated[str, Form(alias="to")] = "",
) -> Response:
    """Ask the meter that hangs there now; the answer comes on the page this leads to."""
    with at_desk(request) as desk:
        seen = desk.point(point)
        question = _question(desk, seen, directive, first, last)
    web, viewer = web_of(request), staff_of(request)
    with web.store.begin() as conn:
        job_id = put_question(conn, question)
        record_event(
            conn,
            at=web.clock.now(),
            actor=viewer.account,
            act="asked for a read",
            subject=f"meter {question.device}",
            after={"job": job_id, "directive": directive},
        )
    return RedirectResponse(f"/o/reads/{job_id}?point={seen.public_id}", status_code=303)


@router.get("/o/reads/{job_id}", name="console.read")
def show(request: Request, job_id: int) -> Response:
    return _page(request, job_id, "page")


@router.get("/o/reads/{job_id}/progress", name="console.read_part")
def part(request: Request, job_id: int) -> Response:
    """The progress alone, for a browser that has lost its stream."""
    return _page(request, job_id, "progress")


@router.get("/o/reads/{job_id}/live", name="console.read_live")
async def stream(request: Request, job_id: int) -> Response:
    await run_in_threadpool(_page, request, job_id, "progress")  # what is not there has no stream
    return live(request, lambda: bytes(_page(request, job_id, "progress").body).decode(), every_s=1.0)


def _page(request: Request, job_id: int, part: str) -> Response:
    with at_desk(request) as desk:
        asked = _asked(desk, job_id)
        public_id = desk.query.get("point", "")
        seen = desk.point(public_id) if public_id else None
        return desk.page(
            "read",
            section="reads",
            part=part,
            is_live=not asked.is_over,
            asked=asked,
            point=seen,
            directives=DIRECTIVES,
        )


def _question(desk: Desk, seen: SeenPoint, directive: str, first: str, last: str) -> Question:
    hung = seen.meter_at(desk.now)
    if hung is None or directive not in DIRECTIVES:
        raise HTTPException(422)
    start, end = (_instant(text) for text in (first, last)) if directive in PROFILES else (None, None)
    if start is not None and end is not None and start > end:
        start, end = end, start
    return Question(
        device=DeviceId(hung.meter.flag, hung.meter.serial), directive=directive, start=start, end=end
    )


def _instant(text: str) -> datetime | None:
    """A field of a form; empty says nothing, and what is no time is refused."""
    if not text:
        return None
    try:
        return to_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        raise HTTPException(422) from None


def _asked(desk: Desk, job_id: int) -> Asked:
    status = job_status(desk.conn, job_id) if job_id < 1 << 62 else None
    if status is None or status.kind != ASK_JOB:
        raise HTTPException(404)
    return asked_of(status, job_payload(desk.conn, job_id))


SCREEN = Screen(name="console.read", router=router, folder=Path(__file__).parent)
