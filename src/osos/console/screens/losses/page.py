"""Where is energy lost that could be recovered, and what has to be looked at in the field (D-33)?"""

from pathlib import Path

from fastapi import APIRouter
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from osos import access
from osos.access import Act, may
from osos.console.desk import Desk, at_desk
from osos.console.screens.explain.figure import ShownFigure, shown_figure
from osos.console.screens.losses.evidence import evidence_of
from osos.mdm import faces
from osos.mdm.explain.of_network import SeenAgain, seen_again, suspicion_told, year_told
from osos.mdm.labels import date_of_day
from osos.mdm.network import suspecting
from osos.mdm.network.suspecting import PATTERNS, STATES, Suspected
from osos.web import Formats, Screen, web_of

DECISIONS = ("confirmed", "dismissed", "open")
MOST_NOTE = 400
# Where on the page a number of the sum is seen: the picture it was fitted to, or the days it adds up.
WAYS_HERE = {
    **dict.fromkeys(
        ("true_over_used", "rise", "days_since", "following.own", "following.other"), "#evidence"
    ),
    **dict.fromkeys(("import", "apparent", "net"), "#days"),
}
RECORDS = {"phase": "31.7.0", "place": "32.7.0 max"}  # the column of the load profile a suspicion rests on

router = APIRouter()


@router.get("/o/losses", name="console.losses")
def show(request: Request) -> Response:
    with at_desk(request) as desk:
        state = _one_of(STATES, desk.query.get("state", "")) or STATES[0]
        pattern = _one_of(PATTERNS, desk.query.get("pattern", ""))
        rows = suspecting.queue(desk.conn, state=state, pattern=pattern)
        ids = [one.point_id for one in rows]
        seen = faces.seen_points(desk.conn, desk.viewer, ids, now=desk.now)
        return desk.page(
            "losses",
            state=state,
            states=STATES,
            pattern=pattern,
            patterns=PATTERNS,
            rows=rows,
            totals=suspecting.totals(desk.conn),
            seen={one.point_id: one for one in seen},
        )


@router.get("/o/losses/{suspicion}", name="console.suspicion")
def show_one(request: Request, suspicion: str) -> Response:
    return _page(request, suspicion)


@router.post("/o/losses/{suspicion}", name="console.suspicion_decide")
async def decide(request: Request, suspicion: str) -> Response:
    """What somebody found who looked; without a word of why nothing is kept."""
    form = await request.form()
    return await run_in_threadpool(_decide, request, suspicion, form)


def _decide(request: Request, suspicion: str, form: FormData) -> Response:
    state = _one_of(DECISIONS, str(form.get("state", "")))
    note = " ".join(str(form.get("note", "")).split())[:MOST_NOTE]
    if state is None or not note:
        return _page(request, suspicion, refused=True, note=note, chosen=state or "")
    web = web_of(request)
    with at_desk(request) as desk:
        by, now = desk.viewer.account, desk.now
    with web.store.begin() as conn:
        if suspecting.decide(conn, suspicion, state=state, note=note, by=by, now=now) is None:
            raise HTTPException(404)
    return RedirectResponse(f"/o/losses/{suspicion}", status_code=303)


def _page(
    request: Request, suspicion: str, *, refused: bool = False, note: str = "", chosen: str = ""
) -> Response:
    with at_desk(request) as desk:
        one = suspecting.find_suspicion(desk.conn, suspicion)
        if one is None:
            raise HTTPException(404)
        seen = faces.seen_points(desk.conn, desk.viewer, [one.point_id], now=desk.now)
        again = seen_again(desk.conn, one, now=desk.now)
        response = desk.page(
            "losses",
            section="losses",
            part="one",
            one=one,
            seen=seen[0] if seen else None,
            evidence=again and evidence_of(one, again, f=desk.f, t=desk.t),
            sums=_sums(desk, one, again, seen[0].public_id if seen else ""),
            ways_here=WAYS_HERE,
            records=RECORDS.get(one.pattern),
            decided_by=_name_of(desk.conn, one),
            decisions=DECISIONS,
            may_act=may(desk.viewer, Act.VALIDATE),
            refused=refused,
            note=note,
            chosen=chosen,
            date_of=date_of_day,
            says=_says(one, desk.f),
        )
    if refused:
        response.status_code = 422
    return response


def _sums(desk: Desk, one: Suspected, again: SeenAgain | None, point: str) -> list[ShownFigure]:
    """What could be recovered in these days, and in a year at that pace."""
    told = [None if again is None else suspicion_told(one, again), year_told(one)]
    return [shown_figure(each, point=point, f=desk.f, t=desk.t) for each in told if each is not None]


_SHARES = frozenset({"export_share", "counted_share", "drop_share"})


def _says(one: Suspected, f: Formats) -> dict[str, str]:
    """The numbers of the evidence as the reader writes them."""
    return {
        name: f.percent(value, 0) if name in _SHARES else f.number(value, 2)
        for name, value in one.facts.items()
    }


def _name_of(conn: Connection, one: Suspected) -> str:
    """The person's name, not his account."""
    if one.decided_by is None:
        return ""
    account = access.find_account(conn, public_id=one.decided_by)
    return one.decided_by if account is None else account.name


def _one_of(known: tuple[str, ...], text: str) -> str | None:
    return text if text in known else None


SCREEN = Screen(name="console.losses", router=router, folder=Path(__file__).parent)
