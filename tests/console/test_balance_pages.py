"""Do the desk's pages of balances and losses tell what is kept, to whom may see it, and keep a decision?"""

import re
import sys
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "mdm"))

import network_city

from osos.access import Act, Role, row_of
from osos.mdm.network.counting import count_some
from osos.mdm.network.looking import Round
from osos.store import open_store

LAST = network_city.FIRST_DAY + network_city.DAYS
MONTH = "2026-11"
pytestmark = pytest.mark.timeout(600)  # a month of two dozen meters, on a machine that may be busy


def settle(conn: Any) -> network_city.NetworkCity:
    """Told, balanced, looked at."""
    city = network_city.settle(conn, network_city.streets("polarity", "bypass", "phase", "ratio", "place"))
    days = range(LAST - 20, LAST)  # those of the month
    done = count_some(conn, days=days, now=city.now)
    while done.after or not done.is_done:
        done = count_some(conn, days=days, now=city.now, after=done.after)
    round_ = Round()
    while round_.portion(conn, today=LAST, now=city.now):
        pass
    return city


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The network told, balanced and looked at once; its tests write next to nothing."""
    opened = open_store(tmp_path_factory.mktemp("network") / "city.sqlite")
    opened.migrate()
    with opened.begin() as conn:
        city = settle(conn)
    yield opened, city
    opened.close()


@pytest.fixture(scope="module")
def at(built: Any, desk_over_store: Callable[..., Any]) -> Any:
    return desk_over_store(built[0], Role.OPERATOR)


def links(page: str, start: str) -> list[str]:
    return list(dict.fromkeys(re.findall(f'href="({start}[^"?#]*)', page)))


def places(page: str) -> list[str]:
    """The pages of the network's places themselves."""
    return [one for one in links(page, "/o/balance/") if not one.endswith("/parts")]


@pytest.mark.parametrize("language", ["tr", "en"])
def test_the_tree_goes_from_zone_to_transformer_with_loss_and_share_known(at: Any, language: str) -> None:
    page = at.page(f"/o/balance?month={MONTH}&price=2,50", language)
    assert "Kuzey" in page and "F-1" in page and "TR-3-1" in page
    assert ("ana sayacı yok" if language == "tr" else "no main meter") in page
    assert "₺" in page and len(places(page)) == 8


def test_a_price_that_is_none_is_said_and_no_amount_is_shown(at: Any) -> None:
    page = at.page(f"/o/balance?month={MONTH}&price=%3Cscript%3E", "en")
    assert "is no price" in page and "<script>" not in page.split("<body")[1].replace("<script src", "")
    assert "₺ " not in page.split("</form>")[1]


@pytest.mark.parametrize("language", ["tr", "en"])
def test_a_transformer_shows_its_days_a_curve_and_its_meters(at: Any, language: str) -> None:
    tree = at.page(f"/o/balance?month={MONTH}")
    drawn = 0
    for address in places(tree):
        page = at.page(f"{address}?month={MONTH}", language)
        assert "Kuzey" in page
        if 'id="day"' in page:
            drawn += 1
            assert page.count('<svg class="ch') >= 4  # two charts, wide and narrow
            assert links(page, "/o/explain/") and links(page, "/o/points/")
    assert drawn == 6
    assert at.get("/o/balance/nosuchplace").status_code == 404


def test_a_day_of_a_place_can_be_asked_for(at: Any) -> None:
    tree = at.page(f"/o/balance?month={MONTH}", "en")
    address = places(tree)[-1]
    page = at.page(f"{address}?month={MONTH}&day=2026-11-03", "en")
    assert "Tuesday 3 November 2026" in page
    assert "96 quarter hours are balanced" in page
    for odd in ("2026-13-99", "x", "2020-01-01"):
        assert at.get(f"{address}?month={odd}&day={odd}").status_code == 200


@pytest.mark.parametrize("language", ["tr", "en"])
def test_a_balance_goes_down_to_its_days_its_meters_and_their_registers(at: Any, language: str) -> None:
    tree = at.page(f"/o/balance?month={MONTH}")
    ways = [one for one in links(tree, "/o/balance/") if one.endswith("/parts")]
    assert len(ways) == 6  # each place with a balance
    month = at.page(f"{ways[-1]}?month={MONTH}", language)
    days = re.findall(r'href="([^"]+/parts\?month=2026-11&amp;day=[^"]+)"', month)
    assert len(days) >= 19 and "<tfoot>" in month
    day = at.page(unescape(days[3]), language)
    assert ("Sayaçların toplamı sayının kendisidir" if language == "tr" else "The meters add up") in day
    assert ("ana sayaçlar" if language == "tr" else "main meters") in day and ">None<" not in day
    (down, *more) = re.findall(r'href="(/o/explain/[^"]+)"', day)
    assert more
    assert ("yöntem → aralıklar" if language == "tr" else "method → intervals") in at.page(
        unescape(down), language
    )


@pytest.mark.parametrize("query", ["", "month=x&day=y", f"month={MONTH}&day=2026-12-01", "day=2026-02-30"])
def test_whatever_is_asked_of_a_balances_parts_there_is_a_page(at: Any, query: str) -> None:
    address = places(at.page(f"/o/balance?month={MONTH}"))[0]
    assert ">None<" not in at.page(f"{address}/parts?{query}")
    assert at.get("/o/balance/nosuchplace/parts").status_code == 404


@pytest.mark.parametrize("language", ["tr", "en"])
def test_the_queue_has_each_pattern_with_its_evidence_and_what_to_do(at: Any, language: str) -> None:
    page = at.page("/o/losses", language)
    found = links(page, "/o/losses/")
    assert len(found) == 5
    for address in found:
        one = at.page(address, language)
        assert '<path d="M' in one or "<circle" in one
        assert "{" not in one.split("<main")[1].split("</main>")[0].replace("{&#34;", "")
    for pattern in ("ratio", "polarity", "phase", "bypass", "place"):
        assert len(links(at.page(f"/o/losses?pattern={pattern}", language), "/o/losses/")) == 1
    assert at.get("/o/losses/nosuchone").status_code == 404


def test_a_decision_needs_a_word_and_is_kept_with_it(at: Any) -> None:
    (address,) = links(at.page("/o/losses?pattern=ratio"), "/o/losses/")
    refused = at.client.post(address, data={"state": "confirmed", "note": " "})
    assert refused.status_code == 422 and "Ne bulunduğunu yazın" in refused.text
    kept = at.client.post(address, data={"state": "confirmed", "note": "150/5 <b>takılı</b>"})
    assert kept.status_code == 303
    page = at.page(address)
    assert "150/5 &lt;b&gt;takılı&lt;/b&gt;" in page and "doğrulandı" in page
    assert links(at.page("/o/losses?pattern=ratio"), "/o/losses/") == []
    assert len(links(at.page("/o/losses?state=confirmed"), "/o/losses/")) == 1
    assert at.client.post(address, data={"state": "gone", "note": "x"}).status_code == 422
    assert at.client.post(address, data={"state": "open", "note": "geri"}).status_code == 303


def test_an_auditor_sees_and_decides_nothing(built: Any, desk_over_store: Callable[..., Any]) -> None:
    auditor = desk_over_store(built[0], Role.AUDITOR)
    page = auditor.page("/o/losses")
    (address, *_) = links(page, "/o/losses/")
    assert 'id="decide"' not in auditor.page(address)
    row = row_of("console.suspicion_decide")
    assert row is not None and row.act is Act.VALIDATE


def test_without_a_network_the_pages_say_how_to_describe_it(desk: Any) -> None:
    assert "osos registry network" in desk.page("/o/balance")
    assert "Kuşkulanılan sayaç yok" in desk.page("/o/losses")
