"""Are a voltage and a sum of tariffs followed down to bytes and registers at the desk, on both engines?"""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from bench_city import GAP_DAY, SPIKE_DAY

from osos import mdm, registry
from osos.iec62056 import block_check
from osos.mdm import Direction, WireFrame
from osos.quantities import TURKIYE, DeviceId

TEN = datetime(2026, 11, 20, 10, tzinfo=TURKIYE)
METER = DeviceId("OSO", "10000001")
MARKED = re.compile(r"<mark>([^<]*)</mark>")


def line(n: int) -> str:
    at = f"{TEN + timedelta(minutes=15 * n):%y-%m-%d,%H:%M}"
    volts = f"23{n}.4,231.3,230.5,22{n}.8,229.5,229.3"
    return f"({at})({volts},00{n}.5,000.5,000.5,50.0,0.9{n})\r\n"


@pytest.fixture
def told(desk):
    """An hour of voltage, current and power factor of one meter, kept and recorded as it came."""
    block = "".join(line(n) for n in range(1, 5)).encode() + b"\x03"
    raw = b"\x02" + block + bytes([block_check(block)])
    at = datetime(2026, 11, 21, 1, tzinfo=TURKIYE)
    with desk.store.begin() as conn:
        frame = WireFrame(
            payload=raw, direction=Direction.IN, link="tcp", address="10.0.0.1:1", session="night 3",
            received_at=at, flag="OSM", serial="100000000000001", function="read", reference_id="r-3",
        )  # fmt: skip
        kept = mdm.keep(conn, frame)
        found = mdm.interpret(raw, asked=None, received_at=at, asked_profile="P.03")
        own = next(one for one in registry.list_meters(conn) if str(one.device) == str(METER))
        mdm.record(
            conn, frame_id=kept.frame_id, meter=own.meter_id, point=None, interpreted=found, received_at=at
        )
    return desk


def address(desk, column: str) -> str:
    point = desk.points["2004178301"]
    return f"/o/explain/{point}?from=2026-11-20T07:00:00Z&to=2026-11-20T08:00:00Z&column={column}"


def letters(page: str) -> list[str]:
    """The marked letters of each dump, beside the bytes."""
    return [
        "".join(MARKED.findall("".join(re.findall(r'class="letters">(.*?)</span>', each, re.DOTALL))))
        for each in page.split('<pre class="mono hex">')[1:]
    ]


@pytest.mark.parametrize("language", ["tr", "en"])
@pytest.mark.parametrize(
    ("column", "marked", "shown"),
    [
        ("32.7.0%20max", ["231.4", "232.4", "233.4", "234.4"], 3),
        ("32.7.0%20min", ["221.8", "222.8", "223.8", "224.8"], 0),
        ("31.7.0", ["001.5", "002.5", "003.5", "004.5"], 2),
        ("13.7.0", ["0.91", "0.92", "0.93", "0.94"], 2),
    ],
)
def test_a_voltage_leads_to_its_records_and_to_its_own_bytes(told, column, marked, shown, language) -> None:
    page = told.page(address(told, column), language)
    assert letters(page) == marked
    assert ("oturum night 3" if language == "tr" else "session night 3") in page
    chosen = page.split("<li ")[1:][shown]
    assert ("gösterilen" if language == "tr" else "shown") in chosen.split("</p>")[0]
    assert ">None<" not in page


def test_an_hours_explanation_names_what_else_was_recorded_in_it(told) -> None:
    page = told.page(address(told, "x").replace("&column=x", ""))
    ways = re.findall(r'href="([^"]+column=[^"]+)"', page)
    assert len(ways) == 11
    assert letters(told.page(unescape(ways[0])))


@pytest.mark.parametrize("column", ["1.8.0", "", "%3Cscript%3E", "32.7.0", "99.7.0"])
def test_a_column_no_meter_has_is_answered_in_words(told, column) -> None:
    page = told.page(address(told, column))
    assert "Bu sürede böyle bir kayıt yok" in page and "<script>" not in page.split("<main")[1]


@pytest.mark.parametrize("language", ["tr", "en"])
def test_a_sum_of_tariffs_leads_to_its_stretches_and_they_to_registers(bench, language) -> None:
    point = bench.city.points["spike"]
    figures = bench.first.page(f"/o/points/{point}/figures?month=2026-11")
    (way,) = set(re.findall(r'href="(/o/explain/[^"]+sum=tariffs[^"]+)"', figures))
    page = bench.first.page(unescape(way), language)
    assert "T1 + T2 + T3" in page and ">None<" not in page
    stretches = re.findall(r'href="([^"]+channel=1\.8\.0)" title', page)
    assert len(stretches) > 30
    deeper = bench.first.page(unescape(stretches[0]), language)
    assert ("Endeks farkı" if language == "tr" else "registers") in deeper


@pytest.mark.parametrize(
    "query",
    [
        "sum=tariffs",
        f"sum=tariffs&from={GAP_DAY}&to={GAP_DAY}",
        "sum=tariffs&channel=2.8.0",
        "sum=tariffs&channel=5.8.0&from=2026-11-01&to=2027-11-01",
        f"column=32.7.0%20max&from={SPIKE_DAY}&to=2026-12-31",
    ],
)
def test_whatever_part_is_asked_for_there_is_a_page(bench, query) -> None:
    for name in ("spike", "gap"):
        assert ">None<" not in bench.first.page(f"/o/explain/{bench.city.points[name]}?{query}")
