"""Does the way from signing in to signing out hold for each kind of person, however he looks at it?

Each kind of sign-in, in Turkish and English, light and dark, wide and on a phone, without scripts, far from
Turkey; the back button, two tabs, a network that goes away.
"""

import itertools
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from playwright.sync_api import expect

sys.path.insert(0, str(Path(__file__).parent.parent / "portal"))

from argon2 import PasswordHasher
from pretend_city import NOW, Told, shared, signs_in, told_of
from sqlalchemy import func, select
from walking import back, clicked_through, forward, until

from osos.access import DemoAccount, Passwords, Role, ViewerKind, demo_sign_ins
from osos.access.codes import code_of, step_of
from osos.access.tables import accounts
from osos.console.screens import SCREENS as DESK
from osos.jobs.tables import jobs as queue
from osos.mdm import fleet
from osos.portal.screens import SCREENS as PANEL
from osos.quantities import ManualClock
from osos.store import Store, open_store

KINDS = ("subscriber", "corporate", "supplier", "staff")
STAFF_LOGIN = "nobet@edas.example"
NEW_YORK = "America/New_York"
ONE_LOOK_EACH = [  # in every run; all of them for everybody in the long one
    ("subscriber", "en", "dark", 390, True, NEW_YORK),
    ("corporate", "tr", "light", 390, False, "Europe/Istanbul"),
    ("supplier", "en", "dark", 1440, False, NEW_YORK),
    ("staff", "tr", "dark", 390, True, NEW_YORK),
]
EVERY_LOOK = [
    each
    for each in itertools.product(
        KINDS, ("tr", "en"), ("light", "dark"), (1440, 390), (True, False), ("Europe/Istanbul", NEW_YORK)
    )
    if each not in ONE_LOOK_EACH
]


@dataclass
class City:
    """The panel and the desk behind the real sign-in."""

    store: Store
    told: Told
    people: dict[str, Any]
    secret: bytes
    clock: ManualClock

    def code(self) -> str:
        """What the member of staff's telephone shows now; no code opens twice."""
        self.clock.advance(60)
        return code_of(self.secret, step_of(self.clock.now()))

    def jobs(self) -> int:
        with self.store.read() as conn:
            return int(conn.scalar(select(func.count()).select_from(queue)) or 0)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    path = tmp_path_factory.mktemp("whole") / "city.sqlite"
    store = open_store(shared(tmp_path_factory.getbasetemp(), path))
    people = signs_in(store)
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    wished = DemoAccount(
        kind=ViewerKind.STAFF, login=STAFF_LOGIN, name="Ayşe Işık", roles=frozenset({Role.OPERATOR})
    )
    with store.begin() as conn:
        (people["staff"],) = demo_sign_ins(conn, [wished], passwords=passwords, now=NOW)
        query = select(accounts.c.totp_secret).where(accounts.c.login == STAFF_LOGIN)
        secret = conn.scalar(query)
        told = told_of(conn)
        while fleet.refresh(conn, now=NOW).more:
            pass
    passwords.close()
    assert secret is not None
    yield City(store, told, people, secret, ManualClock(NOW + timedelta(minutes=1)))
    store.close()


@pytest.fixture
def app(city: City, with_sign_in: Callable[..., Any]) -> Any:
    return with_sign_in(city.store, (*PANEL, *DESK), NOW, city.clock)


@pytest.fixture
def site(app: Any, live: Callable[[Any], str]) -> str:
    return live(app)


@pytest.fixture
def enter(site: str, city: City, visit: Callable[..., Any]) -> Callable[..., Any]:
    """Sign in by hand as one kind of person; `page` signs in again where one is, another tab for instance."""

    def signed_in(kind: str, page: Any = None, **look: Any) -> Any:
        address = f"{site}/sign-in/staff" if kind == "staff" else f"{site}/sign-in?kind={kind}"
        if page is None:
            page = visit(address, **look)
        elif kind == "staff" or "/sign-in" not in page.url:
            page.goto(address)
        else:  # where he wanted to go stays in the address
            clicked_through(page, f"a[href*='kind={kind}']", to=f"**/sign-in?*kind={kind}*")
        page.fill("#login", city.people[kind].login)
        page.fill("#password", city.people[kind].password)
        if kind == "staff":
            page.fill("#code", city.code())
        return clicked_through(page, "main button[type=submit]", to=lambda url: "/sign-in" not in url)

    return signed_in


# A line that is only said to be lost may live on, and the badge says so again at its next sign of life.
KEEP_WHAT_IT_SAYS = """() => {
  window.said = [];
  const badge = document.querySelector("[data-live]");
  new MutationObserver(() => said.push(badge.textContent)).observe(badge, {childList: true});
}"""


def figures(text: str) -> list[str]:
    """The digits of a sentence, whatever stands between them in this language and in whatever order."""
    undated = re.sub(r"\d\d\.\d\d\.\d{4}|\d\d? \w+ \d{4}|\d\d:\d\d", "", text)
    return sorted(re.sub(r"\D", "", found) for found in re.findall(r"\d[\d.,]*", undated))


def fits(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def sign_out(page: Any) -> None:
    clicked_through(page, "form[action='/sign-out'] button", to=lambda url: "/sign-in" in url)


def a_whole_visit(enter, shows, kind, language, theme, width, scripts, zone):
    look = {"language": language, "theme": theme, "width": width, "scripts": scripts, "zone": zone}
    page = enter(kind, **look)
    shows(page, f"whole_{kind}_{language}_{theme}_{width}_{'js' if scripts else 'nojs'}")
    home = {"subscriber": "/overview", "corporate": "/p/sites", "supplier": "/p/portfolio", "staff": "/o"}
    assert page.url.split("?")[0].endswith(home[kind])
    assert page.get_attribute("html", "lang") == language
    said = page.inner_text("h1")
    assert figures(said), said
    other = html.fromstring(page.request.get(f"{page.url}?lang={'en' if language == 'tr' else 'tr'}").text())
    assert figures(other.xpath("//h1")[0].text_content()) == figures(said), "the same in both languages"
    if scripts:
        assert fits(page)
    if kind == "staff":
        clicked_through(page, "aside nav li:nth-child(2) a", to="**/o/points*")
    else:
        if kind != "subscriber":
            clicked_through(page, "main tbody a", to="**/overview*")
        clicked_through(page, "nav.nav a[href*='/hourly']", to="**/hourly*")
        assert page.locator("table.hours tbody tr").count() > 24
    if scripts:
        assert fits(page)
    sign_out(page)


@pytest.mark.parametrize(("kind", "language", "theme", "width", "scripts", "zone"), ONE_LOOK_EACH)
def test_each_kind_comes_in_sees_the_same_and_leaves(
    enter, shows, kind, language, theme, width, scripts, zone
):
    a_whole_visit(enter, shows, kind, language, theme, width, scripts, zone)


@pytest.mark.long
@pytest.mark.parametrize(("kind", "language", "theme", "width", "scripts", "zone"), EVERY_LOOK)
def test_each_kind_in_every_look(enter, shows, kind, language, theme, width, scripts, zone):
    a_whole_visit(enter, shows, kind, language, theme, width, scripts, zone)


def test_the_back_button_goes_back_in_the_same_state_and_not_behind_the_door(enter, city, site):
    page = enter("corporate")
    page.goto(f"{site}/p/{city.told.points['factory']}/hourly?from=2026-11-11&to=2026-11-11")
    before = page.inner_text("h1")
    clicked_through(page, "form.days a[rel=next]", to="**/hourly?*2026-11-12*")
    assert page.inner_text("h1") != before
    back(page, to="**/hourly?*2026-11-11*")
    assert page.inner_text("h1") == before
    forward(page, to="**/hourly?*2026-11-12*")
    assert "12 Kasım" in page.inner_text("h1")
    sign_out(page)
    for _ in range(2):
        back(page)
        assert page.locator("table.hours").count() == 0, "no figure after signing out"
    page.reload(wait_until="load")
    assert "/sign-in" in page.url


def test_who_signed_out_in_one_tab_is_out_in_the_other(enter, city, site):
    page = enter("corporate")
    page.goto(f"{site}/p/{city.told.points['factory']}/hourly?from=2026-11-12&to=2026-11-12")
    other = page.context.new_page()
    other.goto(f"{site}/p/sites")
    sign_out(other)
    clicked_through(page, "nav.nav a[href*='/profile']", to=lambda url: "/sign-in?next=/p/" in url)
    enter("corporate", page=page)
    page.wait_for_selector("[data-drawn]")
    assert "/profile" in page.url, "and comes on to where he was going"


def test_a_form_of_a_session_that_is_over_does_nothing(enter, city, site):
    page = enter("staff")
    page.goto(f"{site}/o/points/{city.told.points['home']}")
    other = page.context.new_page()
    other.goto(f"{site}/o")
    sign_out(other)
    before = city.jobs()
    clicked_through(page, "form.readnow button[type=submit]")
    assert page.watched.failed.pop().startswith("401: ")
    assert page.locator("a[href*='/sign-in']").count(), "it says where to go"
    enter("staff", page=page)
    page.goto(f"{site}/o/points/{city.told.points['home']}")
    sign_out_and_in_elsewhere(other, site, enter)
    clicked_through(page, "form.readnow button[type=submit]")
    assert page.watched.failed.pop().startswith("403: "), "a form of the session before"
    assert city.jobs() == before
    assert not page.watched.failed


def sign_out_and_in_elsewhere(other, site, enter):
    other.goto(f"{site}/o")
    sign_out(other)
    enter("staff", page=other)


def test_a_drawn_chart_is_walked_and_read_without_a_network(enter, city, site):
    page = enter("corporate")
    page.goto(f"{site}/p/{city.told.points['factory']}/profile?from=2026-11-11&to=2026-11-12")
    page.wait_for_selector("[data-drawn]")
    page.context.set_offline(True)
    page.focus(".plots")
    page.keyboard.press("+")
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.locator(".sum")).to_contain_text("Σ")
    page.click("[data-do=table]")
    expect(page.locator(".twin tbody tr")).to_have_count(192)
    page.context.set_offline(False)


def test_the_desk_says_since_when_it_is_not_live_and_comes_back(enter, site):
    page = enter("staff")
    page.goto(f"{site}/o")
    badge = page.locator("[data-live]")
    expect(badge).to_have_text("canlı")
    page.evaluate(KEEP_WHAT_IT_SAYS)
    page.context.set_offline(True)
    page.wait_for_function("said.length > 0")
    assert page.evaluate("said[0]") == f"canlı değil, son {NOW:%H:%M}"
    page.context.set_offline(False)
    expect(badge).to_have_text("canlı")
    page.watched.failed.clear()  # what the lost line itself says


def test_without_its_stream_the_desk_asks_every_half_minute(enter, app, site):
    page = enter("staff")
    page.clock.install()
    page.goto(f"{site}/o")
    badge = page.locator("[data-live]")
    expect(badge).to_have_text("canlı")
    asked: list[int] = []
    page.on("response", lambda given: given.url.endswith("/o/figures") and asked.append(given.status))
    app.state.web.streams.end_all()
    expect(badge).to_contain_text("canlı değil")
    # the stream is tried again too, and while that is open nobody asks
    until(page, lambda: asked, again=lambda: page.clock.fast_forward(31_000))
    assert set(asked) == {200}
