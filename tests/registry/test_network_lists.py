"""Does a list of zones, feeders, transformers and meters become dated facts, and say what it refuses?"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos import registry
from osos.quantities import Interval
from osos.registry.network import MAIN
from osos.store import Store, list_events

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SINCE = NOW - timedelta(days=30)
EVER = Interval(NOW - timedelta(days=400), NOW + timedelta(days=400))
DEVICES = """flag,serial,meters,multiplier,plain_until
OSM,1,OSO10000001;OSO10000002;OSO10000003,1,
OSM,2,OSO10000004;MKS10000004,1,
"""
NETWORK = """zone;feeder;transformer;kva;primary_kv;meter;role
Kuzey;F-1;;;;OSO10000001;main
Kuzey;F-1;TR-1;400;33;OSO10000002;ana
Kuzey;F-1;TR-1;;;OSO10000003;
"""


def told(store: Store, text: str, *, now: datetime = NOW) -> registry.NetworkReport:
    rows, problems = registry.parse_network(text)
    with store.begin() as conn:
        report = registry.admit_network(conn, rows, by="test", now=now)
    report.problems.extend(problems)
    return report


@pytest.fixture
def devices(store: Store) -> Store:
    rows, problems = registry.parse_admissions(DEVICES)
    with store.begin() as conn:
        report = registry.admit(conn, rows, by="test", now=NOW, since=SINCE)
    assert problems + report.problems == []
    return store


def test_a_list_makes_places_and_hangs_their_meters(devices: Store) -> None:
    report = told(devices, NETWORK)
    assert (report.nodes_new, report.points_hung, report.problems) == (3, 3, [])
    with devices.read() as conn:
        zone, feeder, transformer = registry.network_nodes_of(conn)
        assert [one.name for one in (zone, feeder, transformer)] == ["Kuzey", "F-1", "TR-1"]
        terms = {one.node_id: one.terms for one in registry.node_terms(conn, period=EVER)}
        assert terms[feeder.node_id].above_id == zone.node_id
        own = terms[transformer.node_id]
        assert (own.above_id, own.rated_kva, own.primary_kv) == (feeder.node_id, Decimal(400), Decimal(33))
        members = registry.members_of(conn, [feeder.node_id, transformer.node_id], period=EVER)
        assert [one.role for one in members].count(MAIN) == 2
        assert {one.since for one in members} == {SINCE}
        assert registry.find_node(conn, feeder.public_id) == feeder
        acts = [event.act for event in list_events(conn, subject="transformer TR-1")]
        assert acts and set(acts) == {"place of the network described"}


def test_the_same_list_again_changes_nothing(devices: Store) -> None:
    told(devices, NETWORK)
    again = told(devices, NETWORK, now=NOW + timedelta(days=1))
    assert (again.nodes_new, again.nodes_changed, again.points_hung, again.unchanged) == (0, 0, 0, 3)


def test_a_larger_transformer_holds_from_its_day_on(devices: Store) -> None:
    told(devices, NETWORK)
    later = "transformer,kva,since\nTR-1,630,2026-11-10\n"
    assert told(devices, later).nodes_changed == 1
    with devices.read() as conn:
        sizes = [one.terms.rated_kva for one in registry.node_terms(conn, period=EVER)]
        assert [one for one in sizes if one is not None] == [Decimal(400), Decimal(630)]
    earlier = "transformer,kva,since\nTR-1,250,2026-11-05\n"
    (problem,) = told(devices, earlier).problems
    assert "begin on 2026-11-09T21:00:00+00:00" in problem.what and problem.line == 2


def test_a_meter_moved_to_another_transformer_leaves_the_first(devices: Store) -> None:
    told(devices, NETWORK)
    told(devices, "feeder,transformer,meter,since\nF-1,TR-2,OSO10000003,2026-11-10\n")
    with devices.read() as conn:
        known = registry.network_nodes_of(conn)
        members = registry.members_of(conn, [one.node_id for one in known], period=EVER)
        moved = sorted((one.since, one.until, one.node_id) for one in members if one.role == "below")
        assert len(moved) == 2 and moved[0][1] == moved[1][0]
        at = next(one for one in known if one.name == "TR-2")
        assert moved[1][2] == at.node_id


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("Kuzey;F-1;TR-9;400;33;OSO99999999;", "the registry knows no meter OSO99999999"),
        ("Kuzey;F-1;TR-9;400;33;10000004;", "2 meters have the serial 10000004"),
        (";;;400;33;OSO10000001;", "it names no place"),
        ("Kuzey;F-1;;400;;OSO10000001;", "a feeder has no rated_kva"),
        ("Kuzey;F-1;TR-9;-4;33;OSO10000001;", "'-4' is no rated power in kVA"),
        ("Kuzey;F-1;TR-9;400;9999;;", "'9999' is no voltage in kV"),
        ("Kuzey;F-1;TR-9;400;33;;ana", "a role without a meter"),
        ("Kuzey;F-1;TR-9;400;33;OSO10000001;üst", "'üst' is no role"),
        ("Kuzey;F-1;TR-9;400;33;1.2E+07;", "the sheet has rounded the serial"),
        ('Kuzey;"F-1;TR-9', "its quotes do not pair"),
        ("Kuzey;F-1;TR-9;400;33;OSO10000004;ana;x;y", "it has 9 cells below 7 columns"),
        ("Kuzey;F-2;TR-1;;;;", "transformer TR-1 hangs elsewhere on a line above"),
        ("Kuzey;F-1;TR-1;;;OSO10000003;ana", "main meter and below it at once"),
    ],
)
def test_a_bad_line_is_refused_with_its_reason_and_the_others_stand(
    devices: Store, line: str, says: str
) -> None:
    report = told(devices, NETWORK + line + "\n")
    assert len(report.problems) == 1, report.problems
    assert says in report.problems[0].what and report.problems[0].line == 5
    assert report.points_hung == 3


def test_a_header_nobody_knows_stops_the_list() -> None:
    rows, problems = registry.parse_network("pole;meter\nx;1\n")
    assert rows == [] and "strange: ['pole']" in problems[0].what


@given(st.text(max_size=200))
def test_any_text_is_lines_or_problems(text: str) -> None:
    rows, problems = registry.parse_network("feeder;transformer;kva;meter;role;since\n" + text)
    assert len(rows) + len(problems) <= len(text) + 1
