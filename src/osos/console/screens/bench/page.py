"""Which runs are there, and how did each end?"""

from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from osos.console.bench import at_bench
from osos.web import Screen

router = APIRouter()


@router.get("/t", name="console.bench")
def show(request: Request) -> Response:
    look = at_bench(request)
    return look.page(
        "bench",
        runs=look.bench.shelf.runs() if look.bench.shelf else (),
        folder=str(look.bench.shelf.folder) if look.bench.shelf else "",
        live=look.bench.live,
    )


SCREEN = Screen(name="console.bench", router=router, folder=Path(__file__).parent)
