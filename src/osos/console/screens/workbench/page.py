"""What is wrong with one day of one point, and what is done about it (P-23)?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from osos.access import Act, may
from osos.console.desk import Desk, at_desk, staff_of
from osos.console.screens.validation.queue import after_entry
from osos.console.screens.workbench import view
from osos.console.screens.workbench.curve import curve
from osos.console.screens.workbench.forms import Problem, order_of, refusal
from osos.console.screens.workbench.known import WEEK, KnownDay, known_day
from osos.console.screens.workbench.orders import Order, Trial, give, try_out
from osos.mdm import editing, faces
from osos.mdm.canonical import Channel
from osos.mdm.estimates.ladder import LADDER
from osos.mdm.faces import SeenPoint
from osos.mdm.keeping.decisions import SYSTEM
from osos.mdm.labels import date_of_day, day_number
from osos.mdm.rules import BY_ID
from osos.web import Screen, web_of

_YEARS = range(2000, 2200)

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a form came to: a trial to be confirmed, a problem, or nothing yet; with what was filled in."""

    form: Mapping[str, str]
    trial: Trial | None = None
    problem: Problem | None = None


@router.get("/o/validation/{point}/{day}", name="console.workbench")
def show(request: Request, point: str, day: str) -> Response:
    return _page(request, point, _day(day), None)


@router.post("/o/validation/{point}/{day}", name="console.workbench_act")
async def act(request: Request, point: str, day: str) -> Response:
    """Try an order out, or give it: `step` says which."""
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    return await run_in_threadpool(_act, request, point, _day(day), form)


def _act(request: Request, point: str, day: date, form: Mapping[str, str]) -> Response:
    number = day_number(day)
    with at_desk(request) as desk:
        seen = desk.point(point)
        known = known_day(desk.conn, point_id=seen.point_id, day=number)
        order = (
            Problem("from", "o.workbench.refused.NothingThere")
            if known is None
            else order_of(
                form,
                point_id=seen.point_id,
                day=number,
                period_min=known.believed.period_min,
                by=desk.viewer.account,
                now=desk.now,
            )
        )
    if known is None or isinstance(order, Problem):
        return _page(
            request, point, day, Answer(form=form, problem=order if isinstance(order, Problem) else None)
        )
    if form.get("seen") not in {None, "", known.seen}:
        return _page(
            request, point, day, Answer(form=form, problem=Problem("from", "o.workbench.problem.changed"))
        )
    return (
        _given(request, point, day, order, form)
        if form.get("step") == "do"
        else _tried(request, point, day, order, form)
    )


def _tried(request: Request, point: str, day: date, order: Order, form: Mapping[str, str]) -> Response:
    try:
        trial = try_out(web_of(request).store, order)
    except editing.CannotEdit as error:
        return _page(request, point, day, Answer(form=form, problem=refusal(error)))
    return _page(request, point, day, Answer(form=form, trial=trial))


def _given(request: Request, point: str, day: date, order: Order, form: Mapping[str, str]) -> Response:
    web = web_of(request)
    staff_of(request)
    try:
        with web.store.begin() as conn:
            done = give(conn, order)
    except editing.CannotEdit as error:
        return _refused(request, point, day, order, form, error)
    rule = form.get("rule", "")
    kept = f"&rule={rule}" if rule in BY_ID else ""
    said = "waits" if done.waits else "done"
    return RedirectResponse(f"/o/validation/{point}/{day.isoformat()}?said={said}{kept}", status_code=303)


def _refused(  # noqa: PLR0917  # one refusal is told once
    request: Request, point: str, day: date, order: Order, form: Mapping[str, str], error: editing.CannotEdit
) -> Response:
    """Where only the reason is wrong the trial stays on the page."""
    trial = None
    if isinstance(error, editing.NoReason):
        try:
            trial = try_out(web_of(request).store, order)
        except editing.CannotEdit as other:
            error = other
    return _page(request, point, day, Answer(form=form, trial=trial, problem=refusal(error)))


def _page(request: Request, point: str, day: date, answer: Answer | None) -> Response:
    with at_desk(request) as desk:
        seen = desk.point(point)
        known = known_day(desk.conn, point_id=seen.point_id, day=day_number(day), now=desk.now)
        rule = (answer.form if answer else desk.query).get("rule", "")
        facts: dict[str, Any] = (
            {"slots": ()} if known is None else _facts(desk, known, answer, rule if rule in BY_ID else "")
        )
        following = after_entry(
            desk.conn, rule=rule if rule in BY_ID else None, day=day_number(day), point_id=seen.point_id
        )
        response = desk.page(
            "workbench",
            section="validation",
            point=seen,
            day=day,
            rule=rule if rule in BY_ID else "",
            may_act=may(desk.viewer, Act.VALIDATE),
            following=_address(desk, following),
            said=desk.query.get("said", "") if answer is None else "",
            answer=answer,
            known=known,
            system=SYSTEM,
            week=timedelta(days=WEEK),
            **facts,
        )
    if answer is not None and answer.problem is not None:
        response.status_code = 422
    return response


def _facts(desk: Desk, known: KnownDay, answer: Answer | None, rule: str) -> dict[str, Any]:
    form = answer.form if answer else {}
    trial = answer.trial if answer else None
    asked, own = view.first_slots(known, rule)
    channel = _channel(form.get("channel") or desk.query.get("channel", ""), own, known)
    proposed = trial.after if trial is not None else known.proposed
    slots = view.slots_of(known, channel, proposed)
    period = known.believed.period_min
    drawn = view.curves_of(known, slots, f=desk.f, t=desk.t)
    title = desk.t("o.workbench.curve", day=desk.f.day(slots[0].start))
    language = desk.request.state.language
    return {
        "slots": slots,
        "channel": channel,
        "channels": view.channels_of(known),
        "unit": view.unit_of(channel),
        "unit_of": view.unit_of,
        "drawn": drawn,
        "curves": [
            curve(drawn, f=desk.f, title=title, mark=desk.t("o.workbench.doubtful"), wide=wide)
            for wide in (True, False)
        ],
        "checks": view.check_lines(known, proposed),
        "rule_name": lambda name: view.rule_name(name, language),
        "said_of": lambda one: view.said_of(one, language),
        "tones": view.TONES,
        "clock_of": lambda slot: view.clock_of(slot, period),
        "names": view.names_of(desk.conn, _actors(known), desk.t),
        "ladder": LADDER,
        "filled_in": {
            "from": form.get("from") or view.clock_of(asked.start, period),
            "until": form.get("until") or view.clock_of(asked.stop, period),
            "reason": form.get("reason", ""),
            "values": form.get("values") or _values_text(desk, known, channel, asked),
        },
    }


def _values_text(desk: Desk, known: KnownDay, channel: Channel, slots: range) -> str:
    """What the slots hold now, as the meter counts, ready to be changed."""
    marks = "," if desk.request.state.language == "tr" else "."
    values = view.secondaries(known.believed, channel, slots)
    return "\n".join(f"{value / 1000:.3f}".replace(".", marks) for value in values)


def _channel(asked: str, own: Channel, known: KnownDay) -> Channel:
    there = view.channels_of(known)
    found = next((one for one in there if one.value == asked), own)
    return found if found in there else there[0]


def _actors(known: KnownDay) -> list[str]:
    return [row.actor for row in known.rows] + [one.decided_by for one in known.corrections if one.decided_by]


def _address(desk: Desk, following: tuple[int, int] | None) -> str:
    """Where the next day that asks for a look is."""
    if following is None:
        return ""
    found: tuple[SeenPoint, ...] = faces.seen_points(desk.conn, desk.viewer, [following[0]], now=desk.now)
    return f"/o/validation/{found[0].public_id}/{date_of_day(following[1]).isoformat()}" if found else ""


def _day(text: str) -> date:
    """The day of this address, or the page that says there is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise HTTPException(404) from None
    if day.year not in _YEARS:
        raise HTTPException(404)
    return day


SCREEN = Screen(name="console.workbench", router=router, folder=Path(__file__).parent)
