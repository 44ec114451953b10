"""Is a customer told in plain words where his figure comes from, and nothing of others?"""

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
