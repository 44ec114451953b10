"""What does the reader see when something is not there, not his, or broken?

Foreign and missing look alike (404). A fault of ours shows a reference number, which the log has too.
"""

import secrets
from collections.abc import Callable, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from osos.store import StoreUnavailable
from osos.web.pages import render

KNOWN = (400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503)
TRY_AGAIN_S = 10  # a locked or restarting database is usually back by then


def failure_page(
    request: Request, status: int, *, reference: str = "", problems: Sequence[str] = ()
) -> HTMLResponse:
    kind = status if status in KNOWN else (400 if status < 500 else 500)
    return render(
        request, "failure.html", status=status, kind=kind, reference=reference, problems=tuple(problems)
    )


def _refused(request: Request, failure: Exception) -> Response:
    assert isinstance(failure, HTTPException)
    response = failure_page(request, failure.status_code)
    response.headers.update(failure.headers or {})
    return response


def _not_understood(request: Request, failure: Exception) -> Response:
    assert isinstance(failure, RequestValidationError)
    fields = tuple(".".join(str(part) for part in each["loc"][1:]) for each in failure.errors())
    return failure_page(request, 422, problems=fields)


class Failures:
    """Turns what no screen foresaw into a page with a reference; the log has the rest."""

    def __init__(self, app: ASGIApp, *, log: Any) -> None:
        self._app, self._log = app, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except StoreUnavailable as away:
            self._log.warning("store_unavailable", reason=away.reason, path=scope.get("path"))
            await self._answer(scope, receive, send, begun, 503)
        except Exception:  # noqa: BLE001  # the one place where a fault of ours becomes a page
            reference = secrets.token_hex(4)
            self._log.exception("page_failed", reference=reference, path=scope.get("path"))
            await self._answer(scope, receive, send, begun, 500, reference=reference)

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, begun: bool, status: int, *, reference: str = ""
    ) -> None:
        if begun or scope["type"] != "http":
            return  # the head is out: ending the body early is all that is left
        response = failure_page(Request(scope), status, reference=reference)
        if status == 503:
            response.headers["retry-after"] = str(TRY_AGAIN_S)
        await response(scope, receive, send)


def add_failure_pages(app: FastAPI) -> None:
    handlers: tuple[tuple[type[Exception], Callable[[Request, Exception], Response]], ...] = (
        (HTTPException, _refused),
        (RequestValidationError, _not_understood),
    )
    for kind, handler in handlers:
        app.add_exception_handler(kind, handler)
