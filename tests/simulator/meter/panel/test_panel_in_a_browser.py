"""Does the panel's page draw the meter, and do its hands reach it? (M-150, M-181)"""

import asyncio
import os
import shutil
import threading
from datetime import datetime

import pytest

from osos.quantities import TURKIYE, DeviceId
from osos.simulator.load import Steady
from osos.simulator.meter import MeterSpec, VirtualMeter
from osos.simulator.meter.panel import PanelServer

NOW = datetime(2026, 2, 3, 12, 0, 7, tzinfo=TURKIYE)


@pytest.fixture
def page():
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have it: Chromium")
        pytest.skip("skipped: no Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page = started.new_page()
        page.set_default_timeout(180_000)
        yield page
        started.close()


@pytest.fixture
def shown():
    """A meter and the address of its page, served until the test ends."""
    spec = MeterSpec(
        device=DeviceId("OSO", "000123456"), kind="combi", since=datetime(2026, 1, 30, tzinfo=TURKIYE)
    )
    meter = VirtualMeter(spec, Steady(power_w=(1000, 600, 200)))
    loop, ready, told = asyncio.new_event_loop(), threading.Event(), []

    def serve() -> None:
        asyncio.set_event_loop(loop)
        server = PanelServer(meter, now=lambda: NOW, reading=lambda: False)
        told.append(loop.run_until_complete(server.open(0)))
        ready.set()
        loop.run_forever()
        server.close()
        loop.run_until_complete(asyncio.sleep(0))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert ready.wait(60)
    yield meter, told[0]
    loop.call_soon_threadsafe(loop.stop)
    thread.join(60)
    loop.close()


def test_the_page_draws_the_meter_and_its_hands_reach_it(page, shown):
    meter, address = shown
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    page.goto(address)
    page.wait_for_selector("#digits .segment.on >> nth=10")
    assert page.text_content("#device") == "OSO000123456"
    page.click("#terminal-cover")
    page.wait_for_selector("#terminal-cover.open")
    assert meter.settings(NOW).rig.terminal_open
    page.locator("#press").click()
    page.wait_for_selector("#menu:text-is('BUTON')")
    page.click("#language")
    page.wait_for_selector("#menu:text-is('BUTTON')")
    page.get_by_role("button", name="wrong phase order").click()
    page.wait_for_selector("#icon-l1.blink")
    assert troubles == []
