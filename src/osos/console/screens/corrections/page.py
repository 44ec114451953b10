"""What became known of months that are settled, and what did the market operator say to it (D-23)?"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from osos.access import Act, may
from osos.console.desk import at_desk
from osos.console.screens.workbench.view import names_of, unit_of
from osos.mdm import faces
from osos.mdm.keeping import corrections
from osos.mdm.keeping.closing import State
from osos.mdm.keeping.corrections import Correction
from osos.mdm.labels import date_of_day
from osos.web import Screen, web_of

A_PAGE = 50
ACTS = ("approved", "rejected", "agree", "disagree")
_STATES = {"approved": State.APPROVED, "rejected": State.REJECTED}
_REASON_MOST = 400

router = APIRouter()
Key = tuple[int, int, int]  # point, day, number


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was asked and could not be done: the id of the words, and what was filled in."""

    word: str
    entries: tuple[str, ...]
    reason: str


@router.get("/o/corrections", name="console.corrections")
def show(request: Request) -> Response:
    return _page(request, None)


@router.post("/o/corrections", name="console.corrections_act")
async def decide(request: Request) -> Response:
    """The first word on some of them, or the second."""
    form = await request.form()
    return await run_in_threadpool(_decide, request, form)


def _decide(request: Request, form: FormData) -> Response:
    entries = tuple(text for text in form.getlist("entry") if isinstance(text, str))[:A_PAGE]
    keys = [key for text in entries if (key := _key(text)) is not None]
    act = next((one for one in ACTS if one == form.get("act")), "")
    reason = str(form.get("reason", "")).strip()[:_REASON_MOST]
    web = web_of(request)
    with at_desk(request) as desk:
        by, now = desk.viewer.account, desk.now
    problem = _problem(keys, act, reason)
    if not problem:
        try:
            with web.store.begin() as conn:
                for point_id, day, number in keys:
                    facts = {"point_id": point_id, "day": day, "number": number}
                    if act in _STATES:
                        corrections.ask(conn, **facts, state=_STATES[act], by=by, reason=reason, now=now)
                    else:
                        corrections.look(conn, **facts, agree=act == "agree", by=by, now=now)
        except (corrections.NotPending, corrections.NotAsked):
            problem = "o.corrections.problem.over"
        except corrections.SamePerson:
            problem = "o.corrections.problem.same"
    if problem:
        return _page(request, Answer(word=problem, entries=entries, reason=reason))
    said = "asked" if act in _STATES else "looked"
    return RedirectResponse(f"/o/corrections?said={said}", status_code=303)


def _problem(keys: Sequence[Key], act: str, reason: str) -> str:
    if not act or not keys:
        return "o.corrections.problem.none"
    return "o.corrections.problem.reason" if act in _STATES and not reason else ""


def _page(request: Request, answer: Answer | None) -> Response:
    with at_desk(request) as desk:
        after = _key(desk.query.get("after", "")) or (0, 0, 0)
        found = corrections.list_corrections(desk.conn, after=after, limit=A_PAGE + 1)
        shown = found[:A_PAGE]
        ids = [one.point_id for one in shown]
        seen = {one.point_id: one for one in faces.seen_points(desk.conn, desk.viewer, ids, now=desk.now)}
        actors = [one.asked_by for one in shown if one.asked_by]
        response = desk.page(
            "corrections",
            section="validation",
            total=corrections.count_pending(desk.conn),
            waiting=[one for one in shown if one.asked_state is None],
            asked=[one for one in shown if one.asked_state is not None],
            after=".".join(map(str, _key_of(shown[-1]))) if len(found) > A_PAGE else None,
            is_first=after == (0, 0, 0),
            seen=seen,
            names=names_of(desk.conn, actors, desk.t),
            entry_of=lambda one: ".".join(map(str, _key_of(one))),
            unit_of=unit_of,
            date_of=date_of_day,
            may_act=may(desk.viewer, Act.VALIDATE),
            said=desk.query.get("said", "") if answer is None else "",
            answer=answer,
        )
    if answer is not None:
        response.status_code = 422
    return response


def _key_of(one: Correction) -> Key:
    return one.point_id, one.day, one.number


def _key(text: str) -> Key | None:
    parts = text.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
        return None
    point_id, day, number = (int(part) for part in parts)
    return point_id, day, number


SCREEN = Screen(name="console.corrections", router=router, folder=Path(__file__).parent)
