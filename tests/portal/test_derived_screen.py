"""Does each figure of the panel lead to a page that says this very figure, and how it came about (D-34)?"""

import re
from collections import Counter
from decimal import Decimal
from html import unescape
from math import floor
from urllib.parse import parse_qs, urlsplit

import pytest
from pretend_city import NOW

from osos.mdm import faces
from osos.mdm.derive.grids import month_at
from osos.mdm.explain import derived
from osos.portal.screens.indices.view import indices_view
from osos.portal.screens.monthly.view import month_rows

LINK = re.compile(r'<a [^>]*href="([^"]*/explain\?[^"]*)"[^>]*>([^<]+)</a>')
NUMBER = re.compile(r"(?:≈ )?[−-]?(?:[%₺])?(\d{1,3}(?:\.\d{3})*(?:,\d+)?)(?: (?:kWh|kVArh|kW))?")
OWN = "single=3&t1=3,1&t2=4,5&t3=1,7&distribution=0,9&reactive=1&power=30&vat=20&consumption_tax=5"
PAGES = (
    ("factory", "overview"),
    ("factory", "ratios"),
    ("factory", "monthly"),
    ("factory", f"tariffs?month=2026-11&{OWN}&transformer=15/160"),
    ("factory", "hourly?from=2026-11-11&to=2026-11-12"),
    ("market", "monthly"),
    ("market", "tariffs"),
    ("market", "indices"),
    ("solar", "ratios?month=2026-10&kind=inductive"),
    ("gaps", "overview"),
)


def page_of(panel, viewer, address: str) -> str:
    got = panel(viewer).get(address)
    assert got.status_code == 200, (address, got.text[:400])
    assert ">None<" not in got.text
    return str(got.text)


def number(text: str) -> tuple[Decimal, int] | None:
    """Its size, and how many decimals it is written with."""
    found = NUMBER.fullmatch(" ".join(unescape(text).replace("\u00a0", " ").split()))
    if found is None:
        return None
    plain = found[1].replace(".", "").replace(",", ".")
    return Decimal(plain), len(plain.partition(".")[2])


def same(shown: str, told: str) -> bool:
    """The page's figure is the explanation's, rounded."""
    (one, digits), exact = number(shown), number(told)
    assert exact is not None, told
    return abs(one - exact[0]) <= Decimal("0.5").scaleb(-digits) + Decimal("0.5").scaleb(-exact[1])


def few(links: list[tuple[str, str]], most: int) -> list[tuple[str, str]]:
    """Some of each kind of figure."""
    seen: Counter[str] = Counter()
    found = []
    for address, text in links:
        query = parse_qs(urlsplit(unescape(address)).query)
        kind = query.get("figure", ["-"])[0].partition("@")[0] + ("@" in query.get("figure", [""])[0]) * "@"
        kind += query.get("channel", [""])[0] + "".join(sorted(query.keys() & {"s", "from", "month"}))
        seen[kind] += 1
        if seen[kind] <= most and number(text) is not None:
            found.append((unescape(address), text))
    return found


@pytest.mark.parametrize(("point", "screen"), PAGES)
def test_a_figure_leads_to_the_page_that_says_it(panel, city, point, screen) -> None:
    page = page_of(panel, city.staff, f"/p/{city.points[point]}/{screen}").split("<main")[1]
    links = few(LINK.findall(page), 1)
    for address, shown in links:
        query = parse_qs(urlsplit(address).query)
        told = page_of(panel, city.staff, address)
        headline = told.split("<h1>")[1].split("</h1>")[0]
        if "figure" in query:
            value = re.search(r"<b>([^<]*)</b>", headline)
            assert value is not None, address
            assert same(shown, value[1]), (address, shown, value[1])
            assert 'class="in formula"' in told or 'class="tb slim terms"' in told, address
        elif {"channel"} <= query.keys() and "kW<" not in shown and not unescape(shown).endswith("kW"):
            value = re.search(r"değer ([\d.,]+ kV?[AWa]r?h)", headline.replace("kvarh", "kVArh"))
            if value is not None and "s" not in query:
                assert same(shown, value[1]), (address, shown, value[1])
    assert links


@pytest.mark.parametrize("language", ["tr", "en"])
def test_a_ratio_is_told_as_a_sum_with_its_numbers_in_it(panel, city, language) -> None:
    address = f"/p/{city.points['factory']}/explain?figure=ratio.inductive&month=2026-11&lang={language}"
    page = page_of(panel, city.company, address)
    formula = unescape(page.split('class="in formula"')[1].split("<b>")[1].split("</b>")[0])
    said = r"[\d.,]+ kVArh ÷ [\d.,]+ kWh × 100 = (?:%[\d,]+|[\d.]+%)"
    assert re.fullmatch(said, formula.replace("\u00a0", " ")), formula
    assert ("Kural: EPDK 5999/3" if language == "tr" else "The rule: EPDK 5999/3") in page
    assert "channel=5.8.0" in page and "figure=limit.inductive" in page


@pytest.mark.parametrize(
    "query",
    ["figure=", "figure=nosuch", "figure=<b>", "figure=ratio.inductive@0", "figure=forecast.1.8.0@999999999",
     "figure=ratio.inductive&month=9999-99", "figure=bill@energy", "figure=advance@9.9.9", "figure=error",
     "figure=three&single=NaN&t1=1e9&t2=-1&t3=x", "fact=", "fact=<script>", "fact=title"],
)  # fmt: skip
def test_what_is_no_figure_is_answered_in_words(panel, city, query) -> None:
    page = page_of(panel, city.company, f"/p/{city.points['factory']}/explain?{query}")
    assert "<script>alert" not in page and "<b><b>" not in page


def test_a_stranger_is_told_no_derivation(panel, city) -> None:
    address = f"/p/{city.points['factory']}/explain?figure=charged&month=2026-11"
    assert panel(city.person).get(address).status_code == 404


def test_a_contract_and_a_multiplier_say_since_when_they_hold(panel, city) -> None:
    point = city.points["factory"]
    assert "120 kW</b>" in page_of(panel, city.company, f"/p/{point}/explain?fact=contract_kw").replace(
        "\u00a0", " "
    )
    page = page_of(panel, city.company, f"/p/{city.points['market']}/explain?fact=multiplier")
    assert "OSO700000004" in page and "OSO700000014" in page


def test_the_total_of_all_sites_is_the_sum_of_the_rows(panel, city) -> None:
    page = page_of(panel, city.company, "/p/sites?lang=tr")
    table = page.split('id="parts"')[1]
    rows = re.findall(r"/explain\?month=[^>]*>([\d.,]+)</a>", table.split("<tfoot>")[0])
    total = re.search(r'class="r b nw">([\d.,]+)<', table.split("<tfoot>")[1])
    assert rows and total is not None
    assert abs(sum(number(one)[0] for one in rows) - number(total[1])[0]) <= Decimal("0.1") * len(rows)


def test_an_hour_can_be_asked_for_each_kind_of_energy_the_meter_counts(panel, city) -> None:
    address = f"/p/{city.points['solar']}/explain?s=2026-11-12T11:00Z&e=2026-11-12T12:00Z"
    page = page_of(panel, city.company, address)
    for channel in ("1.8.0", "2.8.0", "5.8.0", "8.8.0"):
        assert f"channel={channel}" in page
        assert "arasındaki değer" in page_of(panel, city.company, f"{address}&channel={channel}")


GIVEN = {
    "single": 3,
    "t1": "3.1",
    "t2": "4.5",
    "t3": "1.7",
    "distribution": "0.9",
    "reactive": 1,
    "power": 30,
}
LINES = (
    "energy",
    "distribution",
    "reactive",
    "power",
    "over_power",
    "consumption_tax",
    "base",
    "vat",
    "total",
)
FIGURES = (
    *(f"advance@{code}" for code in ("1.8.0", "1.8.1", "1.8.2", "1.8.3", "5.8.0", "8.8.0")),
    *(f"bill@{line}" for line in LINES),
    *(
        "rounding",
        "night.capacitive",
        "excess.capacitive@night",
        "than_month",
        "three",
        "saved_money",
        "peak",
    ),
)


@pytest.mark.parametrize("back", [0, 1])
def test_each_figure_of_the_city_comes_out_of_its_terms_in_plain_arithmetic(city_store, city, back) -> None:
    given = {name: Decimal(value) for name, value in GIVEN.items()} | {"vat": Decimal(20)}
    found = []
    with city_store.read() as conn:
        seen = faces.find_point(conn, city.staff, city.points["factory"], now=NOW)
        for figure in FIGURES:
            told = derived(conn, seen, figure=figure, month=month_at(NOW, back=back), now=NOW, given=given)
            if told is None or told.result is None:
                continue
            found.append(figure)
            values = {one.symbol: one.value for one in told.terms}
            values |= {"rows": sum((row.value for row in told.rows), Decimal(0)), "floor": floor}
            worked = eval(told.formula, {"__builtins__": {}}, values)
            near = Decimal("0.005") if told.unit == "TL" else Decimal("1e-9")
            assert abs(worked - told.result) <= near, figure
    assert {"advance@1.8.0", "advance@1.8.1", "bill@total", "bill@energy", "peak"} <= set(found)


def test_the_t1_of_a_month_is_the_step_of_its_register_times_the_multiplier(city_store, city) -> None:
    """Of the month that runs too, up to the latest reading."""
    with city_store.read() as conn:
        for point, back in (("factory", 0), ("factory", 1), ("solar", 0), ("home", 1)):
            seen = faces.find_point(conn, city.staff, city.points[point], now=NOW)
            month = month_at(NOW, back=back)
            rows = month_rows(
                faces.series(conn, seen, period=month, resolution="month"),
                faces.demands(conn, seen, now=NOW, months=2),
                indices_view(faces.month_ends(conn, seen, 3)),
                seen.installations,
            )
            for code, wh in rows[0].rates.items():
                told = derived(conn, seen, figure=f"advance@{code}", month=month, now=NOW)
                assert (None if told is None else int(told.result)) == wh, (point, code)


def test_a_meter_exchanged_within_a_month_has_no_step_of_one_register(city_store, city) -> None:
    with city_store.read() as conn:
        seen = faces.find_point(conn, city.staff, city.points["market"], now=NOW)
        for code in ("1.8.0", "1.8.1"):
            assert derived(conn, seen, figure=f"advance@{code}", month=month_at(NOW), now=NOW) is None
