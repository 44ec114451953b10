"""Does the relay follow its four states, and the load its contact? (M-140…M-145)"""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osos.quantities import Interval
from osos.simulator.load import Steady
from osos.simulator.meter.relay import Relay, relay_state

WITH_RELAY = frozenset({"rs485", "relay"})
LOAD = Steady(power_w=(1000, 600, 400))


@pytest.fixture
def at(local):
    return local(2026, 2, 10, 12, 0, 20)


@pytest.fixture(scope="session")
def relay_meter(meter):
    def build(kind="combi", **more):
        more.setdefault("load", LOAD)
        return meter(kind, 1, options=WITH_RELAY, **more)

    return build


def write(one, code, argument, at, port="rs485") -> bool:
    return one.write(code, argument, port=port, at=at, trusted=True)


def state(one, at) -> Relay:
    return relay_state(one.settings(at))


def test_a_meter_leaves_the_factory_without_limiting(relay_meter, at):  # M-143
    for kind, load, limit in (("combi", LOAD, "060"), ("1p", Steady(power_w=(9,)), "020")):
        text = relay_meter(kind, load=load).packet("6", at=at).decode()
        assert f"96.3.10(0)\r\n96.3.12({limit}.000*kW)\r\n96.3.13(15*min)" in text


def test_the_centre_disconnects_and_the_customer_connects(relay_meter, at):  # M-141, M-142
    one = relay_meter()
    assert write(one, "96.3.10", "1", at)
    assert state(one, at) is Relay.ARMED
    assert write(one, "96.3.12", "000.000*kW", at)
    assert state(one, at) is Relay.CUT
    one.press(at=at, held_s=5)
    assert state(one, at) is Relay.CUT  # RL-11
    hour = Interval(at, at + timedelta(hours=1))
    assert one.energy_wh("1.8.0", hour) == 0
    assert "31.7.0(000.0)" in one.packet("6", at=hour.end).decode()
    assert "32.7.0(000.0)" not in one.packet("6", at=hour.end).decode()  # voltage stays
    assert write(one, "96.3.10", "0", hour.end)
    assert state(one, hour.end) is Relay.READY
    one.press(at=hour.end, held_s=1)
    assert state(one, hour.end) is Relay.READY
    one.press(at=hour.end, held_s=5)
    assert state(one, hour.end) is Relay.NORMAL
    assert one.energy_wh("1.8.0", Interval(hour.end, hour.end + timedelta(hours=1))) == 2000


def test_the_limit_must_be_passed_by_the_mean_of_its_period(relay_meter, at):  # M-140
    one = relay_meter()
    write(one, "96.3.10", "1", at)
    write(one, "96.3.12", "002.000*kW", at)
    assert state(one, at + timedelta(days=2)) is Relay.ARMED  # equal is not above
    start = at + timedelta(days=2)
    one.rig(at=start, voltage_dv=(2300,) * 3, current=((100_000, 0), None, None))  # 23 kW on L1
    found = [state(one, start + timedelta(seconds=s)) for s in (0, 39, 40, 99, 100)]
    # In 12:01 stand 40 s of 24 kW and 860 s of 2 kW: 2.98 kW of mean power.
    assert found == [Relay.ARMED, Relay.ARMED, Relay.CUT, Relay.CUT, Relay.CUT]
    assert one.energy_wh("1.8.0", Interval(start + timedelta(seconds=40), start + timedelta(days=1))) == 0


def test_only_limiting_meters_take_limits_and_only_relay_meters_relay_codes(relay_meter, meter, at):  # M-48
    one = relay_meter()
    assert not write(one, "96.3.12", "010.000*kW", at)
    assert not write(one, "96.3.13", "05*min", at)
    one.rig(at=at, terminal_open=True)
    for port in ("optical", "rs485"):
        assert write(one, "96.3.10", "1", at, port)
        assert write(one, "96.3.12", "010.000*kW", at, port)
        assert write(one, "96.3.13", "05", at, port)
    assert not write(meter("combi", 1), "96.3.10", "1", at)
    assert write(one, "96.3.10", "0", at)
    assert b"96.3.12(010.000*kW)\r\n96.3.13(05*min)" in one.packet("6", at=at)  # kept (M-143)


@pytest.mark.parametrize(
    ("code", "argument"),
    [
        ("96.3.10", "2"),
        ("96.3.10", ""),
        ("96.3.12", "10*kW"),
        ("96.3.12", "1000.000*kW"),
        ("96.3.12", "010.000*W"),
        ("96.3.13", "00*min"),
        ("96.3.13", "61*min"),
        ("96.3.13", "5.5*min"),
    ],
)
def test_malformed_relay_writes_are_refused(relay_meter, at, code, argument):  # M-55
    one = relay_meter()
    write(one, "96.3.10", "1", at)
    before = one.settings(at)
    assert not write(one, code, argument, at)
    assert one.settings(at) == before


def test_states_survive_power_cuts(relay_meter, at):  # M-140
    one = relay_meter()
    write(one, "96.3.10", "1", at)
    write(one, "96.3.12", "000.000", at)
    for hours, supply in ((1, False), (2, True)):
        one.rig(at=at + timedelta(hours=hours), supply=(supply,) * 3)
        assert state(one, at + timedelta(hours=hours)) is Relay.CUT


def test_a_contact_that_does_not_move_is_told(relay_meter, at):  # M-144
    one = relay_meter()
    one.rig(at=at, relay_stuck=True)
    write(one, "96.3.10", "1", at)
    write(one, "96.3.12", "000.000", at)
    assert one.packet("6", at=at).decode().split("F.F.0(")[1][63 - 55] == "1"
    assert one.energy_wh("1.8.0", Interval(at, at + timedelta(hours=1))) == 2000
    one.rig(at=at + timedelta(hours=1), relay_stuck=False)
    assert one.packet("6", at=at + timedelta(hours=1)).decode().split("F.F.0(")[1][63 - 55] == "0"
    assert one.settings(at + timedelta(hours=1)).relay_operations == 1


def test_the_other_style_closes_without_the_button(relay_meter, spec, at):  # M-145
    one = relay_meter(profile=spec().profile.overridden({"relay.style": "mass11"}))
    write(one, "96.3.10", "1", at)
    write(one, "96.3.12", "000.000", at)
    write(one, "96.3.10", "0", at)
    assert state(one, at) is Relay.NORMAL


NEXT = {  # the table of M-140
    (Relay.NORMAL, "1"): Relay.ARMED,
    (Relay.ARMED, "0"): Relay.NORMAL,
    (Relay.CUT, "0"): Relay.READY,
    (Relay.READY, "1"): Relay.CUT,
    (Relay.READY, "press"): Relay.NORMAL,
    (Relay.ARMED, "zero"): Relay.CUT,
}


@given(
    steps=st.lists(
        st.tuples(st.integers(1, 4000), st.sampled_from(["1", "0", "press", "zero", "high", "load", "idle"])),
        min_size=1,
        max_size=12,
    )
)
@settings(max_examples=25, deadline=None)
def test_any_acts_follow_the_table_of_states(relay_meter, same_day, steps):
    one = relay_meter(load=same_day)
    at, told = one.spec.since, Relay.NORMAL
    for pause_s, step in steps:
        at += timedelta(seconds=pause_s)
        seen = state(one, at)
        assert seen is told or (told is Relay.ARMED and seen is Relay.CUT)  # the limit was passed meanwhile
        told = seen
        if step in {"1", "0"}:
            assert write(one, "96.3.10", step, at)
        elif step == "press":
            one.press(at=at, held_s=6)
        elif step in {"zero", "high"}:
            taken = write(one, "96.3.12", "000.000" if step == "zero" else "005.000*kW", at)
            assert taken is (told in {Relay.ARMED, Relay.CUT})
        else:
            one.rig(at=at, current=((20_000 if step == "load" else 0, 0), None, None))
        if step == "1" and told is Relay.NORMAL and one.settings(at).limit_w == 0:
            told = Relay.CUT
        else:
            told = NEXT.get((told, step), told)
        assert state(one, at) is told
        if told in {Relay.CUT, Relay.READY}:
            dark = Interval(at, at + timedelta(seconds=1))
            assert one.energy_wh("1.8.0", dark) == 0
    end = at + timedelta(hours=2)
    found = one.registers(end)
    assert found["1.8.0"] == sum(found[f"1.8.{n}"] for n in range(1, 5))


@given(looks=st.lists(st.integers(0, 200_000), max_size=6))
@settings(max_examples=10, deadline=None)
def test_when_it_is_asked_does_not_move_the_opening(relay_meter, thrown, looks):
    found = []
    for ask in ([], looks):
        one = relay_meter(load=thrown(5))
        at = one.spec.since + timedelta(hours=1)
        write(one, "96.3.10", "1", at)
        write(one, "96.3.12", "006.500*kW", at)
        for look_s in ask:
            one.registers(at + timedelta(seconds=look_s))
        end = at + timedelta(days=3)
        found.append((one.packet("0", at=end), one.read("P.01", ";", at=end)))
    assert found[0] == found[1]
