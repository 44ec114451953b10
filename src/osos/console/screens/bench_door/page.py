"""Who may come to the bench's own pages? (a laptop at the meter, without accounts)"""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from osos.console.door import COOKIE, Door
from osos.web import Screen, render, web_of
from osos.web.sessions import set_cookie

NAME = 80  # characters


def door_screen(door: Door) -> Screen:
    """`door` opens to who has its one-time link, and remembers him until the program ends."""
    router = APIRouter()

    @router.get("/", name="web.home")
    def home() -> Response:
        return RedirectResponse("/t/now", 303)

    @router.get("/sign-in", name="sign_in.page")
    def closed(request: Request) -> Response:
        """Without the link nobody comes in."""
        return render(request, "console.bench_door/page.html", token="", problem="", name="")

    @router.get("/t/enter/{token}", name="console.bench_enter")
    def ask(request: Request, token: str) -> Response:
        if not door.knows(token):
            raise HTTPException(404)
        return render(request, "console.bench_door/page.html", token=token, problem="", name="")

    @router.post("/t/enter/{token}", name="console.bench_enter_use")
    def enter(request: Request, token: str, name: Annotated[str, Form(max_length=NAME)] = "") -> Response:
        typed = " ".join(name.split())
        if not typed and door.knows(token):
            return render(
                request, "console.bench_door/page.html", status=422, token=token, problem="name", name=""
            )
        session = door.enter(token, typed)
        if session is None:
            raise HTTPException(404)
        response = RedirectResponse("/t/now", 303)
        set_cookie(response, COOKIE, session, https=web_of(request).settings.https)
        return response

    return Screen(name="console.bench_door", router=router, folder=Path(__file__).parent)
