"""What may a test of the shared pages ask for?"""

import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from osos.quantities import ManualClock
from osos.store import Store, open_store
from osos.web import Screen, WebSettings, make_app

with warnings.catch_warnings():  # starlette 1.x points at httpx's successor; httpx still serves
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

NOW = datetime(2026, 11, 21, 19, 52, tzinfo=UTC)  # 22:52 in Turkey, as in the design's pictures


class KeptLog:
    """A log that keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, Any]]] = []

    def warning(self, event: str, **facts: Any) -> None:
        self.lines.append((event, facts))

    exception = warning


@pytest.fixture
def kept_log() -> KeptLog:
    return KeptLog()


@pytest.fixture(scope="session")
def web_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """An open store; the shell itself only asks whether it answers."""
    opened = open_store(tmp_path_factory.mktemp("web") / "web.sqlite")
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def app_of(web_store: Store, kept_log: KeptLog) -> Callable[..., FastAPI]:
    """An application of these screens; every route has a rule unless the test says otherwise."""

    def made(
        *screens: Screen, has_rule: Callable[[str], bool] = lambda name: True, **settings: Any
    ) -> FastAPI:
        return make_app(
            store=web_store,
            clock=ManualClock(NOW),
            real_clock=ManualClock(NOW),
            settings=WebSettings(**settings),
            screens=screens,
            has_rule=has_rule,
            log=kept_log,
        )

    return made


@pytest.fixture
def screen_of(tmp_path: Path) -> Callable[..., Screen]:
    """A screen made from a template's text, at one address."""
    from fastapi import APIRouter, Request
    from starlette.responses import HTMLResponse

    from osos.web import render

    def made(text: str, *, path: str = "/sample", words: str = "", **facts: object) -> Screen:
        (tmp_path / "page.html").write_text(text, "utf-8")
        if words:
            (tmp_path / "words.toml").write_text(words, "utf-8")
        router = APIRouter()

        @router.get(path, name="test.sample")
        def sample(request: Request) -> HTMLResponse:
            return render(request, "test.sample/page.html", **facts)

        return Screen(name="test.sample", router=router, folder=tmp_path)

    return made


@pytest.fixture
def browse() -> Callable[[FastAPI], TestClient]:
    """A client that sees error pages instead of exceptions."""
    return lambda app: TestClient(app, raise_server_exceptions=False)
