"""Can others read what leaves, does what expired leave proof, and are keys ready to be spread by point?"""

import re
from datetime import timedelta
from pathlib import Path

import pandas
import polars as pl
import pyarrow.compute
import pyarrow.parquet as arrow
import pytest
from sqlalchemy import Table, UniqueConstraint, select

import osos.mdm.day_changes
import osos.mdm.fleet.tables
import osos.mdm.judge.tables
import osos.mdm.keeping.tables
import osos.mdm.network.tables
import osos.mdm.tables
from osos.mdm import ledger, points
from osos.mdm.estimates.running import estimate
from osos.mdm.keeping import parquet
from osos.mdm.keeping.retention import RULES, Rule, destroy_expired
from osos.mdm.labels import edge_of_day, instant_of_label
from osos.mdm.tables import canonical_history, frames, said_blocks
from osos.quantities import Interval
from osos.store import Store, list_events, metadata

POINT = 7


@pytest.fixture
def told(store: Store, desk_on, told_meter):
    with store.begin() as conn:
        desk, meter = desk_on(conn), told_meter(days=3)
        installed = [meter.installed("12.5")]
        desk.at += timedelta(days=9)
        start = instant_of_label(edge_of_day(meter.first_day))
        period = Interval(start, start + timedelta(days=3))
        desk.tell(meter.records([*range(140), *range(160, 280)]), installed=installed)
        estimate(
            conn,
            point_id=POINT,
            period=Interval(period.start, instant_of_label(int(meter.labels[279]))),
            now=desk.at,
            installed=installed,
        )
        yield conn, meter, period, desk


def test_polars_reads_what_we_hold_to_the_wh(told, tmp_path) -> None:
    conn, meter, period, _ = told
    written = parquet.export_intervals(conn, tmp_path / "intervals.parquet", period=period)
    table = pl.read_parquet(written.path)
    assert (written.rows, table.height) == (288, 288)
    assert table["a_plus_secondary"].sum() == int(meter.values[279, 0] - meter.values[0, 0])
    assert table["a_minus_secondary"].is_null().all()
    counted = dict(table.group_by("quality").len().iter_rows())
    assert counted == {"measured": 288 - 21 - 9, "estimated": 21, "missing": 9}
    assert table.filter(pl.col("quality") == "missing")["a_plus_secondary"].is_null().all()
    assert set(table["code"]) == {"1.0.0", "3.8.0", "3.5.259"}
    assert set(table["multiplier"]) == {"12.5"}
    assert table["start"].min() == period.start
    assert not list(tmp_path.glob("*.part"))


def test_pandas_and_arrow_read_the_same(told, tmp_path) -> None:
    conn, meter, period, _ = told
    written = parquet.export_intervals(conn, tmp_path / "intervals.parquet", period=period)
    lost = int(meter.values[279, 0] - meter.values[0, 0])
    frame = pandas.read_parquet(written.path)
    assert (len(frame), int(frame["a_plus_secondary"].sum())) == (288, lost)
    assert frame["start"].min() == period.start and str(frame["start"].dtype).endswith("UTC]")
    table = arrow.read_table(written.path)
    assert table.num_rows == 288 and pyarrow.compute.sum(table["a_plus_secondary"]).as_py() == lost


def test_the_raw_ledger_leaves_byte_for_byte(told, tmp_path) -> None:
    conn, _, _, desk = told
    desk.frame(bytes(range(256)))
    written = parquet.export_frames(conn, tmp_path / "frames.parquet")
    table = pl.read_parquet(written.path)
    kept = list(ledger.list_frames(conn))
    assert table["payload"].to_list() == [one.frame.payload for one in kept]
    assert table["received_at"].to_list() == [one.frame.received_at for one in kept]


def test_what_expired_goes_and_leaves_its_hashes(told) -> None:
    conn, meter, _, desk = told
    rules = (
        Rule("versions", timedelta(days=1), "test", True),
        Rule("frames", timedelta(days=1), "test", True),
    )
    desk.frame(b"noise nobody rests on")
    older = [row.hex() for row in conn.scalars(select(canonical_history.c.content_hash))]
    assert older
    gone = destroy_expired(conn, now=desk.at, by="clerk", rules=rules)
    assert gone == ()
    gone = destroy_expired(conn, now=desk.at + timedelta(days=2), by="clerk", rules=rules)
    assert {one.kind: one.rows for one in gone} == {"versions": len(older), "frames": 1}
    assert conn.execute(select(canonical_history)).all() == []
    resting = set(conn.scalars(select(said_blocks.c.frame_id)))
    assert set(conn.scalars(select(frames.c.id))) == resting
    told_events = list_events(conn, subject="retention versions")
    assert [event.act for event in told_events] == ["destroyed", "destruction proved"]
    assert told_events[0].after["hashes"] == older
    assert told_events[1].after["rows"] == len(older)
    days = range(meter.first_day, meter.first_day + 3)
    assert len(points.load(conn, point_ids=[POINT], days=days)) == 3


def test_every_kind_of_data_has_a_rule_with_a_purpose() -> None:
    assert {rule.kind for rule in RULES} == {"frames", "versions", "blocks", "readings", "alarms"}
    assert all(rule.purpose and rule.keep >= timedelta(days=365) for rule in RULES)


# Tables of the truth and what they would be spread by; a row of one point or meter lies on one server.
SPREAD_BY = {
    "canonical_blocks": "point_id",
    "canonical_history": "point_id",
    "decisions": "point_id",
    "corrections": "point_id",
    "installation_registers": "point_id",
    "check_points": "point_id",
    "gap_marks": "point_id",
    "verdicts": "point_id",
    "verdicts_history": "point_id",
    "fleet_points": "point_id",
    "fleet_point_months": "point_id",
    "said_blocks": "meter_id",
    "said_history": "meter_id",
    "readings": "meter_id",
    "readings_history": "meter_id",
    "clock_regimes": "meter_id",
    "interruptions": "meter_id",
    "meter_states": "meter_id",
}
# Small, or not of one point: every server has a copy, or they stay on the first one.
NOT_SPREAD = {
    "layouts": "a few rows, a copy everywhere",
    "storms": "a few rows, a copy everywhere",
    "period_closings": "point 0 stands for all points: a copy everywhere",
    "frames": "by its own number, before anybody knows whose it is; told apart by bytes (`once`)",
    "alarms": "by its own number; told apart by bytes (`once`)",
    "gaps": "by its own number; the head-end's list of work, not settled on",
    "day_changes": "by its own number; written with a change, taken away by the next count of the fleet",
    "rule_books": "a few rows, a copy everywhere",
    "rule_settings": "a few rows, a copy everywhere",
    "fleet_areas": "a few rows, a copy everywhere",
    "fleet_days": "a row an area and day: sums over points, on the first server",
    "fleet_figures": "a few rows, on the first server",
    "network_days": "a row a place and day: sums over points, on the first server",
    "suspicions": "what the radar suspects, by its own number, on the first server",
    "radar_looks": "a row a place, on the first server",
}


def test_each_unique_key_of_the_truth_holds_what_it_is_spread_by() -> None:
    """Citus: a unique key without the distribution column cannot be kept across servers (D-5)."""
    rooms = (
        osos.mdm.tables,
        osos.mdm.day_changes,
        osos.mdm.keeping.tables,
        osos.mdm.judge.tables,
        osos.mdm.fleet.tables,
        osos.mdm.network.tables,
    )
    ours = {id(one) for room in rooms for one in vars(room).values() if isinstance(one, Table)}
    own = {name for name, table in metadata.tables.items() if id(table) in ours}
    assert own == SPREAD_BY.keys() | NOT_SPREAD.keys()
    for name, key in SPREAD_BY.items():
        table = metadata.tables[name]
        assert key in table.primary_key.columns, name
        uniques = [set(one.columns.keys()) for one in table.constraints if isinstance(one, UniqueConstraint)]
        uniques += [set(index.columns.keys()) for index in table.indexes if index.unique]
        assert all(key in one for one in uniques), name
        assert not table.foreign_keys, name


# What joins of the room go to beside tables of which every server has a copy, and on which key.
JOINED_BY_THEIR_KEY = {
    ("helping.py", "service_points"): "s.point_id == t.point_id",
    ("gathering.py", "verdicts"): "v.point_id == c.point_id",
    ("judging.py", "verdicts"): "v.point_id == c.point_id",
    ("ranking.py", "fleet_point_months"): "counted.point_id == held.c.point_id",
    # The ledger, asked by number: the way from a block to its bytes.
    ("said.py", "frames"): "frames.c.id == said_blocks.c.frame_id",
    ("stored.py", "frames"): "frames.c.id",
}


def test_each_join_is_of_a_copy_or_by_the_key_both_are_spread_by() -> None:
    room = Path(osos.mdm.tables.__file__).parent
    found = {
        (file.name, table): file.read_text()
        for file in sorted(room.rglob("*.py"))
        for table in re.findall(r"\.(?:outer)?join\(\s*([a-z_]+),", file.read_text())
        if table in metadata.tables and "a copy everywhere" not in NOT_SPREAD.get(table, "")
    }
    assert found.keys() == JOINED_BY_THEIR_KEY.keys()
    for key, text in found.items():
        assert JOINED_BY_THEIR_KEY[key] in text, key
