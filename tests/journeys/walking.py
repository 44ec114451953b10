"""How does a journey go on to the next page without racing the browser?

What navigates comes back before the next page is there, on a busy machine long before. So each step first
listens, then acts, then waits until the page it leads to is loaded; only then is anything read or asserted.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from playwright.sync_api import Locator, Page, TimeoutError

WITHIN_MS = 180_000  # what a working page never needs, on a machine with fifteen times too much to do
BETWEEN_MS = 50
TRIES_MS = (3_000, 10_000, WITHIN_MS)

Where = Any  # of an address: a glob, a pattern, or a question to it


def clicked_through(page: Page, what: str | Locator, *, to: Where = None) -> Page:
    """Click what leads elsewhere, or to the same address anew, and be there."""
    place = page.locator(what).first if isinstance(what, str) else what
    with page.expect_navigation(url=to, wait_until="load"):
        place.click()
    return page


def pressed_through(page: Page, key: str, *, to: Where = None) -> Page:
    """Press the key that leads elsewhere, and be there."""
    with page.expect_navigation(url=to, wait_until="load"):
        page.keyboard.press(key)
    return page


def pressed_in_turn(page: Page, keys: Sequence[str], *, to: Where) -> Page:
    """Keys a person presses within a second; if the machine took longer than that, he presses them again."""
    for within_ms in TRIES_MS:
        for key in keys:
            page.keyboard.press(key)
        with suppress(TimeoutError):
            page.wait_for_url(to, wait_until="load", timeout=within_ms)
            return page
    raise AssertionError(f"{keys} did not lead to {to} but to {page.url}")


def back(page: Page, *, to: Where = None) -> Page:
    return _went(page, -1, to)


def forward(page: Page, *, to: Where = None) -> Page:
    return _went(page, 1, to)


def _went(page: Page, step: int, to: Where) -> Page:
    """Asks the page, not the protocol: the latter refuses while the page before is still being put away."""
    page.wait_for_load_state("load")
    with page.expect_navigation(url=to, wait_until="load"):
        page.evaluate("step => { setTimeout(() => history.go(step)) }", step)
    return page


def until(page: Page, holds: Callable[[], Any], again: Callable[[], Any] = lambda: None) -> None:
    """Wait for what happens outside of the page; `again` is done before each look."""
    for _ in range(WITHIN_MS // BETWEEN_MS):
        again()
        if holds():
            return
        page.wait_for_timeout(BETWEEN_MS)
    raise AssertionError("it never held")
