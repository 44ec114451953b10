"""Is a figure followed down to its bytes at the desk, and told in plain words to the customer?"""

import pytest
from bench_city import GAP_DAY, SPIKE_DAY

from osos.console.screens.explain.hexes import hex_lines
from osos.mdm import explain
from osos.mdm.explain.bytes_of import Messages
from osos.mdm.labels import day_number, edge_of_day, instant_of_label
from osos.quantities import Interval

HOUR = f"from={SPIKE_DAY}T11:00:00Z&to={SPIKE_DAY}T12:00:00Z"


def address(bench, name: str, query: str = "") -> str:
    return f"/o/explain/{bench.city.points[name]}?{query}"


@pytest.mark.parametrize("language", ["tr", "en"])
def test_an_hour_is_told_with_its_registers_its_message_and_its_bytes(bench, language) -> None:
    page = bench.first.page(address(bench, "spike", HOUR), language)
    assert "<script>alert" not in page
    assert ("727,680 kWh" if language == "tr" else "727.680 kWh") in page
    assert "<mark>28</mark> <mark>32</mark>" in page
    assert ("Mesaj" if language == "tr" else "Message") in page
    assert ">None<" not in page


def test_the_marked_bytes_are_the_record_and_nothing_else(bench) -> None:
    start = instant_of_label(edge_of_day(day_number(SPIKE_DAY)))
    with bench.store.read() as conn:
        day = Interval(start, instant_of_label(edge_of_day(day_number(SPIKE_DAY) + 1)))
        (piece,) = explain.explain(conn, point_id=bench.city.ids["spike"], period=day).pieces
        messages = Messages(conn)
        lines = hex_lines(messages, piece.ended.source)
        own = bytes(int(one.digits, 16) for line in lines for one in line.bytes if one.own)
        assert own == messages.bytes_of(piece.ended.source)
    assert own.startswith(b"(26-11-19,00:00)(")


def test_a_gap_says_that_nothing_was_measured_and_after_the_estimate_by_which_method(bench) -> None:
    query = f"from={GAP_DAY}&to={GAP_DAY}"
    assert "tahmin de yapılmadı" in bench.first.page(address(bench, "gap", query))
    bench_address = bench.address("gap", GAP_DAY)
    form = {"from": "13:00", "until": "15:30", "reason": "modem kapalıydı"}
    bench.post(bench.first, bench_address, act="estimate", step="do", **form)
    bench.post(bench.second, bench_address, act="agree", step="do", number="1", reason="baktım")
    page = bench.first.page(address(bench, "gap", query))
    assert "benzer günler" in page
    assert "toplamı endeksler veriyor" in page.lower()
    assert "Parçaların toplamı sayının kendisidir" in page
    assert "0 bulgu" not in bench.first.page(bench_address)
    assert "bulgular sonuçlandı" in bench.first.page(bench_address)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "from=nonsense",
        "from=2026-02-31&to=2026-03-01",
        "from=9999-12-31",
        "from=2026-11-18&to=2026-11-01",
        "from=2020-01-01&to=2026-11-20",
        "channel=9.9.9",
        "from=2026-11-18T25:00:00Z",
        "from=2026-11-18&piece=<b>",
    ],
)
def test_whatever_the_address_asks_for_there_is_a_page(bench, query) -> None:
    page = bench.first.page(address(bench, "spike", query))
    assert "<b>" not in page.split("piece=")[-1][:20]


def test_a_figure_can_be_shown_as_it_was_known_on_a_past_day(bench) -> None:
    day = f"from={SPIKE_DAY}&to={SPIKE_DAY}"
    then = bench.first.page(address(bench, "spike", f"{day}&known_on=2026-11-01"))
    assert "01.11.2026 günü sonunda bilinenlerle" in then and "ölçüm yok" in then
    now = bench.first.page(address(bench, "spike", f"{day}&known_on=never"))
    assert "günü sonunda bilinenlerle" not in now and "0x" not in now
