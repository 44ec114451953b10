"""Who are you? The pages that ask."""

import math
import re
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from osos.access import (
    Act,
    Passwords,
    Refused,
    SignedIn,
    SignIn,
    TooBusy,
    Viewer,
    ViewerKind,
    authenticate,
    end_session,
    may,
)
from osos.web.app import web_of
from osos.web.pages import render
from osos.web.policy import SIGN_IN, own_address
from osos.web.screens import Screen
from osos.web.sessions import DEVICE, DEVICE_KEPT_S, KIND, SESSION, cookie_of, drop_cookie, set_cookie
from osos.web.sign_in.first_password import add_first_password
from osos.web.sign_in.forms import KINDS, CustomerFields, StaffFields

STAFF_SIGN_IN = f"{SIGN_IN}/staff"
HOMES = {ViewerKind.STAFF: "/o"}
HOME_OTHERS = "/p"
BENCH = "/t"
STAFF = ViewerKind.STAFF.value
FOR_STAFF = re.compile(r"/[ot](?:[/?]|$)")  # the desk and the bench


def sign_in_screen(passwords: Passwords) -> Screen:
    """The screen; `passwords` is the one bounded place where this process hashes."""
    router = APIRouter()

    @router.get("/", name="web.home")
    def home(request: Request) -> Response:
        return RedirectResponse(home_of(request.state.viewer), 303)

    @router.get(SIGN_IN, name="sign_in.page")
    def page(request: Request, kind: str = "", next: str = "/") -> Response:
        if request.state.viewer is not None:
            return RedirectResponse(home_of(request.state.viewer), 303)
        form = _form_for(request, kind, next)
        if form == STAFF:
            return RedirectResponse(f"{STAFF_SIGN_IN}?next={quote(own_address(next), safe='/')}", 303)
        return _customer_page(request, form, onward=next)

    @router.post(SIGN_IN, name="sign_in.enter")
    def enter(request: Request, form: Annotated[CustomerFields, Form()]) -> Response:
        kind = ViewerKind(form.kind)
        answer = _try(request, passwords, kind=kind, login=form.login, password=form.password)
        if isinstance(answer, SignedIn):
            return _welcome(request, answer, form.next)
        return _customer_page(request, form.kind, onward=form.next, login=form.login, refused=answer)

    @router.get(STAFF_SIGN_IN, name="sign_in.staff_page")
    def staff_page(request: Request, next: str = "/") -> Response:
        if request.state.viewer is not None:
            return RedirectResponse(home_of(request.state.viewer), 303)
        return _staff_page(request, onward=next)

    @router.post(STAFF_SIGN_IN, name="sign_in.staff_enter")
    def staff_enter(request: Request, form: Annotated[StaffFields, Form()]) -> Response:
        typed = {"login": form.login, "password": form.password, "code": form.code.strip()}
        answer = _try(request, passwords, kind=ViewerKind.STAFF, **typed)
        if isinstance(answer, SignedIn):
            return _welcome(request, answer, form.next)
        return _staff_page(request, onward=form.next, login=form.login, refused=answer)

    @router.post("/sign-out", name="sign_in.out")
    def out(request: Request) -> Response:
        web = web_of(request)
        with web.store.begin() as conn:
            end_session(conn, cookie_of(request, SESSION, https=web.settings.https))
        response = RedirectResponse(SIGN_IN, 303)
        drop_cookie(response, SESSION, https=web.settings.https)
        # also what the back button would show
        response.headers["clear-site-data"] = '"cache"'
        return response

    add_first_password(router, passwords)
    return Screen(name="sign_in", router=router, folder=Path(__file__).parent)


def home_of(viewer: Viewer) -> str:
    """Staff who see no fleet are the laboratory: theirs is the bench (P-25)."""
    if viewer.kind is ViewerKind.STAFF and not may(viewer, Act.SEE_FLEET):
        return BENCH
    return HOMES.get(viewer.kind, HOME_OTHERS)


def _form_for(request: Request, wanted: str, onward: str) -> str:
    """The form that is asked for, else that of the page he comes from, else the one he last came in by."""
    if wanted in KINDS:
        return wanted
    if FOR_STAFF.match(onward):
        return STAFF
    last = cookie_of(request, KIND, https=web_of(request).settings.https)
    return last if last in (*KINDS, STAFF) else KINDS[0]


Answer = SignedIn | Refused | None  # None: too many at once, nothing was decided


def _try(request: Request, passwords: Passwords, *, kind: ViewerKind, **typed: str) -> Answer:
    web = web_of(request)
    asked = SignIn(
        kind=kind,
        address=request.client.host if request.client is not None else "",
        device_token=cookie_of(request, DEVICE, https=web.settings.https),
        session_token=cookie_of(request, SESSION, https=web.settings.https),
        **typed,
    )
    try:
        return authenticate(web.store, passwords, asked, now=web.real_clock.now())
    except TooBusy:
        return None


def _welcome(request: Request, entered: SignedIn, onward: str) -> Response:
    https = web_of(request).settings.https
    wanted = own_address(onward)
    response = RedirectResponse(home_of(entered.viewer) if wanted == "/" else wanted, 303)
    set_cookie(response, SESSION, entered.session_token, https=https)
    set_cookie(response, DEVICE, entered.device_token, https=https, max_age_s=DEVICE_KEPT_S)
    set_cookie(response, KIND, entered.viewer.kind.value, https=https, max_age_s=DEVICE_KEPT_S)
    return response


def _customer_page(
    request: Request, kind: str, *, onward: str, login: str = "", refused: Answer | str = ""
) -> Response:
    return _asking(request, "page", onward=onward, login=login, refused=refused, kind=kind, kinds=KINDS)


def _staff_page(request: Request, *, onward: str, login: str = "", refused: Answer | str = "") -> Response:
    return _asking(request, "staff", onward=onward, login=login, refused=refused)


def _asking(
    request: Request, template: str, *, onward: str, login: str, refused: Answer | str, **facts: Any
) -> Response:
    """The form, and above it what was wrong the last time; what was typed stays, but for the password."""
    status, problem, wait_s = 200, "", 0
    if refused is None:
        status, problem = 503, "busy"
    elif isinstance(refused, Refused):
        wait_s = math.ceil(refused.wait_s)
        status, problem = (429, "wait") if wait_s else (401, "wrong")
    response = render(
        request,
        f"sign_in/{template}.html",
        status=status,
        problem=problem,
        wait_s=wait_s,
        login=login[:254],
        onward=own_address(onward),
        **facts,
    )
    if wait_s:
        response.headers["retry-after"] = str(wait_s)
    return response
