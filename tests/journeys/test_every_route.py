"""Is every page of both faces whole: no line of the policy in the console, nothing wider than the screen, no
words over each other, every chart with its height, in either language and look, on a desk and on a phone?

Walks over the routes of the application itself, so that a page that is added is looked at too. Pictures are
not compared to the dot: another version of Chromium draws letters otherwise, and a test that then fails says
nothing about the page. What makes a page look broken is measured instead.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "portal"))

from doubted_city import Doubted, doubt
from pretend_city import NOW, shared

from osos import jobs
from osos.access import Role, Viewer, ViewerKind
from osos.console.screens import SCREENS as DESK
from osos.headend import ASK_JOB
from osos.mdm import fleet
from osos.portal.screens import SCREENS as PANEL
from osos.store import open_store
from osos.web.policy import every_route

ALL_ROLES = Viewer(account="account-all", kind=ViewerKind.STAFF, roles=frozenset(Role), name="nöbetçi")
NOT_A_PAGE = ("_part", "_live", "_file", "bench_enter")  # a piece of a page, a stream, a file, a way in
NEITHER = {"web.alive", "web.ready", "web.static"}
# Browsers take every name under localhost for this machine: the host says who looks.
OPERATOR, COMPANY, SUPPLIER = "127.0.0.1", "company.localhost", "supplier.localhost"
FOR_OTHERS = {
    **dict.fromkeys(("portal.sites", "portal.home", "portal.compare", "portal.go"), COMPANY),
    **dict.fromkeys(("portal.portfolio", "portal.portfolio_hours"), SUPPLIER),
}
LOOKS = [
    pytest.param({"language": "tr", "theme": "light", "width": 390}, id="tr-light-phone"),
    *(
        pytest.param(
            {"language": language, "theme": theme, "width": width},
            id=f"{language}-{theme}-{width}",
            marks=pytest.mark.long,
        )
        for language, theme, width in (
            ("en", "dark", 390),
            ("tr", "dark", 1440),
            ("en", "light", 1440),
            ("tr", "light", 1440),
            ("en", "dark", 1440),
        )
    ),
]

# What is wrong with how a page stands there, one line each.
FLAWS = """() => {
  const found = [], root = document.documentElement;
  if (root.scrollWidth > root.clientWidth)
    found.push(`${root.scrollWidth - root.clientWidth} px wider than the screen`);
  const shown = (box) => box.width > 1 && box.height > 1;
  const part = (box, other) => ({
    left: Math.max(box.left, other.left), right: Math.min(box.right, other.right),
    top: Math.max(box.top, other.top), bottom: Math.min(box.bottom, other.bottom),
    get width() { return this.right - this.left; }, get height() { return this.bottom - this.top; },
  });
  const words = [], walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, holder = node.parentElement;
    if (!node.data.trim() || holder.closest(".vh")) continue;
    if (!holder.checkVisibility({visibilityProperty: true})) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const line of range.getClientRects()) {
      let box = line;
      for (let up = holder; up && shown(box); up = up.parentElement)
        if (getComputedStyle(up).overflow !== "visible" && up.tagName !== "svg")
          box = part(box, up.getBoundingClientRect());
      // letters fill the middle of their line
      const room = box.height * 0.3;
      if (shown(box)) words.push({left: box.left + 1, right: box.right - 1, top: box.top + room,
        bottom: box.bottom - room, text: node.data.trim().slice(0, 40), holder});
    }
  }
  words.sort((a, b) => a.top - b.top);
  words.forEach((one, n) => {
    for (let m = n + 1; m < words.length && words[m].top < one.bottom; m++) {
      const other = words[m], beside = one.right <= other.left || other.right <= one.left;
      if (!beside && one.holder !== other.holder) found.push(`“${one.text}” lies on “${other.text}”`);
    }
  });
  for (const chart of document.querySelectorAll("main svg.ch, main .plot canvas")) {
    const box = chart.getBoundingClientRect();
    if (chart.checkVisibility() && !(box.width >= 30 && box.height >= 6))
      found.push(`a chart of ${box.width} × ${box.height}`);
  }
  return found.slice(0, 8);
}"""


@dataclass(frozen=True, slots=True)
class City:
    """Both faces, and the addresses of their pages."""

    app: Any
    found: Doubted
    addresses: list[tuple[str, str]]  # host, path


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, let_in: Any) -> Iterator[City]:
    path = tmp_path_factory.mktemp("routes") / "city.sqlite"
    store = open_store(shared(tmp_path_factory.getbasetemp(), path))
    with store.begin() as conn:
        found = doubt(conn)
        jobs.put(conn, kind=ASK_JOB, payload=b'{"device": "OSO700000001"}', not_before=NOW)
        while fleet.refresh(conn, now=NOW).more:
            pass
    people = {OPERATOR: ALL_ROLES, COMPANY: found.told.company, SUPPLIER: found.told.supplier}
    app = let_in(store, (*PANEL, *DESK), NOW, people)
    facts = {"point": found.factory, "day": "2026-11-12", "modem": "OSM900000000000000", "job_id": "1"}
    addresses = list(_pages(app, facts))
    yield City(app, found, addresses)
    store.close()


def _pages(app: Any, facts: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Every page that is read with GET; an object the test does not know gives the page that says so."""
    for route in every_route(app.routes):
        name, path = getattr(route, "name", ""), getattr(route, "path", "")
        reads = "GET" in (getattr(route, "methods", None) or ())
        if not reads or name in NEITHER or name.endswith(NOT_A_PAGE):
            continue
        days = "?from=2026-11-12&to=2026-11-12" if path.startswith("/p/{point}") else ""
        if name == "console.explain":
            days = "?from=2026-11-12T10:00:00Z&to=2026-11-12T11:00:00Z"
        yield name, re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: facts.get(found[1], "4711"), path) + days


@pytest.mark.timeout(300)
@pytest.mark.parametrize("look", LOOKS)
def test_every_page_stands_as_it_should_and_keeps_the_policy(city, live, visit, shows, look):
    site = live(city.app)
    cookies = [
        {"name": "lang", "value": look["language"], "url": site.replace(OPERATOR, host)}
        for host in (COMPANY, SUPPLIER)
    ]
    page = visit(f"{site}/o/quarantine", cookies=cookies, **look)
    flawed, seen = {}, set()
    for name, path in city.addresses:
        host = site.replace(OPERATOR, FOR_OTHERS.get(name, OPERATOR))
        before = len(page.watched.failed)
        page.goto(f"{host}{path}", wait_until="load")
        if page.locator("[data-chart]").count():
            page.wait_for_selector("[data-drawn], .empty")
        shows(page, f"route_{name}_{look['language']}_{look['theme']}_{look['width']}")
        flaws = page.evaluate(FLAWS)
        del page.watched.failed[before:]  # an object that is not there is a page too
        if flaws or page.watched.troubles():
            flawed[path] = [*flaws, *page.watched.troubles()]
        seen.add(name)
    page.watched.console.clear()
    page.watched.errors.clear()
    assert not flawed, "\n".join(f"{path}: {told}" for path, tolds in flawed.items() for told in tolds)
    assert len(seen) >= 25, sorted(seen)


BROKEN = """<main style="position:relative;font:16px sans-serif">
<p style="position:absolute;top:20px;left:20px;margin:0">1.412,9 kWh</p>
<p style="position:absolute;top:24px;left:60px;margin:0">tahmini</p>
<svg class="ch" width="300" height="2" style="position:absolute;top:200px"></svg>
<p style="position:absolute;top:300px;left:0;width:2000px">geniş</p></main>"""


def test_a_page_that_is_broken_is_found_to_be(browser):
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.set_content(BROKEN)
    wide, over, flat = page.evaluate(FLAWS)
    page.close()
    assert "wider than the screen" in wide
    assert over == "“1.412,9 kWh” lies on “tahmini”"
    assert flat == "a chart of 300 × 2"


def test_a_script_the_policy_refuses_is_heard_of(city, live, visit):
    page = visit(f"{live(city.app)}/o/quarantine")
    assert page.watched.troubles() == []
    with page.expect_console_message(lambda message: "Content Security Policy" in message.text):
        page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: '1'}))")
    assert any("Content Security Policy" in trouble for trouble in page.watched.troubles())
    page.watched.console.clear()
