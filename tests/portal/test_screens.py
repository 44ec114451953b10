"""Does every screen answer everybody whose point it is, whatever his point has to tell, and nobody else?"""

import re
from datetime import timedelta

import pytest
from lxml import html
from pretend_city import NOW, PORTFOLIO_SINCE, SCRIPT

from osos.portal.look import OF_A_POINT

SCREENS = [name for name, _ in OF_A_POINT]
PLACES = ["factory", "solar", "home", "market", "empty", "once", "gaps"]
FILES = ["hourly.xlsx", "hourly.csv", "profile.xlsx", "profile.csv", "monthly.xlsx", "monthly.csv"]


def text_of(response):
    """What a reader reads: without marks, with single blanks."""
    bare = re.sub(r"(?s)<(script|style|svg).*?</\1>", " ", response.text)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare)).replace("&#39;", "'").replace("\u00a0", " ")


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("language", ["tr", "en"])
def test_every_screen_answers_for_every_kind_of_point(panel, city, screen, place, language):
    got = panel(city.staff).get(f"/p/{city.points[place]}/{screen}?lang={language}")
    assert got.status_code == 200, panel(city.staff).log.lines[-1:]
    assert f'lang="{language}"' in got.text


@pytest.mark.parametrize("screen", SCREENS)
def test_whose_point_it_is_stands_on_every_screen(panel, city, screen):
    page = text_of(panel(city.company).get(f"/p/{city.points['factory']}/{screen}"))
    for told in ("2004178301", "700000001", "OSO", "40Z000200000001", "Trakya", "Tekirdağ", "Çorlu"):
        assert told in page
    assert "bilgi amaçlıdır, faturaya esas değildir" in page


@pytest.mark.parametrize("screen", [*SCREENS, *FILES])
def test_anothers_point_looks_like_none(panel, city, screen):
    client = panel(city.person)
    foreign = client.get(f"/p/{city.points['factory']}/{screen}")
    missing = client.get(f"/p/{'a' * 16}/{screen}")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.text.replace(city.points["factory"], "") == missing.text.replace("a" * 16, "")


@pytest.mark.parametrize("screen", [*SCREENS, *FILES])
@pytest.mark.parametrize(
    "query",
    [
        "from=2026-02-30&to=2026-13-45",
        "from=1999-01-01&to=2036-12-31",
        "from=2016-11-22&to=2026-11-21&resolution=15min",
        "from=9999-12-31&to=9999-12-31",
        "month=2026-00&kind=%3Cscript%3E&resolution=%00&single=-1&t1=NaN",
        "from=%3Cscript%3Ealert(1)%3C/script%3E",
        "month=0001-01",
    ],
)
def test_whatever_an_address_asks_is_answered(panel, city, screen, query):
    got = panel(city.company).get(f"/p/{city.points['factory']}/{screen}?{query}")
    assert got.status_code == 200, panel(city.company).log.lines[-1:]
    if screen in SCREENS:
        assert "<script>alert" not in got.text


def test_a_day_that_does_not_exist_is_named(panel, city):
    page = text_of(panel(city.company).get(f"/p/{city.points['factory']}/hourly?from=31.02.2026"))
    assert "“31.02.2026” takvimde olmayan bir gün" in page


def test_ten_years_are_cut_with_words(panel, city):
    page = text_of(
        panel(city.company).get(f"/p/{city.points['factory']}/hourly?from=2016-01-01&to=2026-11-21")
    )
    assert "en çok 31 gün gösterir" in page


@pytest.mark.parametrize("screen", [*SCREENS, "../sites", "../portfolio"])
def test_no_script_of_a_customer_or_meter_reaches_the_page(panel, city, screen):
    for place in ("market", "gaps"):
        got = panel(city.staff).get(f"/p/{city.points[place]}/{screen}")
        assert SCRIPT not in got.text and "<script>" not in got.text.replace(SCRIPT, "<script>")


def test_a_customer_without_data_is_told_what_comes_next(panel, city):
    page = text_of(panel(city.staff).get(f"/p/{city.points['empty']}/overview"))
    assert "ilk okuması bekleniyor" in page


def test_one_reading_gives_registers_and_no_use(panel, city):
    page = text_of(panel(city.staff).get(f"/p/{city.points['once']}/overview"))
    assert "en az iki okuma gerekir" in page
    indices = text_of(panel(city.staff).get(f"/p/{city.points['once']}/indices"))
    assert "Son okunan aktif endeks" in indices


def test_a_month_of_gaps_is_not_told_as_a_months_use(panel, city):
    page = text_of(panel(city.staff).get(f"/p/{city.points['gaps']}/overview"))
    assert "vadesi gelen sürenin yalnızca %9,3 kadarı biliniyor" in page
    assert "ilk 21 gününde" not in page


def test_an_empty_range_offers_the_nearest_day_with_data(panel, city):
    got = panel(city.staff).get(f"/p/{city.points['gaps']}/profile?from=2026-10-12&to=2026-10-13")
    assert "Verisi olan en yakın gün: 4 Ekim Pazar" in text_of(got)
    assert "from=2026-10-04" in got.text


def test_missing_hours_have_rows_of_their_own(panel, city):
    got = panel(city.company).get(f"/p/{city.points['factory']}/hourly?from=2026-11-12&to=2026-11-12")
    page = text_of(got)
    assert page.count("eksik") >= 2 and "15:00–16:00" in page
    assert got.text.count('<tr class="gap"') == 2  # 13 and 14 wholly; of 15 a quarter is known
    assert "kısmen" in page


def test_a_change_of_meter_is_a_break_with_both_serials(panel, city):
    page = text_of(panel(city.company).get(f"/p/{city.points['market']}/indices"))
    assert "Sayaç değişti: OSO700000004 → OSO700000014" in page
    hourly = panel(city.company).get(f"/p/{city.points['market']}/hourly?from=2026-11-10&to=2026-11-10")
    assert "Sayaç değişti: OSO700000014" in text_of(hourly)


def test_a_supplier_sees_his_portfolios_time_only(panel, city):
    client = panel(city.supplier)
    october = client.get(f"/p/{city.points['factory']}/hourly?from=2026-10-14&to=2026-10-15")
    page = text_of(october)
    assert "15 Ekim Perşembe" in page and "14 Ekim" not in page.split("Kalite")[1]
    assert client.get(f"/p/{city.points['home']}/overview").status_code == 404
    assert NOW - timedelta(days=30) > PORTFOLIO_SINCE


def test_a_portfolio_begins_with_what_lacks_most(panel, city):
    page = text_of(panel(city.supplier).get("/p/portfolio"))
    assert "3 noktanın 3 tanesinde eksik veri var" in page
    assert page.index("2004178307") < page.index("2004178301") < page.index("2004178302")


def test_a_page_that_is_not_the_first_speaks_of_all_and_goes_on_in_their_order(panel, city, monkeypatch):
    from osos.portal.screens.points import choosing  # only this test makes pages short

    monkeypatch.setattr(choosing, "MOST", 1)
    client, shown, address = panel(city.company), [], "/p/sites"
    for place in ("1", "2", "3"):
        got = client.get(address)
        assert "3 tesis, toplam" in text_of(got)
        row = html.fromstring(got.text).xpath("//table[contains(@class,'points')]/tbody/tr")[0]
        assert row.xpath("td")[0].text_content() == place
        shown.append(row.xpath("th/a")[0].text_content())
        address = next(iter(html.fromstring(got.text).xpath("//p[@class='pager']/a/@href")), None)
    assert address is None and "Merkez fabrika" in shown[0]
    assert len(set(shown)) == 3


@pytest.mark.parametrize("where", ["/p/sites", "/p/portfolio"])
@pytest.mark.parametrize("after", ["2004178301", "x:y", "-5:1", "99999999999999999999:1", "7:\x00"])
def test_a_list_begins_somewhere_whatever_the_address_says(panel, city, where, after):
    who = city.company if where == "/p/sites" else city.supplier
    assert panel(who).get(where, params={"after": after}).status_code == 200


def test_a_companys_sites_are_ranked_by_use(panel, city):
    page = text_of(panel(city.company).get("/p/sites"))
    assert "3 tesis" in page
    assert page.index("Merkez fabrika") < page.index("Örnek Market")


def test_who_has_one_point_begins_at_its_overview(panel, city):
    got = panel(city.person).get("/p")
    assert got.status_code == 302 and got.headers["location"].endswith(f"{city.points['home']}/overview")


@pytest.mark.parametrize(("who", "where"), [("company", "/p/sites"), ("supplier", "/p/portfolio")])
def test_who_has_more_begins_at_his_list(panel, city, who, where):
    assert panel(getattr(city, who)).get("/p").headers["location"] == where


def test_a_search_finds_by_installation_number(panel, city):
    page = text_of(panel(city.company).get("/p/sites?search=2004178302"))
    assert "1 tesis" in page and "Çatı GES" in page


def test_the_three_rates_are_compared_on_the_customers_own_profile(panel, city):
    address = f"/p/{city.points['factory']}/tariffs?single=3,50&t1=3,42&t2=5,61&t3=2,18"
    page = text_of(panel(city.company).get(address))
    assert "Tahmini, faturaya esas değildir" in page and "₺" in page
    assert "T1…T4" in page


def test_the_account_says_who_and_lets_him_leave(panel, city):
    got = panel(city.person).get("/p/account")
    assert "Şükrü İğdır" in got.text and 'action="/sign-out"' in got.text


@pytest.mark.parametrize(("who", "where"), [("company", "/p/sites"), ("supplier", "/p/portfolio")])
def test_one_can_sign_out_where_one_begins(panel, city, who, where):
    got = panel(getattr(city, who)).get(where)
    assert 'method="post" action="/sign-out"' in got.text and "Çıkış" in text_of(got)


def test_a_sunday_that_was_worked_is_noticed(panel, city):
    page = text_of(panel(city.company).get(f"/p/{city.points['factory']}/overview"))
    assert "15 Kasım Pazar 15:00–21:00 arası beklenenden" in page


def test_an_outage_of_the_meters_own_list_is_on_the_time_line(panel, city):
    page = text_of(panel(city.company).get(f"/p/{city.points['solar']}/outages"))
    assert "2 kesinti, toplam 55 dk" in page and "sayacın kesinti kaydı" in page


def test_nothing_of_all_this_was_a_fault_of_ours(panel, city):
    assert [line for line in panel(None).log.lines if line[0] == "page_failed"] == []
