"""Does the clock jump when its periods say so, once each, and lose nothing? (M-96…M-99)"""

import itertools
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osos.quantities import Interval
from osos.simulator.load import Steady
from osos.simulator.meter.summer_time import SummerTime, parsed

LOAD = Steady(power_w=(1000, 600, 400))


def clock(one, at) -> str:
    text = one.packet("6", at=at).decode()
    return text.split("0.9.2(")[1][:8] + " " + text.split("0.9.1(")[1][:8]


def write(one, code, argument, at) -> None:
    assert one.write(code, argument, port="rs485", at=at, trusted=True)


@pytest.fixture
def one(meter, local):
    return meter("combi", 1, load=LOAD, since=local(2026, 1, 15, 10, 7, 23))


def test_turkey_stays_where_it_is_until_switched_on(one, local):  # M-96
    assert clock(one, local(2026, 3, 29, 3, 0, 5)) == "26-03-29 03:00:05"
    text = one.packet("8", at=local(2026, 2, 1)).decode()
    assert "96.90.0(0)\r\n96.90.1(+01:00,25-03-30,03:00;25-10-26,04:00)" in text
    assert "96.90.12(+01:00,36-03-30,03:00;36-10-26,04:00)" in text


@pytest.mark.parametrize("powered", [True, False])
def test_switched_on_it_jumps_there_and_back_seconds_kept(one, local, powered):  # M-97
    write(one, "96.90.0", "1", local(2026, 2, 1))
    if not powered:
        one.rig(at=local(2026, 3, 1), supply=(False,) * 3)
    assert clock(one, local(2026, 3, 29, 2, 59, 59)) == "26-03-29 02:59:59"
    assert clock(one, local(2026, 3, 29, 3, 0, 0)) == "26-03-29 04:00:00"
    assert clock(one, local(2026, 10, 25, 2, 59, 59)) == "26-10-25 03:59:59"
    assert clock(one, local(2026, 10, 25, 3, 0, 0)) == "26-10-25 03:00:00"
    assert clock(one, local(2026, 10, 25, 4, 0, 0)) == "26-10-25 04:00:00"
    assert clock(one, local(2027, 7, 1, 12)) == "27-07-01 13:00:00"


def test_two_hours_there_and_back(one, local):  # M-97
    write(one, "96.90.2", "+02:00,26-05-01,01:00;26-05-01,03:00", local(2026, 2, 1))
    write(one, "96.90.0", "1", local(2026, 2, 1))
    assert clock(one, local(2026, 5, 1, 1, 0, 0)) == "26-05-01 01:00:00"  # back at once: 03:00 is reached
    assert clock(one, local(2026, 5, 1, 2)) == "26-05-01 02:00:00"


def test_the_hour_that_occurs_twice_leaves_equal_labels(one, local):  # M-99
    write(one, "96.90.0", "1", local(2026, 2, 1))
    rows = one.profile_records(
        "P.01", local(2026, 10, 25, 2, 45), local(2026, 10, 25, 4, 15), at=local(2026, 10, 26)
    )
    labels = [label % 1440 for label in rows.labels.tolist()]
    assert labels == [165, 180, 195, 210, 225, 240, 195, 210, 225, 240, 255]
    energy = rows.values[:, 0].tolist()
    assert [later - earlier for earlier, later in itertools.pairwise(energy)] == [500] * 10
    assert set(rows.values[:, rows.columns.index("1.6.0")].tolist()) == {2000}


def test_the_hour_that_is_skipped_leaves_no_record(one, local):  # M-99
    write(one, "96.90.0", "1", local(2026, 2, 1))
    rows = one.profile_records(
        "P.01", local(2026, 3, 29, 2, 45), local(2026, 3, 29, 4, 30), at=local(2026, 4, 1)
    )
    assert [label % 1440 for label in rows.labels.tolist()] == [165, 180, 255, 270]
    assert set(rows.values[:, rows.columns.index("1.6.0")].tolist()) == {2000}


def test_a_clock_set_in_mid_period_has_only_the_way_back_to_come(one, local):  # M-98
    write(one, "96.90.0", "1", local(2026, 2, 1))
    at = local(2026, 2, 2)
    write(one, "0.9.2", "26-10-25", at)
    write(one, "0.9.1", "03:50:00", at)
    assert clock(one, at + timedelta(minutes=9)) == "26-10-25 03:59:00"
    assert clock(one, at + timedelta(minutes=10)) == "26-10-25 03:00:00"
    assert clock(one, at + timedelta(minutes=70)) == "26-10-25 04:00:00"


def test_switching_on_in_mid_period_shifts_nothing(one, local):  # M-98
    write(one, "96.90.0", "1", local(2026, 7, 1))
    assert clock(one, local(2026, 7, 1, 1)) == "26-07-01 01:00:00"
    assert clock(one, local(2026, 12, 1, 1)) == "26-12-01 01:00:00"
    assert clock(one, local(2027, 7, 1, 1)) == "27-07-01 02:00:00"


def test_a_jump_around_midnight_of_the_first_ends_the_month_once(one, local):  # M-70, M-97
    write(one, "96.90.2", "+01:00,26-04-30,23:30;26-06-01,00:30", local(2026, 2, 1))
    write(one, "96.90.0", "1", local(2026, 2, 1))
    rows = one.month_rows(local(2026, 7, 15))
    stamps = [row.closing.wall_minute for row in rows]
    firsts = [local(2026, month, 1) for month in (7, 6, 5, 4, 3, 2)]
    assert len(stamps) == len(firsts)
    assert rows[2].closing.second == (local(2026, 4, 30, 23, 30) - local(2000, 1, 1)) // timedelta(seconds=1)


@pytest.mark.parametrize(
    "argument",
    [
        "",
        "+01:00",
        "+00:14,26-03-29,03:00;26-10-25,04:00",
        "+02:01,26-03-29,03:00;26-10-25,04:00",
        "+01:60,26-03-29,03:00;26-10-25,04:00",
        "+01:00,26-10-25,04:00;26-03-29,03:00",
        "+01:00,26-03-29,03:00;26-03-29,03:00",
        "+01:00,26-02-30,03:00;26-10-25,04:00",
        "+01:00,26-03-29,24:00;26-10-25,04:00",
        "01:00,26-03-29,03:00;26-10-25,04:00",
    ],
)
def test_malformed_periods_are_refused(one, local, argument):  # M-55
    assert not one.write("96.90.1", argument, port="rs485", at=local(2026, 2, 1), trusted=True)


PERIODS = st.builds(
    lambda sign, quarters, start, length: (sign, quarters * 15, start, start + length),
    st.sampled_from("+-"),
    st.integers(1, 8),
    st.integers(13_680_000, 13_740_000),
    st.integers(1, 20_000),
)


@given(period=PERIODS)
def test_a_period_printed_and_read_is_the_same(period):
    sign, shift, forward, back = period
    made = SummerTime(shift if sign == "+" else -shift, forward, back)
    assert parsed(made.text) == made


@given(period=PERIODS, other=PERIODS, days=st.integers(1, 60))
@settings(max_examples=15, deadline=None)
def test_jumps_create_and_lose_no_watt_hour(meter, same_day, period, other, days):
    jumping, still = (meter("combi", 2, load=same_day) for _ in range(2))
    at = jumping.spec.since
    for number, (sign, shift, forward, back) in enumerate((period, other), 1):
        text = SummerTime(shift if sign == "+" else -shift, forward, back).text
        write(jumping, f"96.90.{number}", text, at)
    write(jumping, "96.90.0", "1", at)
    end = at + timedelta(days=days)
    found, plain = jumping.registers(end), still.registers(end)
    assert found["1.8.0"] == sum(found[f"1.8.{n}"] for n in range(1, 5)) == plain["1.8.0"]
    rows = jumping.profile_records("P.01", at=end)
    assert (rows.values[1:, 0] >= rows.values[:-1, 0]).all()
    assert rows.values[-1, 0] <= jumping.energy_wh("1.8.0", Interval(at, end))
