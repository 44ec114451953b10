"""What is put together to answer a browser?"""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from osos.quantities import Clock
from osos.store import Store
from osos.web import health
from osos.web.assets import Assets
from osos.web.failures import Failures, add_failure_pages
from osos.web.headers import SafeHeaders
from osos.web.heads import Heads
from osos.web.looks import Looks
from osos.web.pages import Pages
from osos.web.screens import Screen
from osos.web.settings import WebSettings
from osos.web.sse import Streams
from osos.web.warm import warm_up
from osos.web.words import OWN_WORDS, read_words

OWN_ROUTES = frozenset({"web.alive", "web.ready", "web.static"})  # for everyone, and nothing of anyone
PACK_ABOVE = 600  # bytes; a smaller answer fits one packet anyway


class NoPolicyRow(RuntimeError):
    """A route nobody decided about is a hole: the start fails (G16)."""


class SameName(RuntimeError):
    """Two routes of one name would share one policy row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """What the faces reach by `web_of(request)`."""

    store: Store
    clock: Clock  # the time of the data: in the demo it runs faster
    real_clock: Clock  # sign-in and tokens
    settings: WebSettings
    pages: Pages
    assets: Assets
    log: Any
    streams: Streams  # `end_all()` before the server is told to stop


def web_of(request: Request) -> Web:
    web: Web = request.app.state.web
    return web


def make_app(
    *,
    store: Store,
    clock: Clock,
    real_clock: Clock,
    settings: WebSettings,
    screens: Sequence[Screen | APIRouter],
    has_rule: Callable[[str], bool],
    log: Any,
    words: Iterable[Path] = (),
    guards: Sequence[Middleware] = (),
) -> FastAPI:
    """The application: shell, screens, and what guards them.

    `words`: catalogues besides the screens' own. `guards`: the middlewares that find out who asks
    (`request.state.viewer`) and whether he may, outermost first; they run inside language and error pages.
    Raises NoPolicyRow when a screen has a route the policy does not know.
    """
    kept = [each for each in screens if isinstance(each, Screen)]
    catalogues = [OWN_WORDS, *words, *(each.words for each in kept if each.words is not None)]
    assets = Assets(beside=[each.folder for each in kept if each.folder is not None])
    pages = Pages(screens=kept, words=read_words(dict.fromkeys(catalogues)), assets=assets, settings=settings)

    @asynccontextmanager
    async def warm(_: FastAPI) -> AsyncIterator[None]:
        warm_up(pages, kept)
        yield

    app = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        middleware=_around(settings, log, guards),
        lifespan=warm,
    )
    app.state.web = Web(
        store=store,
        clock=clock,
        real_clock=real_clock,
        settings=settings,
        pages=pages,
        assets=assets,
        log=log,
        streams=Streams(),
    )
    add_failure_pages(app)
    for router in (health.router, *(e.router if isinstance(e, Screen) else e for e in screens)):
        app.include_router(router)
    _every_route_is_decided(app, has_rule)
    return app


def _around(settings: WebSettings, log: Any, guards: Sequence[Middleware]) -> list[Middleware]:
    """Outermost first."""
    return [
        Middleware(SafeHeaders, https=settings.https),
        Middleware(Heads),
        Middleware(GZipMiddleware, minimum_size=PACK_ABOVE, compresslevel=4),
        Middleware(Looks, language=settings.language, secure=settings.https),
        Middleware(Failures, log=log),
        *guards,
    ]


def route_names(routes: Iterable[BaseRoute]) -> Iterator[str]:
    """The names a policy must know; what is neither a route nor a router (a mount) shows as itself."""
    for route in routes:
        inner = getattr(route, "original_router", None)  # how FastAPI keeps an included router
        if isinstance(inner, APIRouter):
            yield from route_names(inner.routes)
        else:
            yield route.name if isinstance(route, Route) else repr(route)


def _every_route_is_decided(app: FastAPI, has_rule: Callable[[str], bool]) -> None:
    seen: set[str] = set()
    for name in route_names(app.routes):
        if name in seen:
            raise SameName(f"two routes are called {name!r}; give each its own name=")
        seen.add(name)
        if name not in OWN_ROUTES and not has_rule(name):
            raise NoPolicyRow(f"no policy row for the route {name!r}: add one to osos.access.policy")
