"""Where do the maker's own form and ours differ? (T-4)"""

from pathlib import Path

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from osos.conformity.beside import beside, heads_differ
from osos.console.bench import at_bench
from osos.web import Screen

router = APIRouter()


@router.get("/t/runs/{run}/beside/{maker}", name="console.bench_beside")
def show(request: Request, run: str, maker: str) -> Response:
    look = at_bench(request)
    ours, theirs = look.run(run), look.run(maker)
    if ours.sheet is None or theirs.sheet is None or ours.goes_on or theirs.goes_on:
        raise HTTPException(404)
    rows = beside(theirs.sheet, ours.sheet)
    wants_all = request.query_params.get("all") == "1"
    return look.page(
        "bench_beside",
        ours=ours,
        theirs=theirs,
        heads=heads_differ(theirs.sheet, ours.sheet),
        rows=[one for one in rows if wants_all or one.differs],
        differing=sum(one.differs for one in rows),
        total=len(rows),
        wants_all=wants_all,
    )


SCREEN = Screen(name="console.bench_beside", router=router, folder=Path(__file__).parent)
