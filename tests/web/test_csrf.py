"""Does anything change for what does not come from our own page? (method × origin × content type)"""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, Request
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from osos.quantities import ManualClock
from osos.store import Store
from osos.web import Screen, WebSettings, make_app
from osos.web.csrf import LARGEST, OwnPagesOnly

OWN = "http://osos.test"
TOKEN = "c0ffee"
METHODS = ("POST", "PUT", "PATCH", "DELETE")
FORM = "application/x-www-form-urlencoded"


class SomebodyIn:
    """Stands where the session's middleware does: somebody is signed in, with this token."""

    def __init__(self, app: ASGIApp, *, token: str) -> None:
        self._app, self._token = app, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {}).update(viewer=None, csrf=self._token)
        await self._app(scope, receive, send)


@pytest.fixture
def changes() -> list[str]:
    """What has changed."""
    return []


@pytest.fixture
def client_of(
    web_store: Store, kept_log: Any, changes: list[str], browse: Callable[[FastAPI], Any]
) -> Callable[[str], Any]:
    router = APIRouter()

    @router.api_route("/thing", methods=["GET", "HEAD", *METHODS], name="test.thing")
    async def thing(request: Request) -> PlainTextResponse:
        if request.method not in {"GET", "HEAD"}:
            async with request.form() as form:
                changes.append(f"{request.method} {form.get('value', '')}")
        return PlainTextResponse("done")

    from datetime import UTC, datetime

    clock = ManualClock(datetime(2026, 3, 2, tzinfo=UTC))

    def made(token: str) -> Any:
        app = make_app(
            store=web_store,
            clock=clock,
            real_clock=clock,
            settings=WebSettings(),
            screens=(Screen(name="test.thing", router=router),),
            has_rule=lambda name: True,
            guards=(Middleware(SomebodyIn, token=token), Middleware(OwnPagesOnly)),
            log=kept_log,
        )
        client = browse(app)
        client.base_url = OWN
        return client

    return made


ORIGINS: list[tuple[dict[str, str], bool]] = [
    ({"origin": OWN}, True),
    ({"origin": OWN, "sec-fetch-site": "same-origin"}, True),
    ({"sec-fetch-site": "same-origin"}, True),
    ({}, False),
    ({"origin": "null"}, False),
    ({"origin": ""}, False),
    ({"origin": "http://evil.example"}, False),
    ({"origin": "http://osos.test.evil.example"}, False),
    ({"origin": "http://osos.test:8080"}, False),
    ({"origin": "http://evil.example@osos.test"}, False),
    ({"origin": "ftp://osos.test"}, False),
    ({"origin": "http://[osos.test"}, False),
    ({"origin": OWN, "sec-fetch-site": "cross-site"}, False),
    ({"origin": OWN, "sec-fetch-site": "same-site"}, False),
    ({"origin": OWN, "sec-fetch-site": "none"}, False),
    ({"sec-fetch-site": "cross-site"}, False),
    ({"origin": "http://evil.example", "sec-fetch-site": "same-origin"}, False),
    ({"referer": f"{OWN}/thing"}, False),
]
BODIES: list[tuple[str | None, bytes, bool]] = [
    (FORM, b"value=1&csrf=c0ffee", True),
    (f"{FORM}; charset=utf-8", b"value=1&csrf=c0ffee", True),
    (
        "multipart/form-data; boundary=b",
        b'--b\r\ncontent-disposition: form-data; name="csrf"\r\n\r\nc0ffee\r\n--b--\r\n',
        True,
    ),
    (FORM, b"value=1", False),
    (FORM, b"value=1&csrf=", False),
    (FORM, b"value=1&csrf=c0ffef", False),
    (FORM, b"value=1&csrf=%00%ff", False),
    (
        "multipart/form-data; boundary=b",
        b'--b\r\ncontent-disposition: form-data; name="x"\r\n\r\n1\r\n--b--\r\n',
        False,
    ),
    ("multipart/form-data; boundary=b", b"no parts at all", False),
    ("multipart/form-data", b"csrf=c0ffee", False),
    ("text/plain", b"value=1&csrf=c0ffee", False),
    ("application/json", b'{"value": 1, "csrf": "c0ffee"}', False),
    (None, b"value=1&csrf=c0ffee", False),
]


@pytest.mark.parametrize("method", METHODS)
def test_nothing_changes_unless_origin_and_form_are_our_own(client_of, changes, method) -> None:
    client = client_of(TOKEN)
    for origin, own in ORIGINS:
        for kind, body, good in BODIES:
            changes.clear()
            headers = {**origin, **({"content-type": kind} if kind else {})}
            got = client.request(method, "/thing", content=body, headers=headers)
            assert bool(changes) is (own and good), (origin, kind, body, got.status_code)
            assert got.status_code == 200 if own and good else got.status_code in {400, 403, 415}, (
                origin,
                kind,
                body,
                got.status_code,
            )


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing_and_needs_nothing(client_of, changes, method) -> None:
    got = client_of(TOKEN).request(method, "/thing", headers={"origin": "http://evil.example"})
    assert (got.status_code, changes) == (200, [])


def test_without_a_session_the_origin_alone_decides(client_of, changes) -> None:
    client = client_of("")
    assert client.post("/thing", data={"value": "1"}).status_code == 403
    assert client.post("/thing", data={"value": "1"}, headers={"origin": OWN}).status_code == 200
    assert changes == ["POST 1"]


def test_a_script_of_ours_sends_the_token_as_a_header(client_of, changes) -> None:
    client, own = client_of(TOKEN), {"origin": OWN}
    assert client.post("/thing", headers={**own, "x-csrf-token": TOKEN}).status_code == 200
    assert client.post("/thing", headers={**own, "x-csrf-token": "wrong"}).status_code == 403
    both = {**own, "x-csrf-token": "wrong", "content-type": FORM}
    assert client.post("/thing", content=b"csrf=c0ffee", headers=both).status_code == 403
    assert changes == ["POST "]


def test_the_page_gets_the_same_bytes_that_were_looked_at(client_of, changes) -> None:
    client = client_of(TOKEN)
    client.post("/thing", data={"value": "ğüşİ", "csrf": TOKEN}, headers={"origin": OWN})
    client.post(
        "/thing", data={"csrf": TOKEN, "value": "2"}, files={"f": b"x" * 70_000}, headers={"origin": OWN}
    )
    assert changes == ["POST ğüşİ", "POST 2"]


def test_a_form_without_end_is_cut_off(client_of, changes) -> None:
    body = b"csrf=c0ffee&value=" + b"x" * LARGEST
    got = client_of(TOKEN).post("/thing", content=body, headers={"origin": OWN, "content-type": FORM})
    assert (got.status_code, changes) == (413, [])


def test_a_form_of_countless_fields_is_no_form(client_of, changes) -> None:
    body = b"&".join(b"a%d=1" % n for n in range(2000)) + b"&csrf=c0ffee"
    got = client_of(TOKEN).post("/thing", content=body, headers={"origin": OWN, "content-type": FORM})
    assert (got.status_code, changes) == (400, [])
