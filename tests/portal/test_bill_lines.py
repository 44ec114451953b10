"""Are a bill's lines and a transformer's loss shown for what is known, from the reader's own figures?"""

import re
from typing import Any

from osos.access import Role, Viewer, ViewerKind

STAFF = Viewer(account="a", kind=ViewerKind.STAFF, roles=frozenset({Role.OPERATOR}), name="x")
PRICES = "single=3,50&t1=3,42&t2=5,61&t3=2,18"
MORE = "distribution=0,80&reactive=0.90&power=30&over_power=60&consumption_tax=1&vat=20"


def page_of(city: Any, panel: Any, query: str) -> str:
    got = panel(STAFF).get(f"/p/{city.points['factory']}/tariffs?month=2026-10&{query}&lang=en")
    assert got.status_code == 200
    return str(got.text)


def amounts(page: str) -> list[int]:
    """Of the bill's table, in kuruş."""
    table = page.split('id="bill"')[1].split("</section>", maxsplit=1)[0]
    return [int(re.sub(r"\D", "", one)) for one in cells(table)]


def cells(table: str) -> list[str]:
    """What each number says; each leads to what it was made of."""
    return re.findall(r'<td class="r">(?:<a [^>]*>)?([^<]*)', table)


def test_lines_add_up_to_what_is_printed(city: Any, panel: Any) -> None:
    page = page_of(city, panel, f"{PRICES}&{MORE}")
    *lines, base, vat, total = amounts(page)
    assert len(lines) == 6 and lines[0] > 0
    assert base == sum(lines) and total == base + vat
    assert abs(vat * 5 - base) <= 5


def test_without_prices_there_is_no_bill(city: Any, panel: Any) -> None:
    assert 'id="bill"' not in page_of(city, panel, MORE)
    assert 'id="bill"' not in page_of(city, panel, PRICES)
    assert 'id="bill"' in page_of(city, panel, f"{PRICES}&vat=x&distribution=1")


def test_a_transformer_of_the_printed_table_loses_by_rate(city: Any, panel: Any) -> None:
    page = page_of(city, panel, "transformer=33/400")
    table = page.split('id="transformer-loss"')[1].split("</section>")[0]
    found = cells(table)
    assert found[0] == "381.92" and found[6] == "833.28"  # 341 h and 744 h × 1.12 kW
    assert 'id="transformer-loss"' not in page_of(city, panel, "transformer=33/315")


def test_the_page_says_by_whose_calendar_bands_were_drawn(city: Any, panel: Any) -> None:
    assert 'data-source="' in page_of(city, panel, "")
