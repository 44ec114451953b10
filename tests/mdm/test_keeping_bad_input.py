"""Has every bad input a named outcome, with nothing lost and nothing counted twice?"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos import mdm
from osos.iec62056 import block_check
from osos.mdm import editing, gaps, points, queries
from osos.mdm.canonical import Channel, Installed
from osos.mdm.estimates.apportion import apportion
from osos.mdm.estimates.ladder import Why
from osos.mdm.estimates.running import estimate
from osos.mdm.labels import edge_of_day, grid_of_day, instant_of_label, label_text
from osos.mdm.register_readings import register_readings
from osos.meters import read
from osos.quantities import Interval, Quality
from osos.store import Store

POINT = 7


def whole(meter) -> Interval:
    start = instant_of_label(edge_of_day(meter.first_day))
    return Interval(start, start + timedelta(days=meter.days))


def energy(conn, meter) -> int:
    return queries.energy_wh(conn, point_ids=[POINT], period=whole(meter))[POINT]


@pytest.mark.parametrize("stamp", ["26-02-30,10:00", "00-00-00,00:00", "99-99-99,99:99", "26-03-02,25:00"])
def test_an_impossible_date_is_never_a_label(stamp: str) -> None:
    """The line is kept in the raw ledger and told; it makes no interval."""
    block = f"({stamp})(000100.000,000000.000,000000.000,000.000)\r\n"
    good = "(26-03-02,10:15)(000101.000,000000.000,000000.000,000.000)\r\n"
    found = mdm.interpret(
        b"\x02" + (block + good).encode() + b"\x03",
        asked=None,
        received_at=datetime(2026, 3, 3, tzinfo=UTC),
        asked_profile="P.01",
    )
    labels = [] if found.records is None else found.records.labels.tolist()
    assert len(labels) <= 1
    assert found.findings


@pytest.mark.parametrize(
    ("stamp", "label"),
    [
        ("24-02-29,10:00", "2024-02-29T10:00"),  # a day that is
        ("26-02-29,10:00", None),  # and one that is not
        ("99-12-31,23:45", "2099-12-31T23:45"),  # a clock that runs ahead by decades
        ("00-01-01,00:15", "2000-01-01T00:15"),  # a clock that began anew with its battery
    ],
)
def test_a_clock_of_another_century_puts_nothing_into_todays_hours(
    store: Store, desk_on, told_meter, stamp: str, label: str | None
) -> None:
    """F37: what it stamped is kept under the meter's own word; no hour of the point is touched by it."""
    block = f"({stamp})(000900.000,000000.000,000000.000,000.000)\r\n".encode() + b"\x03"
    found = mdm.interpret(
        b"\x02" + block + bytes([block_check(block)]),
        asked=None,
        received_at=datetime(2026, 3, 5, tzinfo=UTC),
        asked_profile="P.01",
    )
    labels = [] if found.records is None else [label_text(one)[:16] for one in found.records.labels.tolist()]
    assert labels == ([] if label is None else [label])
    known = label is not None and label < "2026"
    assert known or {one.code for one in found.findings} & {"labels ahead", "complaint"}
    with store.begin() as conn:
        desk, meter = desk_on(conn), told_meter()
        installed = [meter.installed()]
        desk.tell(meter.records(), installed=installed)
        before = energy(conn, meter)
        if found.records is not None:
            desk.tell(found.records, installed=installed)
        assert energy(conn, meter) == before == meter.energy_wh()


def test_a_telegram_told_twice_or_in_any_order_counts_once(store: Store, desk_on, told_meter) -> None:
    with store.begin() as conn:
        desk, meter = desk_on(conn), told_meter()
        installed = [meter.installed()]
        parts = [range(150, 193), range(60), range(50, 160), range(150, 193), range(60)]
        told = [desk.tell(meter.records(rows), installed=installed).intervals_new for rows in parts]
        assert told == [43, 60, 90, 0, 0]
        assert energy(conn, meter) == meter.energy_wh()


def test_a_record_that_contradicts_the_one_held_makes_a_version_and_keeps_both(
    store: Store, desk_on, told_meter
) -> None:
    with store.begin() as conn:
        desk, meter = desk_on(conn), told_meter()
        installed = [meter.installed()]
        desk.tell(meter.records(), installed=installed)
        before, when = energy(conn, meter), desk.at
        desk.at += timedelta(hours=1)
        meter.values[-1, 0] += 50
        desk.tell(meter.records([192]), installed=installed)
        assert energy(conn, meter) == before + 50
        then = queries.energy_wh(conn, point_ids=[POINT], period=whole(meter), known_on=when)
        assert then[POINT] == before


def test_half_a_profile_is_half_known_and_the_rest_is_asked_for(store: Store, desk_on, told_meter) -> None:
    with store.begin() as conn:
        desk, meter = desk_on(conn), told_meter()
        installed = [meter.installed()]
        desk.tell(meter.records(range(100)), installed=installed)
        found = queries.completeness(conn, point_ids=[POINT], period=whole(meter))[POINT]
        assert (found.expected, found.stored) == (192, 99)
        report = estimate(
            conn,
            point_id=POINT,
            period=whole(meter),
            now=whole(meter).end + timedelta(days=9),
            installed=installed,
        )
        assert [left.why for _, left in report.left] == [Why.BY_HAND]  # nothing tells the sum, no like day
        assert gaps.open_gaps(conn) == []


def test_a_buffer_that_wrapped_mixes_no_rows(store: Store, desk_on, told_meter) -> None:
    """The newest records come first, then the oldest: each lands on its own label (F47)."""
    with store.begin() as conn:
        desk, meter = desk_on(conn), told_meter()
        installed = [meter.installed()]
        desk.tell(meter.records([*range(120, 193), *range(120)]), installed=installed)
        assert energy(conn, meter) == meter.energy_wh()
        held = points.load(conn, point_ids=[POINT], days=[meter.first_day])[POINT, meter.first_day]
        assert held.block.energies[0].tolist() == np.diff(meter.values[:97, 0]).tolist()


def test_a_register_that_falls_back_is_suspect_and_dismissed_leaves_no_negative_estimate(
    store: Store, desk_on, told_meter
) -> None:
    with store.begin() as conn:
        desk, meter = desk_on(conn), told_meter()
        installed = [meter.installed()]
        meter.values[100:, 0] -= 5_000_000  # reset, or another meter without notice (F42)
        desk.tell(meter.records(), installed=installed)
        day = meter.first_day + 1
        held = points.load(conn, point_ids=[POINT], days=[day])[POINT, day].block
        assert np.flatnonzero(held.quality == Quality.SUSPECT.mark).tolist() == [3]
        facts = {"point_id": POINT, "day": day, "installed": installed, "now": desk.at}
        acted = editing.dismiss(conn, slots=range(3, 4), by="ayşe", reason="fell back", **facts)
        assert Channel.A_PLUS not in acted.change.differences  # only the reactive registers went on
        number = acted.decision.number
        editing.look(conn, number=number, agree=True, by="mehmet", reason="seen", **facts)
        estimate(
            conn,
            point_id=POINT,
            period=whole(meter),
            now=desk.at + timedelta(days=9),
            installed=installed,
        )
        block = points.load(conn, point_ids=[POINT], days=[day])[POINT, day].block
        assert block.count(Quality.ESTIMATED) == 1
        assert int(block.energies.min()) >= 0
        assert int(block.energies[0, 3]) < 2000


@pytest.mark.parametrize("jump_min", [-45, -120, 60, 300])
def test_a_clock_that_jumps_keeps_every_wh_between_first_and_last(
    store: Store, desk_on, told_meter, jump_min: int
) -> None:
    with store.begin() as conn:
        desk, meter = desk_on(conn), told_meter()
        installed = [meter.installed()]
        meter.labels[90:] += jump_min
        keep = np.flatnonzero(meter.labels <= (meter.first_day + 2) * 1440)
        desk.tell(meter.records(keep), installed=installed)
        estimate(
            conn,
            point_id=POINT,
            period=whole(meter),
            now=desk.at + timedelta(days=9),
            installed=installed,
        )
        if jump_min < 0:  # the last labels of the day never came: count to the last known register
            last = instant_of_label(int(meter.labels[-1]))
            period = Interval(whole(meter).start, last)
        else:
            period = whole(meter)
        found = queries.energy_wh(conn, point_ids=[POINT], period=period)[POINT]
        assert found == int(meter.values[keep[-1], 0] - meter.values[0, 0])
        marks = queries.profile(conn, point_id=POINT, period=period).quality
        assert (marks == Quality.MEASURED.mark).sum() < marks.size


def test_a_month_end_without_a_date_is_none() -> None:
    telegram = read(b"\x020.0.0(1)\r\n0.1.2*1(00-00-00,00:00)\r\n1.8.0*1(000000.000*kWh)\r\n!\r\n\x03")
    at = datetime(2026, 3, 3, tzinfo=UTC)
    found, _ = register_readings(telegram.readings, clock=None, read_at=at, quality=Quality.MEASURED)
    assert found == ()


@given(st.integers(0, 10**10), st.lists(st.integers(0, 10**7), min_size=1, max_size=200))
def test_shares_sum_up_to_the_whole_and_none_is_off_by_more_than_one(total: int, weights: list[int]) -> None:
    shares = apportion(total, weights)
    assert sum(shares) == total
    whole_weight = sum(weights) or len(weights)
    for share, weight in zip(shares, weights if any(weights) else [1] * len(weights), strict=True):
        assert abs(Decimal(total) * weight / whole_weight - share) < 1


def test_grids_of_other_periods_are_filled_on_their_own_grid(store: Store, desk_on, told_meter) -> None:
    with store.begin() as conn:
        desk, meter = desk_on(conn), told_meter(days=3, period_min=60)
        one = Installed(meter_id=70, multiplier=Decimal(1), since=whole(meter).start)
        desk.tell(meter.records([*range(30), *range(34, 73)]), installed=[one])
        report = estimate(
            conn,
            point_id=POINT,
            period=whole(meter),
            now=desk.at + timedelta(days=9),
            installed=[one],
        )
        (filled,) = report.filled
        assert (filled.holes[0].period_min, filled.holes[0].count) == (60, 5)
        assert energy(conn, meter) == meter.energy_wh()
        assert grid_of_day(meter.first_day, 60).size == 24
        held = points.load(conn, point_ids=[POINT], days=[meter.first_day])[POINT, meter.first_day]
        assert held.block.sum_of(Channel.A_PLUS) == int(meter.values[24, 0] - meter.values[0, 0])
