"""Which cookie says who asks, and what does the request learn from it?"""

from collections.abc import Callable
from datetime import datetime
from http.cookies import SimpleCookie
from typing import Any

from anyio.to_thread import run_sync
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from osos.access import Session, form_token, note_seen, read_session
from osos.quantities import Clock
from osos.store import Store, StoreUnavailable

SESSION, DEVICE = "osos_session", "osos_device"
KIND = "osos_kind"  # by which form this browser last came in; opens no door
DEVICE_KEPT_S = 400 * 86400  # as long as browsers keep any cookie
FOR_EVERYBODY = ("/static/", "/healthz", "/readyz")  # nobody's session is looked up for these


class Sessions:
    """Puts `viewer`, `csrf` (the token of forms) and `session` into the request's state."""

    def __init__(self, app: ASGIApp, *, store: Store, clock: Clock, https: bool) -> None:
        self._app, self._store, self._clock, self._https = app, store, clock, https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state.update(viewer=None, csrf="", session=None)
        token = cookie_of(HTTPConnection(scope), SESSION, https=self._https)
        if token and not scope["path"].startswith(FOR_EVERYBODY):
            found = await run_sync(self._look, token, _is_stream(scope))
            if found is not None:
                state.update(viewer=found.viewer, csrf=form_token(token), session=found)
        await self._app(scope, receive, send)

    def _look(self, token: str, stream: bool) -> Session | None:
        now = self._clock.now()
        with self._store.read() as conn:
            found = read_session(conn, token, now=now)
        if found is not None and not stream and found.wants_noting(now):
            self._note(found, now)
        return found

    def _note(self, found: Session, now: datetime) -> None:
        try:
            with self._store.begin() as conn:
                note_seen(conn, found, now=now)
        except StoreUnavailable:
            pass  # a page that only reads is not refused because the writer is busy; the next one notes it


def _is_stream(scope: Scope) -> bool:
    """A live stream that the page opens again by itself is no sign that somebody sits there."""
    return "text/event-stream" in HTTPConnection(scope).headers.get("accept", "")


def still_signed_in(request: Request) -> bool:
    """Asked by streams at every push: who has signed out, or was put out, gets no more (≤ 5 s, G25)."""
    otherwise: Callable[[], bool] | None = getattr(request.state, "still_signed_in", None)
    if otherwise is not None:  # guards that keep who is in otherwise than the store
        return otherwise()
    web = request.app.state.web
    token = cookie_of(request, SESSION, https=web.settings.https)
    with web.store.read() as conn:
        return bool(token) and read_session(conn, token, now=web.real_clock.now()) is not None


def cookie_of(asked: HTTPConnection, name: str, *, https: bool) -> str:
    return asked.cookies.get(_name(name, https), "")


def set_cookie(
    response: Response, name: str, value: str, *, https: bool, max_age_s: int | None = None
) -> None:
    """For this host alone, out of scripts' reach, and not sent along by other sites' forms."""
    cookie: SimpleCookie = SimpleCookie({_name(name, https): value})
    parts: dict[str, Any] = {"path": "/", "httponly": True, "samesite": "Lax", "secure": https}
    for part, content in parts.items():
        cookie[_name(name, https)][part] = content
    if max_age_s is not None:
        cookie[_name(name, https)]["max-age"] = max_age_s
    response.headers.append("set-cookie", cookie.output(header="").strip())


def drop_cookie(response: Response, name: str, *, https: bool) -> None:
    set_cookie(response, name, "", https=https, max_age_s=0)


def _name(name: str, https: bool) -> str:
    """`__Host-`: the browser takes it over TLS only, from this host only, for the whole of it."""
    return f"__Host-{name}" if https else name
