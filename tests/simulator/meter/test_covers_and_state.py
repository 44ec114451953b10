"""Do covers, batteries and limits show in their codes and in F.F.0? (M-121…M-133)"""

from datetime import timedelta

import pytest

from osos.simulator.load import Steady

LOAD = Steady(power_w=(400, 200, 600))
DEAD, ALIVE = (False,) * 3, (True,) * 3


def line(one, code, at) -> str:
    return one.read(code, "", at=at).decode().removeprefix(code)


def bits(one, at) -> set[int]:
    word = line(one, "F.F.0", at).strip("()")
    return {bit for bit, set_ in enumerate(reversed(word)) if set_ == "1"}


@pytest.fixture
def at(local):
    return local(2026, 2, 10, 12, 0, 20)


def test_the_first_opening_of_a_month_stays_and_each_is_counted(meter, at):  # M-122
    one = meter("combi", 1, load=LOAD)
    for hour in (0, 5, 30):
        one.rig(at=at + timedelta(hours=hour), terminal_open=True)
        one.rig(at=at + timedelta(hours=hour, minutes=5), terminal_open=False)
    assert line(one, "96.71", at + timedelta(days=3)) == "(26-02-10,12:00)(03)"


def test_months_remember_openings_and_an_open_cover_begins_the_next(meter, local):  # M-124
    one = meter("combi", 1, load=LOAD)
    one.rig(at=local(2026, 2, 10, 12), terminal_open=True)
    one.rig(at=local(2026, 4, 5, 12), terminal_open=False)
    assert line(one, "96.71", local(2026, 4, 4)) == "(26-04-01,00:00)(01)"
    at = local(2026, 5, 2)
    assert line(one, "96.71", at) == "(00-00-00,00:00)(00)"
    assert line(one, "96.71*1", at) == "(26-04-01,00:00)(01)"
    assert line(one, "96.71*2", at) == "(26-03-01,00:00)(01)"
    assert line(one, "96.71*3", at) == "(26-02-10,12:00)(01)"
    assert line(one, "96.71*4", at) == "(00-00-00,00:00)(00)"


def test_a_reset_by_hand_with_an_open_cover_begins_with_its_own_moment(meter, at):  # M-124
    one = meter("combi", 1, load=LOAD)
    one.rig(at=at, terminal_open=True)
    reset = at + timedelta(hours=2)
    assert one.reset_demand(port="optical", at=reset, trusted=True)
    assert line(one, "96.71", reset + timedelta(minutes=1)) == "(26-02-10,14:00)(01)"
    assert line(one, "96.71*1", reset + timedelta(minutes=1)) == "(26-02-10,12:00)(01)"


def test_on_the_shelf_no_opening_is_recorded(meter, local):  # M-121
    one = meter("combi", 1, load=Steady(power_w=(100, 0, 0)), since=local(2026, 2, 10, 12))
    one.rig(at=local(2026, 2, 10, 13), terminal_open=True)
    one.rig(at=local(2026, 2, 10, 14), terminal_open=False)
    assert line(one, "96.71", local(2026, 2, 10, 21)) == "(00-00-00,00:00)(00)"
    one.rig(at=local(2026, 2, 10, 21), terminal_open=True)  # 1 kWh is reached at 22:00
    assert line(one, "96.71", local(2026, 2, 10, 21, 59, 59)) == "(00-00-00,00:00)(00)"
    assert line(one, "96.71", local(2026, 2, 10, 22)) == "(26-02-10,22:00)(01)"


def test_covers_are_watched_unpowered_too(meter, at):  # M-122, M-125
    one = meter("combi", 1, load=LOAD)
    one.rig(at=at, supply=DEAD)
    one.rig(at=at + timedelta(minutes=1), terminal_open=True, top_open=True)
    one.rig(at=at + timedelta(minutes=2), terminal_open=False, top_open=False)
    one.rig(at=at + timedelta(hours=1), supply=ALIVE, top_open=True)
    later = at + timedelta(days=100)
    assert line(one, "96.70", later) == "(26-02-10,12:01)"  # the first, for ever
    assert line(one, "96.71*3", later) == "(26-02-10,12:01)(01)"
    assert {6, 7} <= bits(one, later)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"terminal_open": True}, {5}),
        ({"top_open": True}, {6, 7}),
        ({"supply": (True, False, True), "current": (None, (500, 0), None)}, {9, 21}),
        ({"supply": (False, False, False), "external": True}, {23}),
        ({"magnet_mt": 900, "current": ((0, 0), None, None)}, {11}),
        ({"system_battery": False}, {37}),
        ({"clock_battery": False}, {38}),
        ({"voltage_dv": (2531, None, None)}, {45}),
        ({"voltage_dv": (None, None, 1954)}, {50}),
        ({"current": (None, (111_000, 0), None)}, {52}),
        ({"current": ((111_000, 0),) * 3}, {44, 51, 52, 53}),
    ],
)
def test_each_state_sets_its_own_bit(meter, at, change, expected):  # M-131
    one = meter("combi", 1, load=LOAD)
    before = bits(one, at)
    one.rig(at=at, **change)
    assert bits(one, at + timedelta(minutes=20)) ^ before == expected


def test_limits_want_their_seconds_and_latch_until_the_month_changes(meter, local):  # M-131, M-132
    one = meter("combi", 1, load=LOAD)
    at = local(2026, 2, 10, 12, 0, 20)
    one.rig(at=at, voltage_dv=(2600, None, None))
    assert 45 not in bits(one, at + timedelta(seconds=9))
    assert 45 in bits(one, at + timedelta(seconds=10))
    one.rig(at=at + timedelta(seconds=15), voltage_dv=(None,) * 3)
    assert 45 in bits(one, local(2026, 2, 28, 23, 59))
    assert 45 not in bits(one, local(2026, 3, 1))


def test_either_weak_battery_shows(meter, at):  # M-127
    for name in ("clock_battery", "system_battery"):
        one = meter("1p", 1)
        assert line(one, "96.6.1", at) == "(1)"
        one.rig(at=at, **{name: False})
        assert line(one, "96.6.1", at) == "(0)"
        one.rig(at=at + timedelta(hours=1), **{name: True})
        assert line(one, "96.6.1", at + timedelta(hours=1)) == "(1)"


def test_more_than_twenty_losses_in_an_hour_set_their_bit(meter, at):  # M-131
    one = meter("combi", 1, load=LOAD)
    for number in range(21):
        assert 40 not in bits(one, at + timedelta(seconds=100 * number))
        one.rig(at=at + timedelta(seconds=100 * number), supply=(True, False, True))
        one.rig(at=at + timedelta(seconds=100 * number + 50), supply=ALIVE)
    assert 40 in bits(one, at + timedelta(seconds=3000))
    assert 40 not in bits(one, at + timedelta(seconds=3700))


def test_writes_go_by_the_cover_and_the_port(meter, at):  # M-47
    one = meter("combi", 1, load=LOAD)
    for opened in (False, True):
        one.rig(at=at, terminal_open=opened)
        for port in ("optical", "rs485"):
            done = one.write("0.9.9", "120*sec", port=port, at=at, trusted=True)
            assert done is (opened == (port == "optical"))


def test_an_alert_is_pending_when_an_allowed_bit_changed(meter, at):  # M-133
    one = meter("combi", 1, load=LOAD)
    assert line(one, "F.A.1", at) == "(0)"
    one.rig(at=at, terminal_open=True)  # bit 5 is not in the factory mask
    assert line(one, "F.A.1", at) == "(0)"
    one.rig(at=at, top_open=True)
    assert line(one, "F.A.1", at) == "(1)"


def test_the_location_word_is_what_the_rig_says(meter, at):  # M-134
    one = meter("combi", 1, load=LOAD)
    assert line(one, "F.F.1", at) == f"({'0' * 64})"
    one.rig(at=at, location="01" * 32)
    assert line(one, "F.F.1", at) == f"({'01' * 32})"
