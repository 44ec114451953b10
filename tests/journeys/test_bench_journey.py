"""Does a person get through acts at the bench's page: by keyboard, on a phone, without scripts?"""

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from walking import WITHIN_MS, clicked_through, pressed_through

from osos.cli.conformity_pages import bench_app
from osos.conformity.bench import SHORTEST
from osos.conformity.device import Device
from osos.conformity.rigs import ActsDesk, PersonRig, PracticeRig
from osos.conformity.rigs.terminal import NobodyThere
from osos.conformity.run_file import read_run
from osos.conformity.runs import run
from osos.conformity.shelf import Shelf
from osos.conformity.virtual import VirtualWorld, virtual_device
from osos.conformity.watching import Watcher
from osos.console.bench import Bench, LiveRun
from osos.console.door import Door
from osos.quantities import ManualClock

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class Chance:
    """Another token each time."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, size: int) -> bytes:
        self._count += 1
        return self._count.to_bytes(size, "big")


class Going:
    """A run of the top cover at a virtual meter, and its pages."""

    def __init__(self, folder: Path, store: Any, live: Any) -> None:
        clock, watcher = ManualClock(NOW), Watcher()
        self.path, self.desk, self.door = folder / "uk.jsonl", ActsDesk(clock), Door(Chance())
        run_ = LiveRun(name="uk", desk=self.desk, watcher=watcher)
        bench = Bench(shelf=Shelf(folder), live=run_, is_local=True)
        self.app = bench_app(bench, self.door, store, clock)
        self.address = live(self.app)
        world = VirtualWorld(virtual_device(Device(kind="1p")))
        rig = PracticeRig(PersonRig(self.desk, clock), self.desk, world)
        told: dict[str, Any] = {"groups": ["UK"], "repeats": SHORTEST, "watch": watcher}

        def go() -> None:
            with suppress(NobodyThere):
                run(world, rig, world.device, path=self.path, **told)

        self.thread = threading.Thread(target=go, daemon=True)
        self.thread.start()

    def link(self) -> str:
        return f"{self.address}/t/enter/{self.door.link()}"


@pytest.fixture
def going(live: Any, web_store_of_journeys: Any, tmp_path: Path) -> Iterator[Going]:
    found = Going(tmp_path, web_store_of_journeys, live)
    yield found
    found.desk.close()
    found.app.state.web.streams.end_all()
    found.thread.join(WITHIN_MS / 1000)


def come_in(page: Any) -> None:
    page.fill("#name", "Ayşe Yılmaz")
    clicked_through(page, "button[type=submit]", to="**/t/now")
    page.wait_for_selector("[data-question]")


def answer(page: Any) -> str:
    """By keyboard alone, as who reads what the virtual meter shows; gives what was asked."""
    number = page.get_attribute("[data-question]", "data-question")
    asked = str(page.inner_text("[data-question] h2"))
    if page.query_selector("form.fields"):
        shown = page.inner_text("[data-question] .told >> nth=-1")
        icon = page.inner_text("fieldset legend")
        states = [
            one.partition(" 1")[0].split("\n")[0].rstrip(" 123")
            for one in page.locator("fieldset label").all_inner_texts()
        ]
        page.keyboard.press(str(next(n for n, one in enumerate(states, 1) if f"{icon}: {one}" in shown)))
    pressed_through(page, "y", to="**/t/now")  # the stream may show the next one before the page is there
    page.wait_for_selector(f'[data-question]:not([data-question="{number}"])')
    return asked


def test_acts_are_answered_by_keyboard_as_they_come_and_the_run_is_stopped(
    going: Going, visit: Any, accessible: Any
) -> None:
    page = visit(going.link())
    come_in(page)
    assert accessible(page) == []
    asked = [answer(page) for _ in range(6)]
    assert asked[4:] == ["Üst kapağı açın.", "Ekrana bakın; ne görüyorsunuz?"]
    page.click(".pause summary")
    clicked_through(page, "text=Koşuyu durdur", to="**/t/now/stop")
    page.wait_for_selector(".bench.stopped")
    going.thread.join(WITHIN_MS / 1000)
    assert read_run(going.path).cut_short
    page.goto(f"{going.address}/t/runs/uk", wait_until="load")
    assert "yarıda kaldı" in page.inner_text("main")


def test_on_a_phone_in_the_dark_and_without_scripts(going: Going, visit: Any, accessible: Any) -> None:
    page = visit(going.link(), theme="dark", language="en", width=390, height=844)
    come_in(page)
    assert page.inner_text("h2.big").startswith("Put the tested sample")
    page.click("text=Türkçe")
    assert "Düzeneğe" in page.inner_text(".english p")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert accessible(page) == []
    page.fill("input[name=why]", "half a")
    plain = visit(going.link(), scripts=False, language="en")
    come_in(plain)
    clicked_through(plain, "[data-question] button:has-text('Done')", to="**/t/now")
    page.wait_for_selector('[data-question="2"]')  # what one answers, the other sees
    plain.wait_for_selector('[data-question="2"]')
    plain.fill("input[name=why]", "no source here")
    clicked_through(plain, "button:has-text('Could not be done')", to="**/t/now")
    page.wait_for_selector(".pill.warn")  # the step waits, for that reason
    expect(page.locator(".lately")).to_contain_text("no source here")
