"""What does a month end leave behind?"""

from datetime import timedelta

from osos.quantities import Interval
from osos.simulator.load import Steady


def lines(meter, at, y="7") -> dict[str, str]:
    rows = meter.packet(y, at=at).decode().splitlines()
    return {row.split("(", 1)[0]: row[row.index("(") :] for row in rows}


def printed(wh: int) -> str:
    return f"({wh // 1000:06d}.{wh % 1000:03d}*kWh)"


def test_thirteen_months_leave_twelve_rows_that_equal_the_registers_then(meter, same_day, local):
    one = meter("3p", 1, load=same_day, since=local(2025, 1, 15, 10, 7, 23))
    at = local(2026, 2, 20)
    history = lines(one, at)
    firsts = [local(2026, 2, 1), local(2026, 1, 1), *[local(2025, month, 1) for month in range(12, 2, -1)]]
    assert len(firsts) == 12
    for row, first in enumerate(firsts, start=1):
        then = one.registers(first)
        for tariff in range(1, 5):
            assert history[f"1.8.{tariff}*{row}"] == printed(then[f"1.8.{tariff}"])
        assert history[f"0.1.2*{row}"] == f"({first:%y-%m-%d},00:00)"
        assert one.read(f"1.8.0*{row}", "", at=at) == f"1.8.0*{row}{printed(then['1.8.0'])}".encode()
    assert history["0.1.0"] == "(13)"
    assert "1.8.0*1" not in history  # M-36
    assert one.read("1.8.0*13", "", at=at) is None


def test_months_not_yet_lived_print_zeros(meter, local):  # M-75
    history = lines(meter(ways=2), local(2026, 2, 20))
    assert history["1.6.0*2"] == "(000.000*kW)(00-00-00,00:00)"
    assert history["1.8.1*2"] == "(000000.000*kWh)"
    assert history["0.1.2*2"] == "(00-00-00,00:00)"


def test_the_maximum_goes_to_its_month_and_starts_again(meter, local):
    one = meter(seed=5)
    end = local(2026, 2, 1)
    last = lines(one, end - timedelta(seconds=1), "6")["1.6.0"]
    rows = lines(one, end)
    assert rows["1.6.0*1"] == last  # nothing greater in the last second's step here
    assert lines(one, end, "6")["1.6.0"] == "(000.000*kW)(00-00-00,00:00)"
    assert lines(one, end + timedelta(days=40))["1.6.0*2"] == last


def test_the_step_at_the_stroke_of_the_month_is_the_old_months(meter, local):
    rising = Steady(power_w=(1500, 0, 0))
    one = meter("3p", 1, load=rising, since=local(2026, 1, 31, 23, 50))
    assert lines(one, local(2026, 2, 1))["1.6.0*1"] == "(001.000*kW)(26-02-01,00:00)"


def test_setting_the_date_over_months_closes_none(meter, local):
    one = meter()
    at = local(2026, 1, 20, 12)
    assert one.write("0.9.2", "26-05-20", port="rs485", at=at, trusted=True)
    assert lines(one, at + timedelta(days=2))["0.1.0"] == "(00)"  # M-71, AS-08
    assert lines(one, at + timedelta(days=12))["0.1.0"] == "(01)"  # its clock passed 1 June
    assert lines(one, at + timedelta(days=12))["0.1.2*1"] == "(26-06-01,00:00)"


def test_a_reset_by_hand_closes_once_a_month_and_spares_the_month_end(meter, local):  # M-72
    one = meter()
    at = local(2026, 1, 20, 12, 30)
    assert not one.reset_demand(port="rs485", at=at, trusted=False)
    assert one.reset_demand(port="rs485", at=at, trusted=True)
    assert not one.reset_demand(port="optical", at=at + timedelta(days=3), trusted=True)  # SB-08
    assert lines(one, at + timedelta(days=5))["0.1.2*1"] == "(26-01-20,12:30)"
    assert lines(one, local(2026, 2, 2))["0.1.0"] == "(01)"  # no automatic one on 1 February (SB-09)
    assert one.reset_demand(port="rs485", at=local(2026, 2, 2), trusted=True)
    assert lines(one, local(2026, 3, 2))["0.1.0"] == "(02)"
    assert lines(one, local(2026, 4, 2))["0.1.0"] == "(03)"  # March closed by itself again


def test_resets_leave_the_energy_alone(meter, same_day, local):
    load = same_day
    reset, quiet = meter("3p", 1, load=load), meter("3p", 1, load=load)
    reset.reset_demand(port="rs485", at=local(2026, 1, 20, 12, 30, 7), trusted=True)
    period = Interval(local(2026, 1, 16), local(2026, 3, 16))
    for code in ("1.8.0", "1.8.1", "1.8.2", "1.8.3"):
        assert reset.energy_wh(code, period) == quiet.energy_wh(code, period)


def test_month_rows_are_there_as_data_too(meter, local):
    one = meter()
    rows = one.month_rows(local(2026, 4, 2))
    assert [row.closing.wall_minute * 60 for row in rows] == sorted(
        (row.closing.wall_minute * 60 for row in rows), reverse=True
    )
    assert rows[0].registers["1.8.0"] == one.registers(local(2026, 4, 1))["1.8.0"]


def test_the_reset_count_has_two_digits(meter, local):
    one = meter("1p", 1, since=local(2017, 12, 15))
    assert one.read("0.1.0", "", at=local(2026, 5, 2)) == b"0.1.0(01)"  # 101 months: 99 → 00 (M-70)
