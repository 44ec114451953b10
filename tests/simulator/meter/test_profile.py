"""Does the load profile hold what the registers showed, in the order it was stored?"""

import re
from datetime import timedelta
from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osos.meters import profile_named
from osos.quantities import Interval
from osos.simulator.load import Steady
from osos.simulator.meter import records_text
from osos.simulator.meter.metrology import metered
from osos.simulator.meter.moment import DAY_S, instant_of, second_of
from osos.simulator.meter.profile import RECORDS_KEPT

KINDS = [("1p", 1), ("1p", 2), ("3p", 1), ("3p", 2), ("combi", 1), ("combi", 2)]
LAYOUT = {  # M-101, by the digits of each column
    ("P.01", "1p", 1): "6.3 3.3 3.1 3.1",
    ("P.01", "1p", 2): "6.3 6.3 3.3 3.3 3.1 3.1",
    ("P.01", "3p", 1): "6.3 3.3 3.1 3.1 3.1 3.1 3.1 3.1",
    ("P.01", "3p", 2): "6.3 6.3 3.3 3.3 3.1 3.1 3.1 3.1 3.1 3.1",
    ("P.01", "combi", 1): "6.3 6.3 6.3 3.3",
    ("P.01", "combi", 2): "6.3 6.3 6.3 6.3 6.3 6.3 3.3 3.3",
    ("P.02", "combi", 1): "6.3 6.3 6.3",
    ("P.02", "combi", 2): "6.3 6.3 6.3 6.3 6.3 6.3",
    ("P.03", "combi", 1): "3.1 3.1 3.1 3.1 3.1 3.1 3.1 3.1 3.1 2.1 1.2",
    ("P.03", "combi", 2): "3.1 3.1 3.1 3.1 3.1 3.1 3.1 3.1 3.1 2.1 1.2",
}


def seconds_of(rows) -> list[int]:
    return (rows.labels * 60).tolist()


@pytest.mark.parametrize(("name", "kind", "ways"), LAYOUT)
def test_each_kind_prints_its_own_columns(meter, local, name, kind, ways):
    text = meter(kind, ways).read(name, "26-02-01,00:00;26-02-01,06:00", at=local(2026, 2, 3)).decode()
    columns = [f"[0-9]{{{c[0]}}}\\.[0-9]{{{c[2]}}}" for c in LAYOUT[name, kind, ways].split()]
    line = re.compile(r"\(26-02-01,0[0-6]:(?:00|15|30|45)\)\(" + ",".join(columns) + r"\)")
    lines = text.split("\r\n")
    assert lines.pop() == ""
    assert len(lines) == 25  # both ends included (M-107)
    assert all(line.fullmatch(one) for one in lines)


@pytest.mark.parametrize(("kind", "ways"), KINDS[:4])
def test_one_and_three_phase_meters_have_one_profile(meter, local, kind, ways):  # M-103
    one = meter(kind, ways)
    assert one.read("P.02", ";", at=local(2026, 2, 3)) is None
    assert one.read("P.03", ";", at=local(2026, 2, 3)) is None


@given(
    days=st.integers(1, 50),
    quarter=st.integers(0, 95),
    kind_ways=st.sampled_from(KINDS),
    seed=st.integers(0, 9),
)
@settings(max_examples=20)
def test_every_row_is_what_the_registers_showed_at_its_label(meter, days, quarter, kind_ways, seed):
    one = meter(*kind_ways, seed=seed)
    start = one.spec.since.replace(hour=0, minute=0, second=0) + timedelta(days=days, minutes=15 * quarter)
    at = start + timedelta(hours=3, seconds=1)
    for name in ("P.01", "P.02"):
        rows = one.profile_records(name, start, at, at=at)
        if rows is None:
            continue
        assert len(rows.labels) == 13
        for second, values in zip(seconds_of(rows), rows.values.tolist(), strict=True):
            then = one.registers(instant_of(second))
            for column, value in zip(rows.columns, values, strict=True):
                if ".8." in column:
                    assert value == then[column]


@pytest.mark.parametrize(("kind", "ways"), KINDS)
def test_slots_add_up_to_the_advance_of_the_register(meter, local, kind, ways):
    one = meter(kind, ways)
    day = Interval(local(2026, 2, 7), local(2026, 2, 8))
    rows = one.profile_records("P.01", day.start, day.end, at=local(2026, 2, 9))
    assert len(rows.labels) == 97
    energies = rows.values[:, rows.columns.index("1.8.0")]
    assert int(np.diff(energies).sum()) == one.energy_wh("1.8.0", day)
    assert (np.diff(energies) >= 0).all()


def test_demand_and_voltage_columns_equal_their_minutes(meter, thrown, local):
    load = thrown(4)
    one = meter("3p", 2, load=load)
    rows = one.profile_records("P.01", local(2026, 2, 7, 0, 15), local(2026, 2, 8), at=local(2026, 2, 9))
    day = metered(load.day(second_of(local(2026, 2, 7)) // DAY_S), one.spec)
    for slot in range(96):
        minutes = slice(15 * slot, 15 * slot + 15)
        record = dict(zip(rows.columns, rows.values[slot].tolist(), strict=True))
        assert record["1.6.0"] == int(day.rate[0, minutes].sum()) // 15
        assert record["2.6.0"] == int(day.rate[1, minutes].sum()) // 15
        for phase, code in enumerate((32, 52, 72)):
            assert record[f"{code}.7.0 max"] == day.high_dv[phase, minutes].max()
            assert record[f"{code}.7.0 min"] == day.low_dv[phase, minutes].min()


def test_the_third_profile_holds_means(meter, thrown, local):
    load = thrown(4)
    one = meter("combi", 1, load=load)
    rows = one.profile_records("P.03", local(2026, 2, 7, 0, 15), local(2026, 2, 8), at=local(2026, 2, 9))
    day = metered(load.day(second_of(local(2026, 2, 7)) // DAY_S), one.spec)
    for slot in range(96):
        minutes = slice(15 * slot, 15 * slot + 15)
        record = dict(zip(rows.columns, rows.values[slot].tolist(), strict=True))
        for phase, code in enumerate(("31.7.0", "51.7.0", "71.7.0")):
            assert abs(record[code] - day.current_da[phase, minutes].mean()) <= 0.5
        assert abs(record["14.7.0"] - day.frequency_chz[minutes].mean() / 10) <= 0.5
        cos = np.abs(day.power_w[:, minutes]).sum() / day.apparent_va[:, minutes].sum()
        assert abs(record["13.7.0"] - 100 * cos) <= 0.51


def test_an_idle_meter_stores_records_as_ever(meter, local):
    one = meter("combi", 1, load=Steady(power_w=(0, 0, 0)))
    text = one.read("P.03", "26-02-01,10:00;26-02-01,10:00", at=local(2026, 2, 3)).decode()
    assert text.endswith(",000.0,000.0,000.0,50.0,1.00)\r\n") or ",1.00)" in text


def test_open_sides_and_empty_ranges(meter, local):
    one = meter("1p", 1)
    at = local(2026, 1, 15, 12, 0)
    every = one.read("P.01", ";", at=at)
    assert every.count(b"\r\n") == 8  # installed 10:07:23: 10:15 … 12:00
    assert one.read("P.01", "26-01-15,11:00;", at=at).count(b"\r\n") == 5
    assert one.read("P.01", ";26-01-15,11:00", at=at).count(b"\r\n") == 4
    assert one.read("P.01", "26-03-15,11:00;", at=at) == b""
    assert one.read("P.01", "26-01-15,11:50;26-01-15,11:10", at=at) == b""


@pytest.mark.parametrize(
    "argument",
    [
        "",
        "26-01-15,11:00",
        ";;",
        "26-13-15,11:00;",
        "26-02-30,11:00;",
        "26-01-15,24:00;",
        "2026-01-15,11:00;",
        "260115,11:00;",
        "26-01-15 11:00;",
        "; ",
        "٢٦-01-15,11:00;",
    ],
)
def test_malformed_ranges_are_refused(meter, local, argument):
    assert meter("1p", 1).read("P.01", argument, at=local(2026, 2, 3)) is None


def test_180_days_are_kept_and_the_oldest_overwritten(meter, local):  # M-104
    one = meter("1p", 1, load=Steady(power_w=(230,)), since=local(2025, 1, 1, 0, 3))
    at = local(2026, 2, 3, 0, 0)
    rows = one.profile_records("P.01", at=at)
    assert len(rows.labels) == RECORDS_KEPT
    assert rows.labels[0] * 60 == second_of(at - timedelta(days=180) + timedelta(minutes=15))
    assert len(records_text(rows).splitlines()) == RECORDS_KEPT


def test_a_clock_set_back_stores_equal_labels_in_storage_order(meter, local):
    one = meter("1p", 1)
    at = local(2026, 1, 20, 12, 0, 30)
    assert one.write("0.9.1", "11:00:30", port="rs485", at=at, trusted=True)
    rows = one.profile_records(
        "P.01", local(2026, 1, 20, 11), local(2026, 1, 20, 12), at=local(2026, 1, 20, 14)
    )
    quarters = [label % 1440 for label in rows.labels.tolist()]
    assert quarters == [
        660,
        675,
        690,
        705,
        720,
        675,
        690,
        705,
        720,
    ]  # 11:00 … 12:00, again from 11:15 (M-106)
    energies = rows.values[:, 0].tolist()
    assert energies == sorted(energies)
    assert energies[5] == one.registers(local(2026, 1, 20, 12, 15))["1.8.0"]


def test_a_clock_set_forward_leaves_a_hole(meter, local):
    one = meter("1p", 1)
    assert one.write("0.9.1", "13:20:00", port="rs485", at=local(2026, 1, 20, 12, 0, 30), trusted=True)
    rows = one.profile_records(
        "P.01", local(2026, 1, 20, 11, 45), local(2026, 1, 20, 13, 45), at=local(2026, 1, 21)
    )
    assert [label % 1440 for label in rows.labels.tolist()] == [705, 720, 810, 825]
    short = rows.values[2].tolist()  # the first record after it: ten of fifteen minutes (M-102)
    ten = Interval(local(2026, 1, 20, 12, 0, 30), local(2026, 1, 20, 12, 10, 30))
    assert abs(short[1] - one.energy_wh("1.8.0", ten) * 4) <= 4


def test_a_clock_set_to_an_odd_second_reads_voltages_of_the_right_minutes(meter, thrown, local):
    load = thrown(6, phases=1)
    one = meter("1p", 1, load=load)
    at = local(2026, 1, 20, 12, 0, 30)
    assert one.write("0.9.1", "12:03:12", port="rs485", at=at, trusted=True)  # 162 s ahead
    rows = one.profile_records(
        "P.01", local(2026, 1, 20, 13, 0), local(2026, 1, 20, 13, 0), at=local(2026, 1, 21)
    )
    day = metered(load.day(second_of(at) // DAY_S), one.spec)
    minutes = slice((12 * 3600 + 45 * 60 - 162) // 60, -(-(13 * 3600 - 162) // 60))
    assert rows.values[0, 2] == day.high_dv[0, minutes].max()
    assert rows.values[0, 3] == day.low_dv[0, minutes].min()


def test_a_new_period_leaves_old_records_alone(meter, local):
    one = meter("combi", 1)
    before = one.profile_records("P.01", at=local(2026, 1, 20, 12, 5))
    assert one.write("0.8.4", "60*min", port="rs485", at=local(2026, 1, 20, 12, 5), trusted=True)
    after = one.profile_records("P.01", at=local(2026, 1, 20, 15, 5))
    assert after.labels[: len(before.labels)].tolist() == before.labels.tolist()
    assert [label % 1440 for label in after.labels[len(before.labels) :].tolist()] == [780, 840, 900]
    np.testing.assert_array_equal(after.values[: len(before.values)], before.values)


@pytest.mark.parametrize(("period", "minutes"), [("01", 1), ("15", 15), ("30", 30), ("60", 60)])
def test_records_come_at_every_period_there_is(meter, local, period, minutes):  # M-55, M-100
    one = meter("combi", 1, profile=profile_named("gen2").overridden({"test_sample": True}))
    at = local(2026, 1, 20, 12, 0, 5)
    assert one.write("0.8.4", f"{period}*min", port="rs485", at=at, trusted=True)
    rows = one.profile_records("P.01", local(2026, 1, 20, 12, 1), at=local(2026, 1, 20, 16, 0, 5))
    assert [label % 1440 for label in rows.labels.tolist()] == list(range(720 + minutes, 961, minutes))


def test_a_record_due_at_the_second_of_a_write_is_not_lost(meter, local):
    one = meter("1p", 1)
    assert one.write("0.9.1", "12:20:00", port="rs485", at=local(2026, 1, 20, 12, 15), trusted=True)
    rows = one.profile_records(
        "P.01", local(2026, 1, 20, 12), local(2026, 1, 20, 12, 30), at=local(2026, 1, 21)
    )
    assert [label % 1440 for label in rows.labels.tolist()] == [720, 735, 750]


def test_text_equals_records_printed_one_by_one(meter, local):
    one = meter("combi", 2)
    rows = one.profile_records("P.01", local(2026, 1, 31, 20), local(2026, 2, 1, 4), at=local(2026, 2, 3))
    naive = ""
    for second, values in zip(seconds_of(rows), rows.values.tolist(), strict=True):
        numbers = [
            f"{v // 1000:06d}.{v % 1000:03d}" if ".8." in c else f"{v // 1000:03d}.{v % 1000:03d}"
            for c, v in zip(rows.columns, values, strict=True)
        ]
        naive += f"({instant_of(second):%y-%m-%d,%H:%M})({','.join(numbers)})\r\n"
    assert records_text(rows).decode() == naive


def test_35_days_of_a_combi_meter_take_well_under_a_tenth_of_a_second(meter, local):
    one = meter("combi", 2)
    at = local(2026, 3, 1)
    taken_s = []
    for _ in range(3):
        before = process_time()
        assert one.read("P.01", "26-01-20,00:00;26-02-24,00:00", at=at).count(b"\n") == 35 * 96 + 1
        taken_s.append(process_time() - before)
    assert min(taken_s) < 0.05
