"""What may a journey through the pages, in a real browser, ask for?

`live(app)` serves an application and gives its address; `visit(address, …)` opens it as a given reader and
watches him: a page error, a CSP line or a failed request fails the test at its end.
"""

import importlib.util
import os
import shutil
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import uvicorn

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from walking import WITHIN_MS  # noqa: E402 (found beside this file)

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ENDS_WITHIN_S = 60.0
TEST_WITHIN_S = 900  # a browser starts slowly, and its city is built first, on a busy machine


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every journey has the same long time; it is for what hangs, never a measure."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.timeout(TEST_WITHIN_S))


def _skip_or_fail(missing: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have it: {missing}")
    pytest.skip(f"skipped: no {missing}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The system's Chromium, headless; one a module, so that no loop of it runs beside other tests' loops."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is None:
        _skip_or_fail("Chromium")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=WITHIN_MS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=found,
            args=["--no-sandbox", "--disable-dev-shm-usage", "--font-render-hinting=none"],
        )
        yield started
        started.close()


@pytest.fixture
def live() -> Iterator[Callable[[Any], str]]:
    """Serves an application on a free port of this machine until the test ends."""
    with ExitStack() as stack:

        def serve(app: Any) -> str:
            listening = socket.create_server(("127.0.0.1", 0))
            server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
            thread.start()

            def stop() -> None:
                server.should_exit = True
                thread.join(ENDS_WITHIN_S)
                listening.close()

            stack.callback(stop)
            return f"http://127.0.0.1:{listening.getsockname()[1]}"

        yield serve


@dataclass
class Watched:
    """What went wrong on a page while it was looked at."""

    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def request_failed(self, request: Any) -> None:
        """Leaving a page cuts off what it still loads, its stream too: no trouble."""
        if request.failure != "net::ERR_ABORTED":
            self.failed.append(f"failed: {request.url} ({request.failure})")

    def troubles(self) -> list[str]:
        csp = [line for line in self.console if "Content Security Policy" in line or "Refused to" in line]
        return [*csp, *self.errors, *self.failed]


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Any]]:
    """`visit(address, language="tr", theme="light", width=1440, zone="Europe/Istanbul", scripts=True)`.

    Gives the page; `page.watched` keeps what went wrong, and the test fails for it unless it sets
    `page.watched.expected = True`-like allowance by clearing the lists itself.
    """
    with ExitStack() as stack:
        watched_pages: list[Watched] = []

        def opened(
            address: str,
            *,
            language: str = "tr",
            theme: str = "light",
            width: int = 1440,
            height: int = 900,
            zone: str = "Europe/Istanbul",
            scripts: bool = True,
            cookies: list[dict[str, Any]] | None = None,
        ) -> Any:
            context = browser.new_context(
                locale="tr-TR" if language == "tr" else "en-GB",
                timezone_id=zone,
                color_scheme=theme,
                viewport={"width": width, "height": height},
                java_script_enabled=scripts,
                reduced_motion="reduce",
            )
            stack.callback(context.close)
            context.set_default_timeout(WITHIN_MS)
            origin = "/".join(address.split("/", 3)[:3])
            context.add_cookies([{"name": "lang", "value": language, "url": origin}, *(cookies or [])])
            page = context.new_page()
            watched = Watched()
            watched_pages.append(watched)
            # of every tab he opens
            context.on("console", lambda message: watched.console.append(message.text))
            context.on("weberror", lambda failed: watched.errors.append(str(failed.error)))
            page.on("requestfailed", watched.request_failed)
            page.on("response", lambda r: r.status >= 400 and watched.failed.append(f"{r.status}: {r.url}"))
            page.watched = watched
            page.goto(address, wait_until="load")
            return page

        yield opened
        troubles = [trouble for watched in watched_pages for trouble in watched.troubles()]
    assert not troubles, troubles


@pytest.fixture
def accessible() -> Callable[[Any], list[str]]:
    """axe-core's violations of WCAG 2.0 to 2.2 A and AA on a page, one line each; none is the goal."""
    from axe_playwright_python.sync_playwright import Axe

    def violations(page: Any) -> list[str]:
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        only = {"runOnly": {"type": "tag", "values": tags}, "resultTypes": ["violations"]}
        results = Axe().run(page, options=only)
        return [
            f"{each['id']}: {each['help']}: {node['html'][:160]}"
            for each in results.response["violations"]
            for node in each["nodes"]
        ]

    return violations


class SilentLog:
    """Keeps what failed."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, Any]]] = []

    def warning(self, event: str, **facts: Any) -> None:
        self.lines.append((event, facts))

    exception = warning


class LetIn:
    """Who stands at the door, the address of the host says."""

    def __init__(self, app: Any, *, people: dict[str, Any]) -> None:
        self._app, self._people = app, people

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            host = dict(scope["headers"]).get(b"host", b"").decode().partition(":")[0]
            scope["state"]["viewer"] = self._people[host]
        await self._app(scope, receive, send)


@pytest.fixture(scope="session")
def let_in() -> Callable[..., Any]:
    """`let_in(store, screens, now, people)`: an application where the host in the address says who one is."""
    from starlette.middleware import Middleware

    from osos.access import has_rule
    from osos.quantities import ManualClock
    from osos.web import WebSettings, make_app

    def made(store: Any, screens: Any, now: Any, people: dict[str, Any]) -> Any:
        clock = ManualClock(now)
        return make_app(
            store=store,
            clock=clock,
            real_clock=clock,
            settings=WebSettings(),
            screens=screens,
            has_rule=has_rule,
            log=SilentLog(),
            guards=[Middleware(LetIn, people=people)],
        )

    return made


@pytest.fixture
def with_sign_in() -> Iterator[Callable[..., Any]]:
    """`with_sign_in(store, screens, now, real_clock)`: an application behind its real sign-in."""
    from argon2 import PasswordHasher

    from osos.access import Passwords, has_rule
    from osos.quantities import ManualClock
    from osos.web import WebSettings, make_app
    from osos.web.policy import guards
    from osos.web.sign_in import sign_in_screen

    with ExitStack() as stack:

        def made(store: Any, screens: Any, now: Any, real_clock: Any) -> Any:
            passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
            stack.callback(passwords.close)
            return make_app(
                store=store,
                clock=ManualClock(now),
                real_clock=real_clock,
                settings=WebSettings(),
                screens=(sign_in_screen(passwords), *screens),
                has_rule=has_rule,
                log=SilentLog(),
                guards=guards(store=store, real_clock=real_clock, https=False),
            )

        yield made


@pytest.fixture(scope="session")
def shows() -> Callable[[Any, str], None]:
    """`shows(page, name)`: leaves a picture in the folder OSOS_PICTURES names, for people to look at."""
    folder = os.environ.get("OSOS_PICTURES")

    def kept(page: Any, name: str) -> None:
        if folder:
            page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)

    return kept


@pytest.fixture(scope="session")
def web_store_of_journeys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """An open, empty store; the shared parts only ask whether it answers."""
    from osos.store import open_store

    opened = open_store(tmp_path_factory.mktemp("journeys") / "web.sqlite")
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def style_guide() -> ModuleType:
    """The screen that shows every part, for looking at and for testing the parts."""
    spec = importlib.util.spec_from_file_location("osos_style_guide", HERE / "style_guide" / "page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
