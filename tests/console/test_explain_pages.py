"""Is a figure followed down to its bytes at the desk, and told in plain words to the customer?"""

import re
from datetime import datetime
from functools import reduce
from html import unescape
from operator import xor

import pytest
from bench_city import GAP_DAY, SPIKE_DAY

from osos import mdm, registry
from osos.console.screens.explain.hexes import hex_lines
from osos.mdm import Direction, WireFrame, explain
from osos.mdm.explain.bytes_of import Messages
from osos.mdm.labels import day_number, edge_of_day, instant_of_label
from osos.quantities import TURKIYE, DeviceId, Interval

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


READOUT = (
    b"0.0.0(10000001)\r\n0.9.1(22:40:00)\r\n0.9.2(26-11-21)\r\n1.8.0(000123.456*kWh)\r\n"
    b"1.6.0(0001.950*kW)(26-11-12,10:15)\r\n0.1.2*1(26-11-01,00:00)\r\n1.8.0*1(000100.000*kWh)\r\n!\r\n\x03"
)


def read_out(store, at: datetime) -> None:
    """As the head-end keeps and records it."""
    raw = b"/OSO5OSO10000001\r\n\x02" + READOUT + bytes([reduce(xor, READOUT)])
    meter = DeviceId("OSO", "10000001")
    with store.begin() as conn:
        frame = WireFrame(
            payload=raw, direction=Direction.IN, link="tcp", address="10.0.0.1:1", session="night 7",
            received_at=at, flag="OSM", serial="100000000000001", function="read", reference_id="r-9",
        )  # fmt: skip
        kept = mdm.keep(conn, frame)
        told = mdm.interpret(raw, asked=meter, received_at=at)
        assert len(told.readings) == 3, told.findings
        own = next(one.meter_id for one in registry.list_meters(conn) if str(one.device) == str(meter))
        mdm.record(conn, frame_id=kept.frame_id, meter=own, point=None, interpreted=told, received_at=at)


def test_a_register_on_a_meters_page_leads_to_its_message_its_session_and_its_very_bytes(desk) -> None:
    read_out(desk.store, datetime(2026, 11, 21, 22, 41, tzinfo=TURKIYE))
    point = desk.points["2004178301"]
    links = re.findall(r'href="([^"]*\?register=[^"]+)"', desk.page(f"/o/points/{point}"))
    assert sorted(link.split("register=")[1][:5] for link in links) == ["1.6.0", "1.8.0"]
    of_demand, of_energy = sorted(unescape(link) for link in links)
    page = desk.page(of_energy)
    assert "oturum night 7" in page and "başvuru r-9" in page
    lines = page.split('class="letters">')[1:]
    marked = "".join(
        letter for one in lines for letter in re.findall(r"<mark>(.)</mark>", one.split("</span>")[0])
    )
    assert marked == "1.8.0(000123.456*kWh)"
    assert "12.11.2026 10:15" in desk.page(of_demand)
    assert "Böyle bir endeks yok" in desk.page(of_energy.replace("1.8.0", "9.9.9"))
    assert "Böyle bir endeks yok" in desk.page(f"/o/explain/{point}?register=1.8.0&at=never")
