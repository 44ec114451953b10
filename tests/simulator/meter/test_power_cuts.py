"""What does a meter do without power, and what when it comes back?"""

from datetime import timedelta

from osos.quantities import Interval
from osos.simulator.load import Steady

DEAD, ALIVE = (False,) * 3, (True,) * 3
LOAD = Steady(power_w=(4000, 2000, 6000))


def minutes(rows) -> list[int]:
    return [label % 1440 for label in rows.labels.tolist()]


def test_a_cut_stores_a_record_at_once_and_none_until_power_is_back(meter, local):  # M-105
    one = meter("combi", 2, load=LOAD)
    one.rig(at=local(2026, 2, 1, 12, 7, 31), supply=DEAD)
    one.rig(at=local(2026, 2, 1, 13, 2, 1), supply=ALIVE)
    rows = one.profile_records("P.01", local(2026, 2, 1, 12), local(2026, 2, 1, 13, 30), at=local(2026, 2, 2))
    assert minutes(rows) == [720, 727, 795, 810]
    energy = rows.values[:, 0].tolist()
    assert energy[1] == one.registers(local(2026, 2, 1, 13))["1.8.0"]
    assert energy[1] - energy[0] == 12_000 * 451 // 3600
    assert rows.values[2, rows.columns.index("1.6.0")] == 12_000 * 779 // 900  # from 13:02:01 on (M-102)


def test_a_cut_at_a_label_that_exists_stores_no_second_record(meter, local):  # M-105
    one = meter("combi", 2, load=LOAD)
    for second in (0, 20):
        one.rig(at=local(2026, 2, 1, 12, 15, second), supply=DEAD)
        one.rig(at=local(2026, 2, 1, 12, 15, second + 10), supply=ALIVE)
    rows = one.profile_records("P.03", local(2026, 2, 1, 12), local(2026, 2, 1, 12, 30), at=local(2026, 2, 2))
    assert minutes(rows) == [720, 735, 750]


def test_a_cut_record_is_found_by_its_own_label(meter, local):
    one = meter("combi", 2, load=LOAD)
    one.rig(at=local(2026, 2, 1, 12, 7, 31), supply=DEAD)
    at = local(2026, 2, 2)
    assert one.read("P.01", "26-02-01,12:07;26-02-01,12:07", at=at).startswith(b"(26-02-01,12:07)(")
    assert one.read("P.01", "26-02-01,12:08;", at=at) == b""


def test_demand_is_never_too_high_after_a_cut(meter, local):  # M-90, M-92
    one = meter("combi", 1, load=LOAD, since=local(2026, 2, 1, 11, 58))
    one.rig(at=local(2026, 2, 1, 12, 6), supply=DEAD)
    assert one.packet("6", at=local(2026, 2, 1, 12, 6)).count(b"1.6.0(006.400*kW)(26-02-01,12:06)") == 1
    one.rig(at=local(2026, 2, 1, 14, 0), supply=ALIVE)
    text = one.packet("6", at=local(2026, 2, 1, 14, 8)).decode()
    assert "1.6.0(006.400*kW)(26-02-01,12:06)" in text  # eight minutes of the new window equal, not beat it
    assert "1.6.0(012.000*kW)(26-02-01,14:15)" in one.packet("6", at=local(2026, 2, 1, 15)).decode()


def test_months_end_unpowered_by_the_clock(meter, local):  # M-71
    one = meter("combi", 1, load=LOAD)
    one.rig(at=local(2026, 2, 10, 12), supply=DEAD)
    dark = one.registers(local(2026, 2, 10, 12))
    rows = one.month_rows(local(2026, 7, 3))
    assert [row.closing.wall_minute for row in rows] == [row.closing.second // 60 for row in rows]
    assert len(rows) == 6  # January … June
    assert [row.registers["1.8.0"] for row in rows[:4]] == [dark["1.8.0"]] * 4
    assert [row.peaks[0].power_w for row in rows] == [0, 0, 0, 0, 12_000, 12_000]


def test_without_supply_and_battery_the_clock_is_lost_and_history_kept(meter, local):  # M-128
    one = meter("combi", 1, load=LOAD)
    before = one.month_rows(local(2026, 2, 10, 12))
    one.rig(at=local(2026, 2, 10, 12), clock_battery=False)
    assert not one.settings(local(2026, 2, 10, 12)).clock_fault  # the supply runs it
    one.rig(at=local(2026, 2, 10, 13), supply=DEAD)
    one.rig(at=local(2026, 2, 10, 14), supply=ALIVE)
    text = one.packet("6", at=local(2026, 2, 10, 14, 0, 5)).decode()
    assert "0.9.1(00:00:05)" in text
    assert "0.9.2(00-01-01)" in text
    whole = Interval(local(2026, 2, 10, 22), local(2026, 2, 11, 22))
    assert one.energy_wh("1.8.1", whole) == 24 * 12_000  # all to T1 (M-86)
    later = local(2026, 4, 10)
    assert one.month_rows(later) == before  # no month end
    stored = one.profile_records("P.01", at=later)
    assert len(stored.labels) == len(one.profile_records("P.01", at=local(2026, 2, 10, 14)).labels)


def test_a_lost_clock_is_trusted_again_once_time_and_date_are_written(meter, local):  # M-128
    one = meter("combi", 1, load=LOAD)
    at = local(2026, 2, 10, 12)
    one.rig(at=at, clock_battery=False, supply=DEAD)
    one.rig(at=at + timedelta(hours=1), supply=ALIVE)
    for minute, (code, argument) in enumerate(
        (("0.9.1", "13:02:00"), ("0.9.1", "13:03:00"), ("0.9.2", "26-02-10"))
    ):
        then = at + timedelta(hours=1, minutes=2 + minute)
        assert one.settings(then).clock_fault
        assert one.write(code, argument, port="rs485", at=then, trusted=True)
    assert not one.settings(then).clock_fault
    assert "0.9.2(26-02-10)" in one.packet("6", at=then).decode()


def test_a_battery_keeps_the_clock_through_a_cut(meter, local):  # M-127
    one = meter("combi", 1, load=LOAD)
    one.rig(at=local(2026, 2, 10, 12), supply=DEAD, system_battery=False)
    one.rig(at=local(2026, 2, 10, 14), supply=ALIVE)
    assert b"0.9.1(14:00:00)" in one.packet("6", at=local(2026, 2, 10, 14))
    assert not one.settings(local(2026, 2, 10, 14)).clock_fault
