"""Does this change come from our own page, or does another site send it along?"""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from python_multipart.exceptions import FormParserError
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from osos.access.tokens import same
from osos.web.failures import failure_page

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
LARGEST = 1024 * 1024  # bytes of a form; what takes files says more in LARGER
FIELD, HEADER = "csrf", "x-csrf-token"
# The sign-in's form may have been opened before somebody signed in in another tab: it replaces a session and
# changes nothing of one, so the first wall is enough.
BEFORE_ANY_SESSION = frozenset({"/sign-in", "/sign-in/staff"})


class OwnPagesOnly:
    """Refuses a change unless the browser says it comes from here and its form knows the session.

    Two walls: Sec-Fetch-Site or Origin (every browser sends one with a form), and for who is signed in the
    session's token in the form or in a header. A form without a session is the sign-in's, where the first
    wall stands alone.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE:
            await self._app(scope, receive, send)
            return
        asked = HTTPConnection(scope)
        status = next(_objections(asked), None)
        body = b""
        if status is None:
            body, status = await _whole(receive)
        if status is None:
            status = await _token_objection(scope, body)
        if status is not None:
            await failure_page(Request(scope), status)(scope, receive, send)
            return
        await self._app(scope, _again(body, receive), send)


def _objections(asked: HTTPConnection) -> Iterator[int]:
    if not is_own(asked):
        yield 403
    kind = asked.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in FORMS and (kind or asked.headers.get("content-length", "0") != "0"):
        yield 415


def is_own(asked: HTTPConnection) -> bool:
    """Both signs must agree where both are given; none at all is no browser's form."""
    site, origin = asked.headers.get("sec-fetch-site"), asked.headers.get("origin")
    if site is None and origin is None:
        return False
    return site in {None, "same-origin"} and (origin is None or _host_of(origin) == asked.headers.get("host"))


def _host_of(origin: str) -> str | None:
    try:
        found = urlsplit(origin)
    except ValueError:
        return None
    return found.netloc if found.scheme in {"http", "https"} else None


async def _whole(receive: Receive) -> tuple[bytes, int | None]:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        if len(body) > LARGEST:
            return b"", 413
        if not message.get("more_body", False):
            return bytes(body), None


def _again(body: bytes, receive: Receive) -> Receive:
    """The same body for the page, then whatever else the connection says."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


async def _token_objection(scope: Scope, body: bytes) -> int | None:
    wanted = scope["state"].get("csrf", "")
    if not wanted or scope["path"] in BEFORE_ANY_SESSION:
        return None
    asked = HTTPConnection(scope)
    given = asked.headers.get(HEADER)
    if given is None:
        try:
            given = await _field(scope, body)
        except (HTTPException, MultiPartException, FormParserError, KeyError, ValueError):
            return 400
    return None if same(given, wanted) else 403


async def _field(scope: Scope, body: bytes) -> str:
    asked = HTTPConnection(scope)
    if asked.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        async with Request(scope, _again(body, _nothing_more)).form() as form:
            given = form.get(FIELD)
            return given if isinstance(given, str) else ""
    return parse_qs(body.decode("latin-1"), max_num_fields=1000).get(FIELD, [""])[0]


async def _nothing_more() -> Message:
    return {"type": "http.disconnect"}
