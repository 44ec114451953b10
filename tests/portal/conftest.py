"""What may a test of the customer's panel ask for?"""

import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from pretend_city import NOW, Told, shared, told_of

from osos.access import Viewer, has_rule
from osos.portal.screens import SCREENS
from osos.quantities import ManualClock
from osos.store import Store, open_store
from osos.web import WebSettings, make_app

with warnings.catch_warnings():  # starlette 1.x points at httpx's successor; httpx still serves
    warnings.simplefilter("ignore")
    from starlette.middleware import Middleware
    from starlette.testclient import TestClient


class KeptLog:
    """A log that keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, Any]]] = []

    def warning(self, event: str, **facts: Any) -> None:
        self.lines.append((event, facts))

    exception = warning


class LetIn:
    """Lets in whoever stands at the door; who that is, the test says."""

    def __init__(self, app: Any, *, door: dict[str, Viewer | None]) -> None:
        self._app, self._door = app, door

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            scope["state"]["viewer"] = self._door["viewer"]
        await self._app(scope, receive, send)


@pytest.fixture(scope="session")
def city_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The small city, read once a test session."""
    path = tmp_path_factory.mktemp("city") / "city.sqlite"
    opened = open_store(shared(tmp_path_factory.getbasetemp(), path))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def city(city_store: Store) -> Told:
    """Who lives there, under which public ids."""
    with city_store.read() as conn:
        return told_of(conn)


@pytest.fixture(scope="session")
def panel_of() -> Callable[[Store], Callable[[Viewer | None], TestClient]]:
    """`panel_of(store)(viewer)`: the panel over a store of the test's own."""
    return _panel


@pytest.fixture(scope="session")
def panel(city_store: Store) -> Callable[[Viewer | None], TestClient]:
    """The panel as one viewer has it; a page that fails shows its failure, and the log is `.log`."""
    return _panel(city_store)


def _panel(store: Store) -> Callable[[Viewer | None], TestClient]:
    door: dict[str, Viewer | None] = {"viewer": None}
    log = KeptLog()
    clock = ManualClock(NOW)
    app = make_app(
        store=store,
        clock=clock,
        real_clock=clock,
        settings=WebSettings(),
        screens=SCREENS,
        has_rule=has_rule,
        log=log,
        guards=[Middleware(LetIn, door=door)],
    )
    client = TestClient(app, raise_server_exceptions=False, follow_redirects=False)
    client.log = log  # type: ignore[attr-defined]  # for tests that want to see why

    def of(viewer: Viewer | None) -> TestClient:
        door["viewer"] = viewer
        client.cookies.clear()
        return client

    return of
