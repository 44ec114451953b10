"""What is to be done at the bench now, and what has come out so far?"""

from pathlib import Path

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from osos.conformity.catalogue import form as ek2
from osos.conformity.rigs.page import NoLongerAsked, NotAnAnswer, Question
from osos.console.bench import LiveRun, Look, at_bench
from osos.web import Screen
from osos.web.sse import live

EVERY_S = 0.5  # somebody stands there with a finger on a button

router = APIRouter()


@router.get("/t/now", name="console.bench_now")
def show(request: Request) -> Response:
    return _page(at_bench(request), "page")


@router.get("/t/now/part", name="console.bench_now_part")
def part(request: Request) -> Response:
    """The act alone, for a browser that has lost its stream."""
    look = at_bench(request)
    _running(look)
    return _page(look, "act")


@router.get("/t/now/live", name="console.bench_now_live")
async def stream(request: Request) -> Response:
    await run_in_threadpool(_running, at_bench(request))
    return live(request, lambda: bytes(_page(at_bench(request), "act").body).decode(), every_s=EVERY_S)


@router.post("/t/now/answers", name="console.bench_answer")
async def answer(request: Request) -> Response:
    """The first answer counts; a later one is told whose that was."""
    async with request.form() as form:
        said = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    return await run_in_threadpool(_answer, at_bench(request), said)


@router.post("/t/now/stop", name="console.bench_stop")
def stop(request: Request) -> Response:
    """Interrupted, to be gone on with; after the end the bench's own pages close."""
    look = at_bench(request)
    run = _running(look)
    is_idle = run.desk.look().question is None and not _is_over(run)
    run.desk.close()
    answer = _page(look, "page")  # drawn now: the program may end before another page is asked for
    if is_idle:
        run.interrupt()
    return answer


def _answer(look: Look, said: dict[str, str]) -> Response:
    run = _running(look)
    number = said.pop("question", "")
    if not number.isascii() or not number.isdecimal() or len(number) > 9:
        raise HTTPException(422)
    try:
        run.desk.answer(int(number), said, by=look.viewer.name)
    except NoLongerAsked as late:
        return _page(look, "page", status=409, late=late)
    except NotAnAnswer as wrong:
        return _page(look, "page", status=422, wrong=wrong.fields, typed=said)
    return RedirectResponse("/t/now", 303)


def _running(look: Look) -> LiveRun:
    if look.bench.live is None:
        raise HTTPException(404)
    return look.bench.live


def _is_over(run: LiveRun) -> bool:
    return bool(run.trouble) or run.watcher.picture().doing == "over"


def _page(look: Look, part: str, *, status: int = 200, **facts: object) -> Response:
    run = look.bench.live
    asking = run.desk.look() if run else None
    question = asking.question if asking else None
    is_over = run is not None and _is_over(run)
    return look.page(
        "bench_now",
        section="now",
        part=part,
        status=status,
        run=run,
        asking=asking,
        question=question,
        about=_about(question),
        picture=run.watcher.picture() if run else None,
        is_over=is_over,
        is_live=run is not None and not is_over and not (asking and asking.closed),
        **({"late": None, "wrong": {}, "typed": {}} | facts),
    )


def _about(question: Question | None) -> dict[str, object] | None:
    """The step and check of the form that is signed for."""
    if question is None or not question.about:
        return None
    name, _, number = question.about.partition("/")
    step = ek2().step(name)
    return {"step": step, "check": step.checks[int(number) - 1], "group": ek2().group(step.group)}


SCREEN = Screen(name="console.bench_now", router=router, folder=Path(__file__).parent)
