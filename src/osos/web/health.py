"""Is this process alive, and can it do its work?"""

from fastapi import APIRouter
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from osos.store import StoreUnavailable
from osos.web.assets import send_asset

router = APIRouter()


@router.get("/healthz", name="web.alive")
def alive() -> PlainTextResponse:
    """The process answers; nothing else is asked."""
    return PlainTextResponse("ok\n")


@router.get("/readyz", name="web.ready")
def ready(request: Request) -> PlainTextResponse:
    """The store answers too."""
    try:
        with request.app.state.web.store.read() as conn:
            conn.execute(text("SELECT 1"))
    except StoreUnavailable as away:
        return PlainTextResponse(f"the store is {away.reason}\n", status_code=503)
    return PlainTextResponse("ready\n")


@router.get("/static/{name:path}", name="web.static")
def static(request: Request, name: str) -> Response:
    asset = request.app.state.web.assets.file(name)
    return Response(status_code=404) if asset is None else send_asset(request, asset)
