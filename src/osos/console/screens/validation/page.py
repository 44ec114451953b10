"""Which days of which points ask for a look (P-23)?"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from osos.access import Act, may
from osos.console.classes import CLASSES
from osos.console.desk import Desk, at_desk
from osos.console.screens.validation.batch import BATCH_ACTS, Line, chosen_of, give_all, try_all
from osos.console.screens.validation.queue import Asked, known_rule, page_of, summary
from osos.console.screens.validation.waiting import waiting_list
from osos.console.screens.workbench.view import TONES, names_of, rule_name, said_of, unit_of
from osos.mdm import faces
from osos.mdm.keeping.corrections import count_pending
from osos.mdm.labels import date_of_day, day_number
from osos.mdm.rules import RULES
from osos.quantities import local_day
from osos.web import Screen, web_of

A_PAGE = 50

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a batch would do (`is_done` false) or did, and what was filled in."""

    act: str
    reason: str
    entries: tuple[str, ...]
    lines: Sequence[Line] = ()
    is_done: bool = False
    needs_reason: bool = False


@router.get("/o/validation", name="console.validation")
def show(request: Request) -> Response:
    return _page(request, None)


@router.post("/o/validation", name="console.validation_batch")
async def several(request: Request) -> Response:
    """Try one decision on many days, or make it: `step` says which."""
    form = await request.form()
    return await run_in_threadpool(_several, request, form)


def _several(request: Request, form: FormData) -> Response:
    entries = tuple(text for text in form.getlist("entry") if isinstance(text, str))
    act = next((one for one in BATCH_ACTS if one == form.get("act")), BATCH_ACTS[0])
    reason = str(form.get("reason", "")).strip()[:400]
    rule = known_rule(str(form.get("rule", ""))) or ""
    web = web_of(request)
    with at_desk(request) as desk:
        by, now = desk.viewer.account, desk.now
        chosen = chosen_of(desk.conn, desk.viewer, entries, rule=rule, now=now)
    wanted = form.get("step") == "do"
    if wanted and reason:
        lines = give_all(web.store, chosen, act, by=by, reason=reason, now=now)
    else:
        lines = try_all(web.store, chosen, act, by=by, now=now)
    batch = Batch(
        act=act,
        reason=reason,
        entries=tuple(f"{one.seen.public_id}/{one.day.isoformat()}" for one in chosen),
        lines=lines,
        is_done=bool(wanted and reason),
        needs_reason=wanted and not reason,
    )
    return _page(request, batch, rule)


def _page(request: Request, batch: Batch | None, rule_of_form: str = "") -> Response:
    with at_desk(request) as desk:
        asked = _asked(desk, rule_of_form)
        today = day_number(local_day(desk.now))
        rows, after = page_of(desk.conn, asked, today=today, limit=A_PAGE, now=desk.now)
        waiting, waiting_count = waiting_list(desk.conn)
        ids = [row.entry.point_id for row in rows] + [one.decision.point_id for one in waiting]
        seen = {one.point_id: one for one in faces.seen_points(desk.conn, desk.viewer, ids, now=desk.now)}
        language = request.state.language
        response = desk.page(
            "validation",
            rules=summary(desk.conn, today=today),
            all_rules=RULES,
            asked=asked,
            rows=rows,
            after=None if after is None else f"{after[0]}.{after[1]}",
            is_first=asked.after == (0, 0),
            waiting=waiting,
            waiting_count=waiting_count,
            corrections_count=count_pending(desk.conn),
            waits={(one.decision.point_id, day) for one in waiting for day in one.days},
            names=names_of(desk.conn, [one.decision.actor for one in waiting], desk.t),
            seen=seen,
            may_act=may(desk.viewer, Act.VALIDATE),
            batch=batch,
            acts=BATCH_ACTS,
            classes=sorted(CLASSES),
            date_of=date_of_day,
            unit_of=unit_of,
            tones=TONES,
            rule_name=lambda rule: rule_name(rule, language),
            said_of=lambda one: said_of(one, language),
        )
    if batch is not None and batch.needs_reason:
        response.status_code = 422
    return response


def _asked(desk: Desk, rule_of_form: str) -> Asked:
    query = desk.query
    day, _, point = query.get("after", "").partition(".")
    valid = all(part.isascii() and part.isdigit() and len(part) < 10 for part in (day, point))
    return Asked(
        rule=known_rule(query.get("rule", "") or rule_of_form),
        district=query.get("district", "")[:64].strip(),
        point_class=query.get("class", "")[:64],
        after=(int(day), int(point)) if valid else (0, 0),
    )


SCREEN = Screen(name="console.validation", router=router, folder=Path(__file__).parent)
