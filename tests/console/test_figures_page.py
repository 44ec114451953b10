"""Does an operator see what follows from a month of a point, as the worked example of the rules has it?"""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from functools import reduce
from html import unescape
from operator import xor

import pytest

from osos import mdm, registry
from osos.access import Role, Viewer, ViewerKind
from osos.mdm import Direction, WireFrame, faces
from osos.mdm.derive.tariffs import Band
from osos.mdm.faces.group_profile import group_profile
from osos.mdm.faces.tariff_split import tariff_split
from osos.quantities import TURKIYE, DeviceId, Interval
from osos.registry.network import MAIN, NodeTerms, hang, put_node, put_terms
from osos.store import open_store

MARCH = datetime(2026, 3, 1, tzinfo=TURKIYE), datetime(2026, 4, 1, tzinfo=TURKIYE)
MODEM = DeviceId("OSM", "100000000000001")
HOURS = {Band.T1: 341, Band.T2: 155, Band.T3: 248}
WH = {Band.T1: 344_440, Band.T2: 112_300, Band.T3: 155_000}  # regulation.md (f3), behind 500/5
VARH = {"worked": (135_000, 32_500), "still": (0, 0), "third": (50_000, 10), "fourth": (1, 1)}
POINTS = """meter;installation_no;class;tariff_group;rate;installed_kva;contract_kw
OSO50000001;1;DSO_DECISION;industry;three;400;160
OSO50000002;2;DSO_DECISION;industry;single;400;160
OSO50000003;3;DSO_DECISION;industry;single;40;160
OSO50000004;4;DSO_DECISION;industry;single;400;
"""


def band_of(at: datetime) -> Band:
    return Band.T1 if 6 <= at.hour < 17 else Band.T2 if 17 <= at.hour < 22 else Band.T3


def profile(reactive: tuple[int, int]) -> bytes:
    """Each rate's energy spread evenly over its own quarter hours, reactive energy over all of them."""
    lines, done, at = [], dict.fromkeys(WH, 0), MARCH[0]
    for n in range(31 * 96 + 1):
        shown = [sum(WH[band] * done[band] // (HOURS[band] * 4) for band in WH)]
        shown += [whole * n // (31 * 96) for whole in reactive]
        text = ",".join(f"{one // 1000:06d}.{one % 1000:03d}" for one in shown)
        lines.append(f"({at:%y-%m-%d,%H:%M})({text},000.000)\r\n")
        done[band_of(at)] += 1
        at += timedelta(minutes=15)
    return "".join(lines).encode() + b"\x03"


def readout(serial: str) -> bytes:
    lines = (
        f"0.0.0({serial})\r\n0.9.1(00:10:00)\r\n0.9.2(26-04-01)\r\n0.1.2*1(26-04-01,00:00)\r\n"
        "1.6.0*1(0001.950*kW)(26-03-15,10:15)\r\n!\r\n\x03"
    )
    return lines.encode()


def tell(conn, meter_id: int, raw: bytes, name: str | None) -> None:
    at = MARCH[1] + timedelta(minutes=11)
    facts = {"link": "tcp", "address": "10.0.0.1:1", "session": "s", "received_at": at}
    kept = mdm.keep(
        conn, WireFrame(payload=raw, direction=Direction.IN, reference_id=f"{meter_id}{name}", **facts)
    )
    told = mdm.interpret(raw, asked=None, received_at=at, asked_profile=name)
    mdm.record(conn, frame_id=kept.frame_id, meter=meter_id, point=None, interpreted=told, received_at=at)


@pytest.fixture(scope="module")
def works(tmp_path_factory, desk_over_store):
    """Four customers of one kind; the first is the worked example's."""
    store = open_store(tmp_path_factory.mktemp("works") / "works.sqlite")
    store.migrate()
    serials = [f"5000000{n}" for n in range(1, 5)]
    meters = ";".join(f"OSO{one}" for one in serials)
    with store.begin() as conn:
        sheet = f"flag,serial,meters,multiplier,plain_until\n{MODEM.flag},{MODEM.serial},{meters},100,\n"
        admissions, _ = registry.parse_admissions(sheet)
        since = MARCH[0] - timedelta(days=20)
        assert registry.admit(conn, admissions, by="test", now=since, since=since).problems == []
        rows, problems = registry.parse_service_points(POINTS)
        assert problems == []
        assert registry.admit_service_points(conn, rows, by="test", now=since).problems == []
        ids = {one.device.serial: one.meter_id for one in registry.list_meters(conn)}
        for serial, reactive in zip(serials, VARH.values(), strict=True):
            block = profile(reactive)
            tell(conn, ids[serial], b"\x02" + block + bytes([reduce(xor, block)]), "P.01")
            block = readout(serial)
            raw = f"/OSO5OSO{serial}\r\n".encode() + b"\x02" + block + bytes([reduce(xor, block)])
            tell(conn, ids[serial], raw, None)
        found = registry.list_service_points(conn, at=MARCH[1]).points
        node = put_node(conn, kind="transformer", name="TR-1")
        listed = {"rated_kva": Decimal(400), "primary_kv": Decimal(33), "main_side": "low"}
        put_terms(conn, node_id=node, terms=NodeTerms(**listed, line_ohm=Decimal(2), line_kv=Decimal(33)))
        hang(conn, node_id=node, point_id=found[1].point_id, role=MAIN, since=since)
    names = {name: one.public_id for name, one in zip(VARH, found, strict=True)}
    yield desk_over_store(store, points=names)
    store.close()


def page_of(works, name: str, query: str = "", language: str = "tr") -> str:
    return works.page(f"/o/points/{works.points[name]}/figures?month=2026-03&{query}", language)


def part(page: str, name: str) -> str:
    """The words of one section, a space between cells."""
    html = page.split(f'id="{name}"')[1].split("</section>", maxsplit=1)[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_the_worked_example_stands_on_the_page(works) -> None:
    page = page_of(works, "worked", "transformer=33/400&ohm=2&kv=33")
    assert "T1 341 34.444,000" in part(page, "tariffs") and "61.174,000" in part(page, "tariffs")
    reactive = part(page, "reactive")
    assert "endüktif 13.500,000 %22,07 %20 -1.265,200 13.500,000" in reactive.replace("−", "-"), reactive
    assert "3.250,000" in reactive.split("kapasitif")[1]
    demand = part(page, "demand")
    assert "195,0 kW" in demand and "15.03.2026 10:15" in demand
    assert "Güç aşımı 35,0 kW" in demand
    loss = part(page, "transformer")
    for band, figures in (
        ("T1 341", "381,92 118,06 499,98 0,014516"),
        ("T2 155", "173,60 27,61 201,21"),
        ("T3 248", "277,76 32,87 310,63"),
    ):
        assert f"{band} {figures}" in loss, loss
    assert "833,28 178,54 1.011,82" in loss
    line = (Decimal(61_174) / (33 * Decimal("0.95"))) ** 2 * 2 / 744 / 1000
    assert f"{line:.2f}".replace(".", ",") + " kWh" in loss


def test_registers_that_stood_still_are_told_with_what_may_be_charged(works) -> None:
    assert "55.056,600 kvarh" in part(page_of(works, "still"), "reactive")  # 0.90 × 61 174
    assert "Ölçülmeyen reaktif yok" in part(page_of(works, "worked"), "reactive")
    (way,) = re.findall(r'href="([^"]+figure=unmeasured[^"]+)"', page_of(works, "still"))
    told = works.page(unescape(way))
    assert "55.056,600 kVArh" in told and "61.174.000 × 0,9" in told and "channel=1.8.0" in told


def test_a_transformer_and_a_line_on_the_list_need_not_be_typed(works) -> None:
    listed = part(page_of(works, "still"), "transformer")
    assert "1.011,82" in listed and "şebeke listesinden" in listed
    assert "Ölçü AG tarafındaysa" in part(page_of(works, "still", "transformer="), "transformer")
    assert "Ölçü AG tarafındaysa" in part(page_of(works, "worked"), "transformer")


def test_profile_coefficients_sum_to_one_a_rate_and_spread_the_month_to_the_wh(works) -> None:
    shown = part(page_of(works, "worked", "profile=1"), "profile")
    assert "3 noktanın" in shown and "3,000000" in shown and "%0,0" in shown
    assert "1,000000" in part(page_of(works, "third", "profile=1"), "profile")
    with works.store.read() as conn:
        viewer = Viewer(account="a", kind=ViewerKind.STAFF, roles=frozenset({Role.OPERATOR}), name="v")
        now = MARCH[1] + timedelta(days=3)
        seen = faces.find_point(conn, viewer, works.points["worked"], now=now)
        split = tariff_split(conn, seen, period=Interval(*MARCH))
        found = group_profile(conn, seen, split, now=now)
    assert int(found.spread_wh.sum()) == sum(split.wh.values()) == 61_174_000
    for band, wh in WH.items():
        assert int(found.spread_wh[found.bands == band].sum()) == wh * 100


NUMBER = re.compile(r"-?[\d.]+(?:,\d+)?")


def number_of(text: str) -> Decimal:
    """As a Turkish reader writes it."""
    found = NUMBER.search(text.replace("−", "-").replace("%", ""))
    assert found, text
    return Decimal(found[0].replace(".", "").replace(",", "."))


@pytest.mark.parametrize(
    ("name", "query", "least"),
    [("worked", "transformer=33/400&ohm=2&kv=33", 30), ("still", "", 28), ("third", "profile=1", 40)],
)
def test_each_figure_of_the_month_is_what_its_explanation_comes_to(works, name, query, least) -> None:
    page = page_of(works, name, query)
    ways = set(re.findall(r'href="(/o/explain/[^"]+figure=[^"]+)"[^>]*>([^<]*\d[^<]*)<', page))
    assert len(ways) >= least
    for way, shown in ways:
        told = works.page(unescape(way))
        headline = re.sub(r"<[^>]+>", "", told.split("<h1")[1].split("</h1>")[0])
        assert "None" not in headline and "böyle bir sayı yok" not in headline, way
        if "profile.day" in way or "=charged" in way:  # a day's number; one charge for both kinds
            continue
        digits = len(shown.partition(",")[2].rstrip(" kWhvarTL₺%"))
        result = number_of(headline.rpartition(": ")[2])
        assert abs(result - number_of(shown)) <= Decimal(1).scaleb(-digits), way


def test_an_hour_by_profile_leads_to_its_coefficient_and_to_what_was_measured(works) -> None:
    point = works.points["worked"]
    day = works.page(f"/o/explain/{point}?figure=profile.day@12&month=2026-03")
    hours = re.findall(r'href="(/o/explain/[^"]+profile\.hour@12-[^"]+)"[^>]*>([^<]+)<', day)
    assert len(hours) == 24
    way, shown = hours[14]
    hour = works.page(unescape(way))
    assert f'<b class="fig">{shown}</b>' in hour and "katsayı" in hour
    assert "from=2026-03-12T11:00:00Z" in unescape(hour) and "sum=tariffs" in hour
    for odd in ("profile.day@32", "profile.day@x", "profile.hour@1-24", "profile.hour@40-1", "profile.hour@"):
        assert "böyle bir sayı yok" in works.page(f"/o/explain/{point}?figure={odd}&month=2026-03")


@pytest.mark.parametrize("language", ["tr", "en"])
def test_a_size_from_the_list_leads_to_who_told_it(works, language) -> None:
    point = works.points["still"]
    way = f"/o/explain/{point}?figure=transformer.T2&month=2026-03"
    (fact,) = set(re.findall(r'href="([^"]+fact=rated_kva)"', works.page(way, language)))
    assert ">None<" not in works.page(unescape(fact), language)  # the node was put by hand: nobody told it
    contract = works.page(f"/o/explain/{works.points['worked']}?fact=contract_kw", language)
    assert "160 kW" in contract and "test" in contract.split("<tbody>")[1]
    assert "100" in works.page(f"/o/explain/{point}?fact=multiplier", language).split("<tbody>")[1]
    for odd in ("", "x", "title", "%3Cb%3E"):
        assert ">None<" not in works.page(f"/o/explain/{point}?fact={odd}", language)


@pytest.mark.parametrize(
    "query",
    [
        "month=x",
        "month=2026-13",
        "month=1999-01",
        "month=2029-01",
        "transformer=1/1",
        "ohm=<b>&kv=-1",
        "kv=9" * 9,
    ],
)
@pytest.mark.parametrize("language", ["tr", "en"])
def test_whatever_is_asked_there_is_a_page(works, query, language) -> None:
    page = works.page(f"/o/points/{works.points['worked']}/figures?{query}&profile=1", language)
    assert "<b>&" not in page and ">None<" not in page
