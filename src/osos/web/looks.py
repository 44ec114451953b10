"""Which language, which theme and which keys does this reader want?

`?lang=en` and `?theme=dark` choose and are remembered in a cookie; neither changes anything but looks.
"""

from http.cookies import SimpleCookie
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from osos.web.words import LANGUAGES

THEMES = ("system", "light", "dark")
KEYS = ("on", "off")  # single letters can be switched off (WCAG 2.1.4)
CHOICES = {"lang": LANGUAGES, "theme": THEMES, "keys": KEYS}
A_YEAR_S = 365 * 86400


class Looks:
    """Puts `language`, `theme` and `keys` into the request's state, and remembers a new choice."""

    def __init__(self, app: ASGIApp, *, language: str, secure: bool) -> None:
        self._app, self._secure = app, secure
        self._otherwise = {"lang": language, "theme": "system", "keys": "on"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = HTTPConnection(scope)
        given = asked.query_params
        chosen = {name: given[name] for name, of in CHOICES.items() if given.get(name) in of}
        state = scope.setdefault("state", {})
        state["language"] = self._wanted(asked, chosen, "lang")
        state["theme"] = self._wanted(asked, chosen, "theme")
        state["keys"] = self._wanted(asked, chosen, "keys")
        state.setdefault("viewer", None)

        async def remembering(message: Message) -> None:
            if message["type"] == "http.response.start" and chosen:
                for name, value in chosen.items():
                    MutableHeaders(scope=message).append("set-cookie", self._cookie(name, value))
            await send(message)

        await self._app(scope, receive, remembering)

    def _wanted(self, asked: HTTPConnection, chosen: dict[str, str], name: str) -> str:
        value = chosen.get(name) or asked.cookies.get(name)
        return value if value in CHOICES[name] else self._otherwise[name]

    def _cookie(self, name: str, value: str) -> str:
        cookie: SimpleCookie = SimpleCookie({name: value})
        for part, content in (("path", "/"), ("max-age", A_YEAR_S), ("samesite", "Lax"), ("httponly", True)):
            cookie[name][part] = content
        cookie[name]["secure"] = self._secure
        return cookie.output(header="").strip()


def same_page(request: Request, **changed: object) -> str:
    """This page's own address with some of its choices changed (None: left out)."""
    kept = [(key, value) for key, value in parse_qsl(request.url.query) if key not in changed]
    added = [(key, str(value)) for key, value in changed.items() if value is not None]
    query = urlencode([*kept, *added])
    return request.url.path + (f"?{query}" if query else "")
