"""Are sites compared on one scale and reached from every screen, and a portfolio summed without silence?"""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest
from lxml import html
from pretend_city import NOW, SCRIPT

from osos.mdm import faces
from osos.portal.screens.together import page as together
from osos.quantities import Interval, Quality, local_midnight

NAMES = ("factory", "solar", "market")


def plain(page):
    return " ".join(page.text_content().replace("\u00a0", " ").split())


def compared(panel, city, names=NAMES, query="", who=None):
    asked = "&".join(f"point={city.points.get(name, name)}" for name in names)
    got = panel(who or city.company).get(f"/p/compare?{asked}{query}")
    assert got.status_code == 200
    return got


def test_sites_stand_beside_each_other_on_one_scale_with_their_table(panel, city, city_store):
    got = compared(panel, city)
    page = html.fromstring(got.text)
    assert "3 tesis yan yana" in plain(page) and SCRIPT not in got.text
    (wide, narrow) = page.xpath("//section//svg[contains(@class,'ch')][title]")[:2]
    assert "aynı ölçekte" in wide.xpath("title")[0].text and narrow is not None
    labels = [text.text for text in wide.xpath(".//text[@text-anchor='end']")]
    assert len(labels) % 3 == 0 and labels[: len(labels) // 3] * 3 == labels, "the same ticks for all"
    rows = page.xpath("//table/tbody/tr")
    with city_store.read() as conn:
        for name, row in zip(NAMES, rows, strict=True):
            seen = faces.find_point(conn, city.company, city.points[name], now=NOW)
            days = faces.series(conn, seen, period=faces.month_at(NOW), resolution="day")
            shown = row.xpath("td")[0].text_content().strip().replace(".", "").replace(",", ".")
            exact = Decimal(days.total(faces.Channel.A_PLUS)) / 1000
            assert Decimal(shown) == exact.quantize(Decimal("0.1"), "ROUND_HALF_UP")
            missing = bool(days.minutes[Quality.MISSING].sum())
            assert missing == ("▲" in row.xpath("td")[4].text_content())


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ((), "arasında tesis seçin"),
        (("factory",), "arasında tesis seçin"),
        (("factory", "home", "market"), "1 tanesi bulunamadı"),
        (("factory", "x' OR 1=1", "<script>"), "2 tanesi bulunamadı"),
        (("factory", "factory"), "arasında tesis seçin"),
        (tuple(f"nobody{n}" for n in range(40)), "En çok 6 tesis"),
    ],
)
def test_what_cannot_be_compared_is_said(panel, city, names, said):
    got = compared(panel, city, names)
    assert said in plain(html.fromstring(got.text)) and "<script>" not in got.text.replace('"', "")


@pytest.mark.parametrize("month", ["2026-10", "1990-01", "2099-01", "2026-13", "%00", "9999-99"])
def test_any_month_may_be_asked_to_be_compared(panel, city, month):
    compared(panel, city, query=f"&month={month}")
    compared(panel, city, query=f"&month={month}&lang=en")


def test_sites_are_chosen_in_the_list(panel, city):
    page = html.fromstring(panel(city.company).get("/p/sites?month=2026-10").text)
    (form,) = page.xpath("//form[@action='/p/compare']")
    assert sorted(form.xpath(".//input[@type='checkbox']/@value")) == sorted(
        city.points[one] for one in NAMES
    )
    assert form.xpath(".//input[@name='month']/@value") == ["2026-10"]


@pytest.mark.parametrize("screen", ["overview", "hourly", "ratios", "meter"])
def test_another_site_is_reached_on_the_same_screen_with_the_same_days(panel, city, screen):
    address = f"/p/{city.points['factory']}/{screen}?from=2026-11-02&to=2026-11-03&x=1"
    page = html.fromstring(panel(city.company).get(address).text)
    (form,) = page.xpath("//form[@action='/p/go']")
    assert form.xpath(".//option[@selected]/@value") == [city.points["factory"]]
    assert len(form.xpath(".//option")) == 3
    told = {one.get("name"): one.get("value") for one in form.xpath(".//input[@type='hidden']")}
    assert told == {"screen": screen, "from": "2026-11-02", "to": "2026-11-03"}
    got = panel(city.company).get("/p/go", params={**told, "site": city.points["solar"]})
    assert got.headers["location"] == f"/p/{city.points['solar']}/{screen}?from=2026-11-02&to=2026-11-03"


def test_who_has_one_site_has_nothing_to_choose(panel, city):
    page = panel(city.person).get(f"/p/{city.points['home']}/overview").text
    assert "/p/go" not in page


def test_anothers_site_is_not_gone_to(panel, city):
    for asked in (city.points["home"], "nobody", "a" * 500):
        assert panel(city.company).get("/p/go", params={"site": asked}).status_code == 404


def test_a_screen_that_is_none_leads_to_the_overview(panel, city):
    got = panel(city.company).get("/p/go", params={"site": city.points["solar"], "screen": "//evil.example"})
    assert got.headers["location"] == f"/p/{city.points['solar']}/overview"


def hours_of(body):
    return list(csv.DictReader(io.StringIO(body.decode())))


@pytest.mark.parametrize("day", ["2026-11-12", "2026-11-21", "2026-10-20"])
def test_the_total_profile_is_the_sum_and_says_what_is_missing(panel, city, city_store, day):
    client = panel(city.supplier)
    page = html.fromstring(client.get(f"/p/portfolio/hours?day={day}").text)
    rows = hours_of(client.get(f"/p/portfolio/hours?day={day}&file=csv&machine=1").content)
    start = local_midnight(date.fromisoformat(day))
    with city_store.read() as conn:
        points = faces.list_points(conn, city.supplier, now=NOW).points
        period = Interval(start, start + timedelta(days=1))
        each = [faces.series(conn, seen, period=period, resolution="15min") for seen in points]
    total = sum(one.total(faces.Channel.A_PLUS) for one in each)
    assert sum(Decimal(row["a_plus_kwh"] or 0) for row in rows) == Decimal(total) / 1000
    missing = sum(int(one.minutes[Quality.MISSING].sum()) for one in each)
    assert (missing > 0) == ("bilinen toplamı" in plain(page)) == ("Eksik olan toplama girmez" in plain(page))
    assert len(page.xpath("//table/tbody/tr")) == len(rows)
    book = client.get(f"/p/portfolio/hours?day={day}&file=xlsx").content
    assert openpyxl.load_workbook(io.BytesIO(book)).active.max_row > len(rows)


@pytest.mark.parametrize("day", ["2026-02-30", "1990-01-01", "2099-01-01", "<script>", "\x00", "0000-00-00"])
def test_a_day_that_cannot_be_summed_is_said(panel, city, day):
    got = panel(city.supplier).get("/p/portfolio/hours", params={"day": day})
    assert got.status_code == 200 and "<script>" not in got.text
    assert 'class="asked"' in got.text
    assert panel(city.supplier).get("/p/portfolio/hours", params={"file": "exe"}).status_code == 404


def test_of_a_portfolio_too_large_no_sum_of_a_part_is_shown(panel, city, monkeypatch):
    monkeypatch.setattr(together, "MOST", 2)
    got = panel(city.supplier).get("/p/portfolio/hours")
    assert "toplanamayacak kadar büyük" in got.text and "<table" not in got.text


def test_nothing_of_all_this_was_a_fault_of_ours(panel, city):
    assert [line for line in panel(None).log.lines if line[0] == "page_failed"] == []
