"""What does the form say of this run, and what still waits for a person?"""

from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from osos.console.bench import Look, at_bench
from osos.console.screens.bench_run.changed import changes
from osos.console.screens.bench_run.files import FILES, file_of
from osos.console.screens.bench_run.measured import Unfit, hand_in
from osos.console.screens.bench_run.plots import plots
from osos.console.screens.bench_run.signing import Refused, SigningForm, sign_one
from osos.console.screens.bench_run.view import form_view, identity
from osos.web import Screen

router = APIRouter()


@router.get("/t/runs/{run}", name="console.bench_run")
def show(request: Request, run: str) -> Response:
    return _page(at_bench(request), run)


@router.post("/t/runs/{run}/signatures", name="console.bench_sign")
def sign(request: Request, run: str, form: Annotated[SigningForm, Form()]) -> Response:
    look = at_bench(request)
    refused = sign_one(look, look.run(run), form)
    if refused is not None:
        return _page(look, run, status=422 if refused.is_typed else 409, refused=refused)
    return RedirectResponse(f"/t/runs/{quote(run)}#{form.step}", 303)


@router.post("/t/runs/{run}/accuracy", name="console.bench_accuracy")
async def measured(request: Request, run: str) -> Response:
    """What the meter test bench measured (EK-4), as its file has it."""
    async with request.form() as form:
        file = form.get("file")
        body = await file.read() if isinstance(file, UploadFile) else b""
        return await run_in_threadpool(_measured, at_bench(request), run, form, body)


def _measured(look: Look, run: str, form: FormData, body: bytes) -> Response:
    kept = look.run(run)
    if not kept.is_trusted:
        return _page(look, run, status=409)
    unfit = hand_in(look, kept, form, body)
    if unfit is not None:
        return _page(look, run, status=422, unfit=unfit)
    return RedirectResponse(f"/t/runs/{quote(run)}#EK-4", 303)


@router.get("/t/runs/{run}/files/{kind}", name="console.bench_file")
def download(request: Request, run: str, kind: str) -> Response:
    kept = at_bench(request).run(run)
    if kind not in FILES or not kept.is_trusted or kept.goes_on:
        raise HTTPException(404)
    return file_of(kept, kind)


def _page(
    look: Look,
    name: str,
    *,
    status: int = 200,
    refused: Refused | None = None,
    unfit: Unfit | None = None,
) -> Response:
    kept = look.run(name)
    others = [one for one in look.bench.shelf.runs() if one.name != name] if look.bench.shelf else []
    against = look.request.query_params.get("against", "")
    last = look.bench.shelf.run(against) if look.bench.shelf and against else None
    return look.page(
        "bench_run",
        status=status,
        run=kept,
        view=form_view(kept) if kept.sheet and not kept.goes_on else None,
        identity=identity(kept) if kept.sheet else (),
        others=[one for one in others if one.is_trusted and not one.goes_on],
        against=last.name if last else "",
        changes=changes(last, kept) if last else None,
        files=FILES if kept.is_trusted and not kept.goes_on else {},
        may_sign=look.may_act and kept.is_trusted and not kept.goes_on,
        refused=refused,
        unfit=unfit,
        plots=plots(kept),
        classes={"active": ("A", "B", "C"), "reactive": ("2", "3")},
    )


SCREEN = Screen(name="console.bench_run", router=router, folder=Path(__file__).parent)
