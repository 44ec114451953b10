"""Does the *dönem özeti* say what the page says, in either language, with how well it is known?"""

import html
import re
import sys

import pytest

from osos.web.pdf import PeriodSummary

# the package's name is taken by its screens' tuple: the module itself
OVERVIEW = "osos.portal.screens.overview.page"


@pytest.fixture
def said(panel, city, monkeypatch):
    """What stands in the document of a month, and the page of the same month as text."""
    made: list[PeriodSummary] = []
    usual = sys.modules[OVERVIEW].period_summary

    def kept(summary, *, made_at):
        made.append(summary)
        return usual(summary, made_at=made_at)

    monkeypatch.setattr(sys.modules[OVERVIEW], "period_summary", kept)

    def of(place="factory", query="month=2026-11", language="tr"):
        client, base = panel(city.staff), f"/p/{city.points[place]}/overview"
        got = client.get(f"{base}.pdf?{query}&lang={language}")
        assert got.status_code == 200, client.log.lines[-1:]
        assert got.headers["content-type"] == "application/pdf"
        assert got.content.startswith(b"%PDF-")
        page = client.get(f"{base}?{query}&lang={language}").text
        return made[-1], re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))

    return of


@pytest.mark.parametrize("language", ["tr", "en"])
@pytest.mark.parametrize("place", ["factory", "solar", "home"])
def test_every_figure_of_the_document_stands_on_the_page(said, place, language):
    summary, page = said(place, language=language)
    for table in summary.tables:
        for row in table.rows:
            for cell in row:
                figures = re.findall(r"\d[\d.,]*\d", cell)
                if "/" not in cell:  # counted quarter hours stand on the document alone
                    assert all(figure in page for figure in figures), (table.title, row)
    assert summary.language == language
    whose = dict(summary.identity)
    assert all(word in page for word in whose.values() if word != "–")


def test_a_day_that_is_not_whole_says_how_many_quarter_hours_it_lacks(said):
    summary, _ = said("factory")
    days = {row[0]: row[-1] for row in summary.tables[-1].rows}
    assert days["11 Kasım Çarşamba"] == "ölçüm"
    assert re.fullmatch(r"eksik \d+/96", days["12 Kasım Perşembe"])
    assert any("21.11.2026" in note for note in summary.notes), "data time"
    assert "faturaya esas değildir" in summary.footnote


@pytest.mark.parametrize("place", ["empty", "once", "gaps", "market"])
@pytest.mark.parametrize("month", ["2026-11", "2024-02"])
def test_whatever_a_point_has_to_tell_it_has_a_summary(said, place, month):
    summary, _ = said(place, query=f"month={month}")
    assert summary.title.startswith("Dönem özeti")


def test_anothers_summary_looks_like_none(panel, city):
    assert panel(city.person).get(f"/p/{city.points['factory']}/overview.pdf").status_code == 404
