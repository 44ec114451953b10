"""Do the shared parts work in a real browser, for every reader?"""

import pytest
from playwright.sync_api import expect
from walking import clicked_through

from osos.web.formats import Formats

LOOKS = [
    pytest.param({"language": "tr", "theme": "light", "width": 1440}, id="tr-light-wide"),
    pytest.param({"language": "en", "theme": "dark", "width": 1440}, id="en-dark-wide"),
    pytest.param({"language": "tr", "theme": "dark", "width": 390}, id="tr-dark-phone"),
]


class KeptLog:
    """A log that keeps what it is told."""

    def __init__(self):
        self.lines = []

    def warning(self, event, **facts):
        self.lines.append((event, facts))

    exception = warning


@pytest.fixture
def guide(live, style_guide, web_store_of_journeys):
    """The address of the style guide."""
    return live(style_guide.make(web_store_of_journeys, KeptLog())) + "/stil"


def drawn(page):
    page.wait_for_selector("[data-drawn]")
    return page


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("face", ["customer", "desk"])
def test_no_part_breaks_an_accessibility_rule_or_the_policy(guide, visit, accessible, look, face):
    page = drawn(visit(f"{guide}?face={face}", **look))
    assert accessible(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= look["width"]


def test_the_charts_times_are_turkish_in_every_zone(guide, visit):
    said = []
    for zone in ("Europe/Istanbul", "America/New_York"):
        page = drawn(visit(guide, zone=zone))
        page.focus(".plots")
        page.keyboard.press("ArrowLeft")
        said.append(page.text_content(".readout"))
    assert said[0] == said[1]
    assert said[0].startswith("21 Kasım Cumartesi 22:15–22:30 · ")
    assert "kW" in said[0]
    assert "T3 gece" in said[0]


def test_the_chart_speaks_english(guide, visit):
    page = drawn(visit(guide, language="en"))
    page.focus(".plots")
    page.keyboard.press("ArrowLeft")
    assert page.text_content(".readout").startswith("Saturday 21 November 22:15–22:30 · ")
    assert page.text_content(".sum").startswith("01/11/2026 00:00 – 21/11/2026 22:45 · Σ ")


def test_the_chart_is_walked_zoomed_and_summed_by_keys(guide, visit):
    page = drawn(visit(guide))
    page.focus(".plots")
    page.keyboard.press("PageUp")
    assert page.text_content(".readout").startswith("20 Kasım Cuma 22:30–22:45")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowLeft")
    assert "Σ" in page.text_content(".sum")
    assert "20.11.2026 21:45 – 20.11.2026 22:45" in page.text_content(".sum")
    expect(page.locator("[aria-live]").first).to_contain_text("Σ")  # a while after the last key
    page.keyboard.press("+")
    assert "Σ" in page.text_content(".sum")
    page.keyboard.press("0")
    assert page.text_content(".sum").startswith("01.11.2026 00:00 – 21.11.2026 22:45")


def test_the_table_twin_holds_every_interval(guide, visit, style_guide):
    page = drawn(visit(guide))
    page.click("[data-do=table]")
    starts, values, marks = style_guide.month_of_quarters()
    expect(page.locator(".twin tbody tr")).to_have_count(len(starts))
    first = page.locator(".twin tbody tr").first.locator("td").all_text_contents()
    assert first[0] == "01.11.2026 00:00"
    assert first[2] == f"{values[0] / 1000:.3f}".replace(".", ",")
    column = page.locator(".twin tbody tr td:nth-child(3)").all_text_contents()
    f = Formats("tr")
    assert column == [f.thousandths(value, 3) for value in values], "written as the page writes them"
    words = page.eval_on_selector_all(
        ".twin tbody tr td:nth-last-child(2)", "cells => cells.map(c => c.textContent)"
    )
    assert words.count("tahmini") == sum(mark.name == "ESTIMATED" for mark in marks)
    assert words.count("eksik") == values.count(None)


def test_without_a_script_the_page_says_where_the_values_are(guide, visit):
    page = visit(guide, scripts=False)
    assert page.locator(".no-js").first.is_visible()
    assert not page.locator(".plots").first.is_visible()
    assert page.locator("svg.ch").count() > 10


def test_a_months_screen_is_light(guide, visit):
    page = drawn(visit(guide))
    scripts = page.evaluate(
        "performance.getEntriesByType('resource').filter(e => e.initiatorType === 'script')"
        ".reduce((sum, e) => sum + e.transferSize, 0)"
    )
    assert scripts <= 100_000  # how soon it is drawn, `make bench` says


def test_nothing_moves_when_the_chart_comes(guide, visit):
    page = drawn(visit(guide))
    moved = page.evaluate(
        "new Promise(done => new PerformanceObserver(list => done(list.getEntries()"
        ".reduce((sum, e) => sum + e.value, 0))).observe({type: 'layout-shift', buffered: true})"
        " || setTimeout(() => done(0), 300))"
    )
    assert moved < 0.05


def test_a_theme_and_a_language_are_chosen_by_links(guide, visit):
    page = drawn(visit(guide, width=1440))
    clicked_through(page, ".switch a[hreflang=en]")
    assert page.get_attribute("html", "lang") == "en"
    clicked_through(page, ".switch.theme a")
    assert page.get_attribute("html", "data-theme") == "dark"
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(12, 20, 19)"
