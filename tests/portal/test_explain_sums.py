"""Does a voltage lead to its record, Σ of tariffs to its tariffs, and a portfolio's sum to its points?"""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from pretend_city import NOW

from osos.mdm import faces
from osos.mdm.explain import points_told, records_told, shown_of, tariffs_told
from osos.mdm.explain.bytes_of import Messages
from osos.mdm.faces.electrical import electrical
from osos.quantities import TURKIYE, Interval, local_midnight, to_utc

HOUR = Interval(
    to_utc(datetime(2026, 11, 12, 14, tzinfo=TURKIYE)), to_utc(datetime(2026, 11, 12, 15, tzinfo=TURKIYE))
)
WAY = re.compile(r'href="([^"]*/explain\?s=[^"]*column=[^"]*)"[^>]*>([^<]+)<')


def page_of(panel, viewer, address: str, language: str = "tr") -> str:
    got = panel(viewer).get(f"{address}{'&' if '?' in address else '?'}lang={language}")
    assert got.status_code == 200, got.text
    assert ">None<" not in got.text
    return str(got.text)


@pytest.mark.parametrize("resolution", ["15min", "hour"])
def test_each_voltage_of_a_profile_leads_to_the_very_digits_the_meter_sent(panel, city, resolution) -> None:
    profile = page_of(
        panel,
        city.company,
        f"/p/{city.points['market']}/profile?from=2026-11-12&to=2026-11-12&resolution={resolution}",
    )
    links = WAY.findall(profile)
    kinds = {unescape(address).split("column=")[1] for address, _ in links}
    assert {"32.7.0%20max", "32.7.0%20min", "31.7.0", "13.7.0"} <= kinds
    for address, shown in links[:: len(links) // 12]:
        page = page_of(panel, city.company, unescape(address))
        own = page.split('<span class="mute">gösterilen değer')[1].split("<mark>")[1].split("</mark>")[0]
        assert f"{float(own):.2f}".rstrip("0") == f"{float(shown.replace(',', '.')):.2f}".rstrip("0")
        assert "numaralı mesajda geldi (oturum" in page and "fatura" in page


@pytest.mark.parametrize("language", ["tr", "en"])
def test_a_record_is_told_in_plain_words_in_both_languages(panel, city, language) -> None:
    address = f"/p/{city.points['market']}/explain?column=32.7.0%20max&h=2026-11-12T14"
    page = page_of(panel, city.company, address, language)
    assert ("bunu 4 kez kaydetti" if language == "tr" else "recorded this 4 times") in page
    assert ("en yüksek değerdir" if language == "tr" else "the highest it recorded") in page


@pytest.mark.parametrize("code", ["32.7.0 max", "72.7.0 min", "51.7.0", "13.7.0"])
def test_the_record_shown_is_the_value_of_the_screen(city_store, city, code) -> None:
    with city_store.read() as conn:
        seen = faces.find_point(conn, city.staff, city.points["market"], now=NOW)
        records = records_told(conn, seen, code=code, period=HOUR, messages=Messages(conn))
        curve = electrical(conn, seen, period=HOUR).curves[code]
        told = curve.values.tolist()[1:]  # the first closes the quarter hour before
        assert [int(one.value.scaleb(curve.decimals)) for one in records] == told
        assert shown_of(records) in records and len(records) == 4


@pytest.mark.parametrize(
    "query",
    [
        "column=1.8.0&h=2026-11-12T14",
        "column=&from=2026-11-12&to=2026-11-12",
        "column=%3Cscript%3Ealert(1)&s=x&e=y",
        "column=32.7.0&s=2026-11-12T14:00&e=2026-11-12T15:00",
        "column=32.7.0%20max&s=2026-11-12T15:00Z&e=2026-11-12T14:00Z",
        "column=32.7.0%20max&h=2030-01-01T00",
        "column=32.7.0%20max&s=0001-01-01T00:00Z&e=9999-12-31T00:00Z",
    ],
)
def test_what_no_meter_recorded_is_answered_in_words(panel, city, query) -> None:
    page = page_of(panel, city.person, f"/p/{city.points['home']}/explain?{query}")
    assert "böyle bir değer kaydetmedi" in page or "kaydetti." in page
    assert "<script>alert" not in page


def test_a_supplier_is_told_no_voltage_of_before_his_time(panel, city) -> None:
    query = "column=31.7.0&s=2026-10-10T10:00Z&e=2026-10-10T11:00Z"
    before = page_of(panel, city.supplier, f"/p/{city.points['factory']}/explain?{query}")
    assert "size açık değil" in before


@pytest.mark.parametrize("point", ["home", "factory", "market"])
@pytest.mark.parametrize("month", [10, 11])
def test_the_stretches_of_the_tariffs_are_the_tariffs_and_those_are_t(city_store, city, point, month) -> None:
    first = datetime(2026, month, 1)
    period = Interval(
        local_midnight(first.date()), local_midnight((first + timedelta(days=32)).replace(day=1).date())
    )
    with city_store.read() as conn:
        seen = faces.find_point(conn, city.staff, city.points[point], now=NOW)
        told = tariffs_told(conn, seen, period=period)
        assert told.sum_wh == told.total.wh == faces.tariff_split(conn, seen, period=period).total_wh
        for one in told.bands:
            assert sum(each.wh for each in one.stretches) == one.wh
            some = one.stretches[3]
            parts = faces.series(conn, seen, period=some.period, resolution="15min")
            assert parts.total("1.8.0") == some.wh


@pytest.mark.parametrize("language", ["tr", "en"])
def test_a_sum_of_tariffs_leads_to_each_tariff_and_each_stretch_to_its_registers(
    panel, city, language
) -> None:
    point = city.points["factory"]
    page = page_of(panel, city.company, f"/p/{point}/explain?sum=tariffs&month=2026-11", language)
    assert "T1 + T2 + T3" in page
    assert ("tarife saatlerine göre" if language == "tr" else "tariff hours") in page
    ways = re.findall(rf'href="(/p/{point}/explain\?s=[^"]+)"', page)
    assert len(ways) > 60
    deeper = page_of(panel, city.company, unescape(ways[2]), language)
    assert ("arasındaki değer" if language == "tr" else "it is made of") in deeper


@pytest.mark.parametrize(
    ("screen", "leads_to"),
    [
        ("tariffs?month=2026-11", "explain?sum=tariffs&amp;month=2026-11"),
        ("overview?month=2026-11", "explain?sum=tariffs&amp;month=2026-11"),
        ("profile?from=2026-11-12&to=2026-11-12", "explain?s=2026-11-11T21:00Z&amp;e=2026-11-11T21:15Z"),
    ],
)
def test_each_sum_shown_has_a_way_into_its_parts(panel, city, screen, leads_to) -> None:
    assert leads_to in page_of(panel, city.company, f"/p/{city.points['factory']}/{screen}")


def test_a_quarter_hour_tells_what_else_was_recorded_in_it(panel, city) -> None:
    query = "s=2026-11-12T11:00Z&e=2026-11-12T11:15Z"
    page = page_of(panel, city.company, f"/p/{city.points['market']}/explain?{query}")
    assert "Sayaç bu sürede şunları da kaydetti" in page and "column=31.7.0" in page


def test_an_hour_of_a_portfolio_is_its_points_to_the_watt_hour(panel, city, city_store) -> None:
    hours = page_of(panel, city.supplier, "/p/portfolio/hours?day=2026-11-12")
    way = re.search(r'href="(/p/portfolio/parts\?h=2026-11-12T14)"[^>]*>([^<]+)<', hours)
    assert way is not None
    page = page_of(panel, city.supplier, way[1])
    assert f'<td class="r b">{way[2]}</td>' in page.split("<tfoot>")[1]
    ways = re.findall(r'href="(/p/\w+/explain\?s=[^"]+)"', page)
    assert ways and "arasındaki değer" in page_of(panel, city.supplier, unescape(ways[0]))
    with city_store.read() as conn:
        points = faces.list_points(conn, city.supplier, now=NOW, limit=100).points
        told = points_told(conn, points, period=HOUR)
        hour = faces.together(conn, points, period=HOUR).hours[0]
        assert told.wh == hour.wh == sum(one.wh for one in told.parts)
        assert len(told.parts) == hour.points


@pytest.mark.parametrize(
    "query", ["", "h=x", "day=2026-02-30", "h=9999-01-01T00", "day=2026-11-12&channel=2.8.0"]
)
def test_whatever_portfolio_hour_is_asked_for_there_is_a_page(panel, city, query) -> None:
    page_of(panel, city.supplier, f"/p/portfolio/parts?{query}")


def test_the_months_of_a_list_lead_into_themselves(panel, city) -> None:
    assert "/explain?month=2026-11" in page_of(panel, city.company, "/p/sites?month=2026-11")
    assert "/explain?month=2026-11" in page_of(panel, city.supplier, "/p/portfolio?month=2026-11")
