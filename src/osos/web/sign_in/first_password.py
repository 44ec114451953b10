"""How does a one-time link become a password?"""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from osos.access import OpenLink, Passwords, TooBusy, ViewerKind, read_link, set_password, totp_address
from osos.web.app import web_of
from osos.web.failures import failure_page
from osos.web.pages import render
from osos.web.policy import SIGN_IN
from osos.web.sign_in.forms import PasswordFields

ADDRESS = "/first-password/{token}"


def add_first_password(router: APIRouter, passwords: Passwords) -> None:
    @router.get(ADDRESS, name="sign_in.link_page")
    def link_page(request: Request, token: str) -> Response:
        link = _link(request, token)
        return failure_page(request, 404) if link is None else _page(request, token, link)

    @router.post(ADDRESS, name="sign_in.link_use")
    def link_use(request: Request, token: str, form: Annotated[PasswordFields, Form()]) -> Response:
        link = _link(request, token)
        if link is None:
            return failure_page(request, 404)
        wrong = "again" if form.password != form.again else _set(request, passwords, token, form)
        if wrong == "link":
            return failure_page(request, 404)
        if wrong is not None:
            return _page(request, token, link, problem=wrong)
        staff = link.kind is ViewerKind.STAFF
        return RedirectResponse(f"{SIGN_IN}/staff" if staff else f"{SIGN_IN}?kind={link.kind.value}", 303)


def _link(request: Request, token: str) -> OpenLink | None:
    web = web_of(request)
    with web.store.read() as conn:
        return read_link(conn, token, now=web.real_clock.now())


def _set(request: Request, passwords: Passwords, token: str, form: PasswordFields) -> str | None:
    web = web_of(request)
    now = web.real_clock.now()
    try:
        return set_password(
            web.store, passwords, token=token, password=form.password, code=form.code.strip(), now=now
        )
    except TooBusy:
        return "busy"


def _page(request: Request, token: str, link: OpenLink, problem: str = "") -> Response:
    secret, operator = link.totp_secret, web_of(request).settings.operator
    return render(
        request,
        "sign_in/first_password.html",
        status={"": 200, "busy": 503}.get(problem, 422),
        problem=problem,
        token=token,
        login=link.login,
        is_staff=link.kind is ViewerKind.STAFF,
        secret=secret or "",
        otpauth=totp_address(secret, login=link.login, issuer=f"OSOS {operator}") if secret else "",
    )
