"""Which wrong connections does the meter tell, and when? (M-115…M-119)"""

from datetime import timedelta

import pytest

from osos.simulator.load import Steady

ALIVE = (True,) * 3
LOAD = Steady(power_w=(400, 200, 600))
ZEROS = "00-00-00,00:00"


@pytest.fixture
def at(local):
    return local(2026, 2, 1, 12, 0, 20)


def line(one, code, at) -> str:
    return one.read(code, "", at=at).decode().removeprefix(code)


def after(at, seconds):
    return at + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("fault", "right", "code"),
    [
        ({"wrong_order": True}, {"wrong_order": False}, "4"),
        ({"reversed_current": (False, True, False)}, {"reversed_current": (False,) * 3}, "5"),
        ({"currents_shifted": 1}, {"currents_shifted": 0}, "5"),
        ({"currents_shifted": 2}, {"currents_shifted": 0}, "5"),
    ],
)
def test_a_wrong_connection_is_told_after_180_seconds_until_it_is_right(meter, at, fault, right, code):
    one = meter("combi", 1, load=LOAD)  # M-115, M-116, M-118
    one.rig(at=at, **fault)
    assert line(one, f"96.7.{code}", after(at, 179)) == "(00)"
    assert line(one, f"96.7.{code}", after(at, 180)) == "(01)"
    assert line(one, f"96.77.{code}*1", after(at, 180)) == f"(26-02-01,12:00;{ZEROS})"
    other = {"4": "5", "5": "4"}[code]
    assert line(one, f"96.7.{other}", after(at, 500)) == "(00)"  # AY-03
    one.rig(at=after(at, 900), **right)
    assert line(one, f"96.77.{code}*1", after(at, 901)) == "(26-02-01,12:00;26-02-01,12:15)"
    assert line(one, f"96.7.{code}", after(at, 90_000)) == "(01)"


def test_a_fault_gone_before_180_seconds_leaves_no_trace(meter, at):  # M-118
    one = meter("combi", 1, load=LOAD)
    one.rig(at=at, wrong_order=True)
    one.rig(at=after(at, 170), wrong_order=False)
    assert line(one, "96.7.4", after(at, 9000)) == "(00)"


def test_overlapping_faults_are_one_record(meter, at):  # M-116, M-118
    one = meter("combi", 1, load=LOAD)
    one.rig(at=at, reversed_current=(True, False, False))
    one.rig(at=after(at, 100), reversed_current=(True, True, False))
    one.rig(at=after(at, 200), reversed_current=(False, True, False))
    assert line(one, "96.7.5", after(at, 300)) == "(01)"
    one.rig(at=after(at, 600), reversed_current=(False,) * 3)
    assert line(one, "96.77.5*1", after(at, 601)) == "(26-02-01,12:00;26-02-01,12:10)"


@pytest.mark.parametrize(
    ("lost", "back"),
    [
        ({"supply": (True, False, True)}, {"supply": ALIVE}),
        ({"supply": (False,) * 3}, {"supply": ALIVE}),
        ({"current": (None, (0, 0), None)}, {"current": (None, (5000, 0), None)}),
    ],
)
def test_a_row_out_of_sight_stays_open_until_proof(meter, at, lost, back):  # M-118
    one = meter("combi", 1, load=LOAD)
    one.rig(at=at, reversed_current=(False, True, False))
    one.rig(at=after(at, 600), **lost)
    one.rig(at=after(at, 700), reversed_current=(False,) * 3)
    assert line(one, "96.77.5*1", after(at, 701)) == f"(26-02-01,12:00;{ZEROS})"
    one.rig(at=after(at, 1200), **back)
    assert line(one, "96.77.5*1", after(at, 1201)) == "(26-02-01,12:00;26-02-01,12:20)"


def test_two_way_meters_find_no_fault_in_plain_export(meter, at):  # M-117
    one = meter("combi", 2, load=LOAD)
    one.rig(at=at, reversed_current=(True,) * 3)
    assert line(one, "96.7.5", after(at, 900)) == "(00)"
    one.rig(at=after(at, 900), reversed_current=(True, False, True))
    assert line(one, "96.7.5", after(at, 1080)) == "(01)"


def test_polarity_is_judged_behind_voltage_transformers_only(meter, at):  # M-115
    for voltage, count in (("3x57.7/100", "(01)"), ("3x230/400", "(00)")):
        one = meter("combi", 1, load=LOAD, voltage=voltage)
        one.rig(at=at, reversed_voltage=(False, False, True))
        assert line(one, "96.7.4", after(at, 200)) == count


def test_a_magnet_above_400_millitesla_is_told_at_once(meter, at):  # M-119
    one = meter("1p", 1)
    one.rig(at=at, magnet_mt=400)
    assert line(one, "96.7.6", after(at, 5)) == "(00)(00000*min)"
    one.rig(at=after(at, 10), magnet_mt=401)
    assert line(one, "96.7.6", after(at, 10)) == "(01)(00000*min)"
    assert line(one, "96.77.6*1", after(at, 10)) == f"(26-02-01,12:00;{ZEROS})"
    one.rig(at=after(at, 71), magnet_mt=0)
    assert line(one, "96.7.6", after(at, 80)) == "(01)(00002*min)"  # 61 s: rounded up
    assert line(one, "96.77.6*1", after(at, 80)) == "(26-02-01,12:00;26-02-01,12:01)"


def test_alarm_counts_stop_at_99_and_ten_rows_are_kept(meter, at):  # M-73, M-114
    one = meter("1p", 1)
    for number in range(105):
        one.rig(at=after(at, 100 * number), magnet_mt=500)
        one.rig(at=after(at, 100 * number + 30), magnet_mt=0)
    text = one.packet("8", at=after(at, 20_000)).decode()
    assert "96.7.6(99)(00105*min)" in text
    assert text.count("96.77.6*") == 10
