"""Which modems are there, when were they heard, and what hangs behind them?"""

from datetime import timedelta
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from osos import registry
from osos.console.desk import at_desk
from osos.registry.counts import modem_counts
from osos.web import Screen

A_PAGE = 50
SILENT_AFTER = timedelta(hours=24)
LIVE_WITHIN = timedelta(minutes=35)  # two heartbeats of 15 min and some (F24)

router = APIRouter()


@router.get("/o/modems", name="console.modems")
def show(request: Request) -> Response:
    with at_desk(request) as desk:
        silent = desk.query.get("silent") == "1"
        page = registry.modem_page(
            desk.conn,
            search=desk.query.get("q", "")[:64],
            silent_since=desk.now - SILENT_AFTER if silent else None,
            after=desk.query.get("after", "")[:64],
            limit=A_PAGE,
        )
        return desk.page(
            "modems",
            page=page,
            counts=modem_counts(desk.conn, heard_since=desk.now - LIVE_WITHIN),
            silent=silent,
            live_since=desk.now - LIVE_WITHIN,
            silent_since=desk.now - SILENT_AFTER,
        )


SCREEN = Screen(name="console.modems", router=router, folder=Path(__file__).parent)
