"""Is a customer told in plain words where his figure comes from, and nothing of others?"""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest


def explained(panel, viewer, point: str, query: str, language: str = "tr") -> str:
    got = panel(viewer).get(f"/p/{point}/explain?{query}&lang={language}")
    assert got.status_code == 200, got.text
    return str(got.text)


@pytest.mark.parametrize(("language", "said"), [("tr", "arasındaki değer"), ("en", "it is made of 1 piece")])
def test_a_day_is_told_from_register_to_register(panel, city, language, said) -> None:
    page = explained(panel, city.person, city.points["home"], "from=2026-11-12&to=2026-11-12", language)
    assert said in page
    assert ("sayaç OSO700000003" if language == "tr" else "meter OSO700000003") in page
    assert ">None<" not in page
    assert "frame" not in page


def test_a_gap_and_an_exchange_are_told_in_words(panel, city) -> None:
    gap = explained(panel, city.company, city.points["factory"], "from=2026-11-12&to=2026-11-12")
    assert "ölçüm yok, tahmin de yapılmadı" in gap
    exchange = explained(panel, city.company, city.points["market"], "from=2026-11-10&to=2026-11-10")
    assert "700000004" in exchange and "700000014" in exchange
    assert "<script>alert" not in exchange


def test_a_supplier_is_told_of_the_days_of_his_portfolio_alone(panel, city) -> None:
    before = explained(panel, city.supplier, city.points["factory"], "from=2026-10-10&to=2026-10-12")
    assert "size açık bir değer yok" in before
    across = explained(panel, city.supplier, city.points["factory"], "from=2026-10-14&to=2026-10-15")
    assert "14.10.2026" not in across.split("<main")[1].split("<ul")[1]


def test_a_stranger_finds_no_such_page(panel, city) -> None:
    assert panel(city.person).get(f"/p/{city.points['factory']}/explain").status_code == 404


def test_a_figure_leads_down_to_the_line_the_meter_sent(panel, city) -> None:
    page = explained(panel, city.person, city.points["home"], "h=2026-11-12T14")
    assert "12.11.2026 14:00 – 15:00" in page
    origin = page.split("Endeksler nereden geldi?")[1].split("</details>")[0]
    assert origin.count("<li>") == 2 and "numaralı mesajda geldi (oturum" in origin
    assert "(26-11-12,14:00)(" in origin and "(26-11-12,15:00)(" in origin


@pytest.mark.parametrize("hour", ["", "2026-11-12", "9999-12-31T23", "0001-01-01T00", "x", "2026-11-12T99"])
def test_an_hour_that_is_none_is_answered_with_a_day(panel, city, hour) -> None:
    assert "arasındaki değer" in explained(
        panel, city.person, city.points["home"], f"h={hour}&from=2026-11-12"
    )


@pytest.mark.parametrize(
    ("screen", "leads_to"),
    [
        ("hourly?from=2026-11-12&to=2026-11-12", "explain?h=2026-11-12T14"),
        ("monthly", "explain?month=2026-11&amp;channel=1.8.0"),
        ("monthly", "channel=5.8.0"),
        ("ratios?month=2026-11", "explain?month=2026-11&amp;channel=8.8.0"),
        ("indices", "explain?figure=advance"),
        ("indices", "explain?register="),
        ("tariffs?month=2026-11", "explain?month=2026-11"),
        ("overview", "explain?month=2026-11"),
    ],
)
def test_from_each_figure_there_is_a_way_down(panel, city, screen, leads_to) -> None:
    got = panel(city.company).get(f"/p/{city.points['factory']}/{screen}")
    assert got.status_code == 200 and leads_to in got.text


REGISTER_LINK = re.compile(r'href="([^"]*explain\?register=[^"]+)"[^>]*>([^<]+)<')


@pytest.mark.parametrize("screen", ["readout", "indices", "monthly", "overview?month=2026-10"])
def test_each_register_shown_leads_to_the_line_of_the_message_that_told_it(panel, city, screen) -> None:
    door = panel(city.company)
    links = REGISTER_LINK.findall(door.get(f"/p/{city.points['factory']}/{screen}").text)
    assert links
    for address, shown in links[:8]:
        page = door.get(unescape(address)).text
        code = parse_qs(urlsplit(unescape(address)).query)["register"][0]
        line = page.split("Sayacın gönderdiği satır:")[1].split("<code")[1].split("</code>")[0]
        assert f">{code}" in line and "numaralı mesajda" in page
        assert shown.split(",")[0].split(".")[0] in page, (screen, address)


@pytest.mark.parametrize(
    "query",
    [
        "register=1.8.0",
        "register=1.8.0&at=never",
        "register=1.8.0&at=2026-11-12",
        "register=<b>&at=2026-11-12T00:00:00Z",
        "register=1.8.0&at=9999-12-31T23:59:59-12:00",
        "register=1.8.0&at=2026-11-12T00:00:00Z&kept=1",
    ],
)
def test_a_register_that_is_none_is_answered_in_words(panel, city, query) -> None:
    assert "böyle bir endeks yok" in explained(panel, city.person, city.points["home"], query)


def test_a_supplier_is_not_told_a_register_of_before_his_time(panel, city) -> None:
    point = city.points["factory"]
    links = REGISTER_LINK.findall(panel(city.company).get(f"/p/{point}/indices").text)
    oldest = min(
        (unescape(address) for address, _ in links),
        key=lambda address: parse_qs(urlsplit(address).query)["at"][0],
    )
    assert "numaralı mesajda" in panel(city.company).get(oldest).text
    assert "böyle bir endeks yok" in panel(city.supplier).get(oldest).text
