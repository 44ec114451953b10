"""Is every page of both faces whole: no line of the policy in the console, nothing wider than the screen, no
words over each other, every chart with its height, in either language and look, on a desk and on a phone?

Walks over the routes of the application itself, so that a page that is added is looked at too. Pictures are
not compared to the dot: another version of Chromium draws letters otherwise, and a test that then fails says
nothing about the page. What makes a page look broken is measured instead.
"""

import itertools
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "portal"))

from argon2 import PasswordHasher
from every_page import COMPANY, LOST, NOBODY, OPERATOR, SUPPLIER, Place, answers_of, leftovers_of, pages_of
from every_thing import RUNS, SCRIPT, at_bench, keep_runs, settle
from figures import dead_ends, says_nothing, ways_down
from flaws import FLAWS
from markupsafe import escape
from pretend_city import NOW, shared
from walking import WITHIN_MS

from osos.access import Passwords, Role, Viewer, ViewerKind
from osos.cli.conformity_pages import bench_app
from osos.conformity.shelf import Shelf
from osos.console.bench import Bench
from osos.console.door import Door
from osos.console.screens import SCREENS as DESK
from osos.portal.screens import SCREENS as PANEL
from osos.quantities import ManualClock
from osos.store import open_store
from osos.web.sign_in import sign_in_screen

with warnings.catch_warnings():  # starlette 1.x points at httpx's successor; httpx still serves
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

ALL_ROLES = Viewer(account="account-all", kind=ViewerKind.STAFF, roles=frozenset(Role), name="nöbetçi")
PARTS = {"panel": "portal.", "bench": "console.bench", "desk": "console.", "doors": ""}
LEAST = {"panel": 22, "bench": 8, "desk": 25, "doors": 11}
PHONE = {"language": "tr", "theme": "light", "width": 390}
LOOKS = [  # in every run each page once, and some in the dark; all of them in the long one
    pytest.param(PHONE, 1, id="tr-light-phone"),
    pytest.param({"language": "en", "theme": "dark", "width": 1440}, 12, id="en-dark-some"),
    *(
        pytest.param(
            {"language": language, "theme": theme, "width": width},
            1,
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


@dataclass(frozen=True, slots=True)
class City:
    """Both faces, and what stands in their addresses."""

    app: Any
    folder: Path
    facts: dict[str, str]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, let_in: Any) -> Iterator[City]:
    folder = tmp_path_factory.mktemp("routes")
    store = open_store(shared(tmp_path_factory.getbasetemp(), folder / "city.sqlite"))
    with store.begin() as conn:
        found, facts = settle(conn)
    keep_runs(folder)
    told = found.told
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    people = {OPERATOR: ALL_ROLES, COMPANY: told.company, SUPPLIER: told.supplier, NOBODY: None}
    app = let_in(store, (sign_in_screen(passwords), *PANEL, *DESK), NOW, people)
    yield City(app, folder, facts | RUNS)
    passwords.close()
    store.close()


@pytest.fixture
def site(city: City, live: Any) -> Iterator[str]:
    """Where it is served, with a run at the bench."""
    with at_bench(city.folder, within_s=WITHIN_MS / 1000) as bench:
        city.app.state.bench = bench
        yield live(city.app)


@pytest.fixture
def browse() -> Callable[[Any, str], Any]:
    """`browse(app, host)`: asks without a browser, as whoever the host says."""

    def opened(app: Any, host: str) -> Any:
        return TestClient(
            app, base_url=f"http://{host}", follow_redirects=False, raise_server_exceptions=False
        )

    return opened


class Walker:
    """One browser that goes from page to page, as whoever each is for."""

    def __init__(self, visit: Any, site: str, look: dict[str, Any], *, first: str = "/o/quarantine") -> None:
        hosts = (COMPANY, SUPPLIER, NOBODY)
        cookies = [
            {"name": "lang", "value": look["language"], "url": site.replace(OPERATOR, host)} for host in hosts
        ]
        self.site = site
        self.page = visit(f"{site}{first}", cookies=cookies, **look)

    def go(self, place: Place) -> int:
        """The status of the page one comes to; what is refused is a page too."""
        address = self.site.replace(OPERATOR, place.host)
        if place.form is None:
            got = self.page.goto(f"{address}{place.path}", wait_until="load")
        else:
            if not self.page.url.startswith(address):
                self.page.goto(f"{address}/nosuch", wait_until="load")
            with self.page.expect_navigation(wait_until="load") as waited:
                self.page.evaluate(SEND, [place.path, place.form])
            got = waited.value
        if self.page.locator("[data-chart]").count():
            self.page.wait_for_selector("[data-drawn], .empty")
        self.page.watched.failed.clear()
        return int(got.status)


SEND = """([to, fields]) => {
  const form = Object.assign(document.createElement("form"), {method: "post", action: to});
  for (const [name, value] of Object.entries(fields))
    form.append(Object.assign(document.createElement("input"), {type: "hidden", name, value}));
  document.body.append(form);
  form.submit();
}"""


def every_place(city: City) -> list[Place]:
    return [*pages_of(city.app, city.facts), *LOST, *answers_of(city.app, city.facts)]


def part_of(place: Place) -> str:
    """Each is a test of its own, so that none takes long on a busy machine."""
    return next(name for name, begins in PARTS.items() if place.name.startswith(begins))


def flaws_of(walker: Walker, place: Place, accessible: Any) -> list[str]:
    """What is wrong with this page; none is the goal."""
    status, page = walker.go(place), walker.page
    found = [*page.evaluate(FLAWS), *page.watched.troubles(), *accessible(page)]
    page.watched.console.clear()
    page.watched.errors.clear()
    if place.status not in {None, status}:
        found.append(f"answers {status}")
    return [f"{place.name} {place.path}: {each}" for each in found]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(("look", "each"), LOOKS)
def test_every_page_stands_as_it_should_and_breaks_no_rule(
    city, site, visit, accessible, shows, look, each, part
):
    """Of WCAG 2.2 A and AA, of the policy, of the width; the last pages answer forms."""
    walker, flawed, met = Walker(visit, site, look), [], set()
    own = [place for place in every_place(city) if part_of(place) == part][::each]
    for number, place in enumerate(own):
        if place.form is None and place.path in met:
            continue  # another address has led here
        flawed += flaws_of(walker, place, accessible)
        met.add(walker.page.url.removeprefix(walker.site))
        shows(walker.page, f"{place.name}_{number:02d}_{look['language']}_{look['theme']}_{look['width']}")
    assert not flawed, "\n".join(flawed)
    assert len(own) >= LEAST[part] // each


@pytest.mark.parametrize(("look", "each"), LOOKS[:1])
def test_the_door_of_the_benchs_own_pages_does_too(
    web_store_of_journeys, live, visit, accessible, look, each, tmp_path
):
    tokens = itertools.count(1)
    door = Door(lambda size: next(tokens).to_bytes(size, "big"))
    bench = Bench(shelf=Shelf(tmp_path), is_local=True)
    app = bench_app(bench, door, web_store_of_journeys, ManualClock(NOW))
    walker, facts = Walker(visit, live(app), look, first="/sign-in"), RUNS | {"token": door.link()}
    at_door = [
        place
        for place in (*pages_of(app, facts), *answers_of(app, facts))
        if place.path == "/sign-in" or "bench_enter" in place.name
    ]
    flawed = [found for place in at_door for found in flaws_of(walker, place, accessible)]
    assert (flawed, len(at_door)) == ([], 3)


def test_what_the_walk_leaves_out_is_no_page(city, site, browse):
    """Files, and pieces that a page is given while one looks at it; a stream would never end here."""
    left_out = [path for path in leftovers_of(city.app, city.facts) if not path.endswith("/live")]
    for path in left_out:
        got = browse(city.app, SUPPLIER if "portfolio" in path else OPERATOR).get(path)
        assert (got.status_code, b"<html" in got.content) == (200, False), path
    assert len(left_out) >= 8


ODD = (  # days that are none, ten years, the ends of time, and words that would run
    "from=2026-02-30&to=2026-13-45&day=2026-02-30&month=2026-00&register=%00&at=never&point=%00",
    "from=2016-11-22&to=2026-11-21&day=2016-11-22&month=2016-11",
    "from=9999-12-31T00:00:00Z&to=0001-01-01T00:00:00Z&month=9999-12&after=99999999999999999999&h=%FF",
    "from=<script src=x>&q=%00<script src=x>&rule=<script src=x>&pattern=<script src=x>&price=NaN&point=x",
)


@pytest.mark.parametrize("point", ["empty", "once", "gaps", "point"])
def test_the_desk_answers_whatever_is_asked(city, browse, point):
    """The panel's own routes are asked so in tests/portal."""
    client, facts = browse(city.app, OPERATOR), city.facts | {"point": city.facts[point]}
    places = [place.path.partition("?")[0] for place in pages_of(city.app, facts) if part_of(place) == "desk"]
    asked = [path for path in dict.fromkeys(places) if point == "point" or facts["point"] in path]
    for address in (f"{path}?{query}" for path in asked for query in ODD):
        got = client.get(address)
        assert got.status_code in {200, 302, 404, 422}, (address, got.status_code)
        assert SCRIPT not in got.text, address
    assert len(asked) >= 4


def test_what_meters_and_modems_say_of_themselves_is_shown_and_never_run(city, browse):
    shown = set()
    for place in every_place(city):
        if place.form is None:
            text = browse(city.app, place.host).get(place.path).text
            assert SCRIPT not in text, place
            shown |= {place.name} if str(escape(SCRIPT)) in text else set()
    assert shown >= {"console.modem", "console.quarantine"}


# They are the way down themselves.
EXPLAIN = {"portal.explain", "portal.portfolio_parts", "console.explain", "console.balance_parts"}


@pytest.mark.parametrize(("part", "least"), [("panel", 18), ("desk", 16)])
def test_from_any_figure_there_is_a_way_down(city, browse, part, least):
    """D-34: a value that a page shows leads to what it was made of, and so on to the bytes."""
    left, seen, ways = [], 0, {}
    for place in every_place(city):
        if place.form is None and place.status == 200 and part_of(place) == part:
            page = browse(city.app, place.host).get(place.path)
            if page.status_code == 200 and place.name not in EXPLAIN:
                left += [f"{place.path}: {one.text} at {one.where}" for one in dead_ends(page.content)]
                seen += 1
            ways |= {(place.host, shape): href for shape, href in ways_down(page.content).items()}
    assert not left, "\n".join(left)
    assert seen >= least
    for (host, _), href in ways.items():
        found = browse(city.app, host).get(href)
        assert (found.status_code, says_nothing(found.text)) == (200, False), href
    assert len(ways) >= 2 * least


def test_a_figure_that_leads_nowhere_is_found():
    page = """<main><h1>Kasım: <b>1.234,6 kWh</b>, en çok <b>9 kW</b></h1><svg><text>7 kWh</text></svg>
    <table><thead><tr><th>kWh</th></tr></thead>
    <tr><th>1</th><td><a href="/x">1.234,56</a></td><td>3,5</td></tr>
    <tr><th>2</th><td>4,5</td><td>1.8.0</td><td>21.11.2026</td></tr></table>
    <dl><dt>Güç</dt><dd>120 kW</dd><dt><a href="/y">Demant</a></dt><dd>%50,2</dd></dl></main>"""
    assert [one.text for one in dead_ends(page)] == ["9 kW", "4,5", "120 kW"]


BROKEN = """<main style="position:relative;font:16px sans-serif">
<p style="position:absolute;top:20px;left:20px;margin:0">1.412,9 kWh</p>
<p style="position:absolute;top:24px;left:60px;margin:0">tahmini</p>
<svg class="ch" width="300" height="2" style="position:absolute;top:200px"></svg>
<svg class="ch" width="300" height="40" style="position:absolute;top:220px">
<text x="9" y="20" text-anchor="end">40.000</text></svg>
<p style="position:absolute;top:300px;left:0;width:2000px">geniş</p></main>"""


def test_a_page_that_is_broken_is_found_to_be(browser):
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.set_content(BROKEN)
    wide, over, flat, cut = page.evaluate(FLAWS)
    page.close()
    assert "wider than the screen" in wide
    assert over == "“1.412,9 kWh” lies on “tahmini”"
    assert flat == "a chart of 300 × 2"
    assert cut == "“40.000” is cut off"


def test_a_script_the_policy_refuses_is_heard_of(site, visit):
    page = visit(f"{site}/o/quarantine")
    assert page.watched.troubles() == []
    other = page.context.new_page()
    other.goto(f"{site}/o/quarantine", wait_until="load")
    for number, tab in enumerate((page, other), start=1):
        with tab.expect_console_message(lambda message: "Content Security Policy" in message.text):
            tab.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: '1'}))")
        assert len(page.watched.troubles()) == number
    with page.context.expect_event("weberror"):
        other.evaluate("setTimeout(() => { throw new Error('ours') })")
    assert page.watched.errors.pop() == "ours"
    page.watched.console.clear()
