"""Do people find their figures, whoever signs in, in either language and look, without scripts too?"""

import io
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "portal"))

from playwright.sync_api import expect
from pretend_city import NOW, Told, shared, signs_in, told_of
from walking import back, clicked_through

from osos.access import DemoSignIn
from osos.portal.look import OF_A_POINT
from osos.portal.screens import SCREENS
from osos.quantities import ManualClock
from osos.store import Store, open_store

OF_POINT = [name for name, _ in OF_A_POINT]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Told, dict[str, DemoSignIn]]]:
    path = tmp_path_factory.mktemp("journeys") / "city.sqlite"
    store = open_store(shared(tmp_path_factory.getbasetemp(), path))
    with store.read() as conn:
        told = told_of(conn)
    yield store, told, signs_in(store)
    store.close()


@pytest.fixture
def site(
    city: tuple[Store, Told, dict[str, DemoSignIn]], with_sign_in: Any, live: Callable[[Any], str]
) -> str:
    """The panel behind its real sign-in."""
    return live(with_sign_in(city[0], SCREENS, NOW, ManualClock(NOW)))


@pytest.fixture
def enter(site: str, city: Any, visit: Callable[..., Any]) -> Callable[..., Any]:
    """Sign in as one kind of person, by hand, and land on his first page."""

    def signed_in(kind: str, **how: Any) -> Any:
        told = city[2][kind]
        page = visit(f"{site}/sign-in?kind={kind}", **how)
        page.fill("#login", told.login)
        page.fill("#password", told.password)
        return clicked_through(page, "main button[type=submit]", to=lambda url: "/sign-in" not in url)

    return signed_in


def test_a_subscriber_comes_to_his_overview_and_reads_his_month(enter):
    page = enter("subscriber")
    assert page.url.endswith("/overview")
    assert "Kasım’ın ilk 21 gününde" in page.inner_text("h1")
    for told in ("2004178304", "700000003"):
        assert told in page.inner_text(".idblock")
    clicked_through(page, "text=Endeks bilgileri", to="**/indices*")
    assert "Son okunan aktif endeks" in page.inner_text("h1")


def test_a_company_chooses_a_site_and_takes_the_month_with_it(enter, shows):
    page = enter("corporate")
    assert page.url.endswith("/p/sites")
    shows(page, "sites")
    clicked_through(page, "text=Merkez fabrika", to="**/overview*")
    clicked_through(page, "nav >> text=Saatlik tüketim", to="**/hourly*")
    shown = page.inner_text("h1 b")
    with page.expect_download() as waited:
        page.click("text=Excel al")
    book = openpyxl.load_workbook(io.BytesIO(Path(waited.value.path()).read_bytes()), read_only=True)
    rows = list(book.active.iter_rows(values_only=True))
    head = next(n for n, row in enumerate(rows) if row[0] == "Başlangıç")
    column = rows[head].index("Çekiş kWh")
    total = sum(row[column] or 0 for row in rows[head + 1 :])
    assert f"{total:,.1f}".translate(str.maketrans(",.", ".,")) in shown


@pytest.mark.parametrize("language", ["tr", "en"])
def test_a_phone_shows_what_a_site_lacks_without_a_scroll(enter, language):
    page = enter("corporate", width=390, language=language)
    table = page.locator("table.points")
    edge = page.evaluate("document.querySelector('.sc').getBoundingClientRect().right")
    lacking = table.locator("td.warn").first.bounding_box()
    assert lacking["x"] + lacking["width"] <= edge
    row = table.locator("tbody tr").first.inner_text()
    assert "1. " in row and ("%74,2" in row or "74.2%" in row), "its rank and its share too"


def test_a_supplier_sees_what_is_missing_first(enter, shows):
    page = enter("supplier")
    assert page.url.endswith("/p/portfolio")
    assert "eksik veri var" in page.inner_text("h1")
    shows(page, "portfolio")
    clicked_through(page, "tbody a >> nth=0", to="**/overview*")


def test_who_leaves_is_out_and_the_back_button_shows_nothing(enter):
    page = enter("subscriber")
    clicked_through(page, "a.who", to="**/p/account*")
    clicked_through(page, "text=Çıkış yap", to="**/sign-in*")
    back(page)
    page.reload(wait_until="load")
    assert "/sign-in" in page.url


def test_the_profile_is_drawn_and_read_out_by_keyboard(enter, city, site):
    page = enter("corporate", zone="America/New_York")
    address = f"{site}/p/{city[1].points['factory']}/profile?from=2026-11-11&to=2026-11-14"
    page.goto(address, wait_until="load")
    page.wait_for_selector("[data-drawn]")
    plots = page.locator(".plots")
    plots.focus()
    plots.press("ArrowLeft")
    # the last quarter hours of a Turkish day, wherever the browser is; said a while after the last key
    expect(page.locator("[role=status]").last).to_contain_text(re.compile("23:.*kW", re.DOTALL))


def test_without_scripts_every_screen_has_its_figures(enter, city, site):
    page = enter("corporate", scripts=False)
    for screen in OF_POINT:
        address = f"{site}/p/{city[1].points['factory']}/{screen}?from=2026-11-20&to=2026-11-21"
        page.goto(address, wait_until="load")
        rows = page.locator("main table tbody tr:visible").count()
        assert rows > 0 or screen == "outages", screen


def test_in_new_york_a_day_is_the_same_day(enter, city, site):
    page = enter("corporate", zone="America/New_York")
    page.goto(f"{site}/p/{city[1].points['factory']}/hourly?from=2026-11-12&to=2026-11-12", wait_until="load")
    assert "12 Kasım Perşembe" in page.inner_text("tr.day")
    assert page.locator("tr.gap").count() == 2
