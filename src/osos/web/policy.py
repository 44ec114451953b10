"""May this viewer call this route at all?"""

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from fastapi import APIRouter
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from osos.access import Viewer, ViewerKind, may, row_of
from osos.quantities import Clock
from osos.store import Store
from osos.web.csrf import OwnPagesOnly
from osos.web.failures import failure_page
from osos.web.sessions import Sessions

SIGN_IN = "/sign-in"


def guards(*, store: Store, real_clock: Clock, https: bool) -> tuple[Middleware, ...]:
    """For `make_app(guards=…)`: who asks, whether it is his own page that asks, and whether he may."""
    return (
        Middleware(Sessions, store=store, clock=real_clock, https=https),
        Middleware(Policy),
        Middleware(OwnPagesOnly),
    )


class Policy:
    """Lets pass what the policy allows to this viewer; stands before every route, whoever wrote it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        route = route_of(scope)
        # an address this walk does not find is not served either: a mistake here closes a door, opens none
        refusal = failure_page(Request(scope), 404) if route is None else _refusal(scope, name_of(route))
        await (refusal or self._app)(scope, receive, send)


def route_of(scope: Scope) -> BaseRoute | None:
    """The route that will answer; one of another method of the same address before none at all."""
    partly: BaseRoute | None = None
    for route in every_route(scope["app"].routes):
        match, _ = route.matches(scope)
        if match is Match.FULL:
            return route
        if match is Match.PARTIAL and partly is None:
            partly = route
    return partly


def every_route(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """In the order they are asked, those of included routers too (none is included under a prefix)."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if isinstance(inner, APIRouter):
            yield from every_route(inner.routes)
        else:
            yield route


def name_of(route: BaseRoute) -> str:
    name: str = getattr(route, "name", "")
    return name


def _refusal(scope: Scope, name: str) -> Response | None:
    viewer: Viewer | None = scope["state"]["viewer"]
    row = row_of(name)
    if row is not None and may(viewer, row.act):
        return None
    if viewer is None and row is not None:
        return _sign_in_first(scope)
    # what is not for his kind is not there; staff are told which doors want another role
    status = 403 if viewer is not None and viewer.kind is ViewerKind.STAFF and row is not None else 404
    return failure_page(Request(scope), status)


def _sign_in_first(scope: Scope) -> Response:
    asked = HTTPConnection(scope)
    if scope["method"] not in {"GET", "HEAD"} or "text/event-stream" in asked.headers.get("accept", ""):
        return failure_page(Request(scope), 401)
    address = f"{SIGN_IN}?next={quote(own_address(_path(asked)), safe='/')}"
    if asked.headers.get("hx-request") == "true":  # a swap: the whole page has to go there
        response = failure_page(Request(scope), 401)
        response.headers["hx-redirect"] = SIGN_IN
        return response
    return RedirectResponse(address, 303)


def _path(asked: HTTPConnection) -> str:
    return asked.url.path + (f"?{asked.url.query}" if asked.url.query else "")


def own_address(address: str) -> str:
    """The address when it is one of ours, else the first page: nobody is sent elsewhere after signing in."""
    ours = address.startswith("/") and not address.startswith(("//", "/\\")) and len(address) <= 2000
    return (
        address if ours and all(0x20 < ord(letter) < 0x7F and letter != "\\" for letter in address) else "/"
    )
