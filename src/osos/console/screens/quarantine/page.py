"""Who called without being admitted, and what did it say?"""

from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from osos import registry
from osos.console.desk import at_desk
from osos.web import Screen

SHOWN = 200
_BYTES_SHOWN = 400

router = APIRouter()


@router.get("/o/quarantine", name="console.quarantine")
def show(request: Request) -> Response:
    with at_desk(request) as desk:
        kept = registry.list_quarantine(desk.conn, limit=SHOWN)
        rows = [(one, legible(one.payload)) for one in kept]
        return desk.page("quarantine", rows=rows)


def legible(payload: bytes) -> str:
    r"""What it sent, every byte that is no printed character as its number.

    >>> legible(b"#\x02a$")
    '#\\x02a$'
    """
    return "".join(chr(byte) if 32 <= byte < 127 else f"\\x{byte:02x}" for byte in payload[:_BYTES_SHOWN])


SCREEN = Screen(name="console.quarantine", router=router, folder=Path(__file__).parent)
