"""Does every act of the rig reach the registers at its very second? (M-181)"""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osos.quantities import Interval
from osos.simulator.load import Steady
from osos.simulator.meter.metrology import counting
from osos.simulator.meter.moment import DAY_S, second_of
from osos.simulator.meter.rig import Rig

PHASES = st.tuples(st.booleans(), st.booleans(), st.booleans())
ACTS = st.one_of(
    st.builds(lambda on: {"supply": on}, PHASES),
    st.builds(lambda way: {"reversed_current": way}, PHASES),
    st.builds(
        lambda dv: {"voltage_dv": (dv, None, None)}, st.sampled_from([None, 2300, 350, 299, 300, 400, 399])
    ),
    st.just({"current": ((5000, 0), (2500, 60), None)}),
    st.just({"current": (None, None, None)}),
)
LIVES = st.lists(st.tuples(st.integers(1, 20_000), ACTS), min_size=1, max_size=6)


def test_a_dead_phase_counts_nothing_and_the_others_go_on(meter, local):
    one = meter("3p", 1, load=Steady(power_w=(3600, 1800, 900)))
    at = local(2026, 2, 1, 12, 0, 7)
    one.rig(at=at, supply=(False, True, True))
    one.rig(at=at + timedelta(seconds=100), supply=(True, True, True))
    assert one.energy_wh("1.8.0", Interval(at, at + timedelta(seconds=100))) in (75, 76)  # 0.75 Wh a second
    hour = Interval(at + timedelta(seconds=100), at + timedelta(seconds=3700))
    assert one.energy_wh("1.8.0", hour) == 6300


@pytest.mark.parametrize(
    ("steps", "live"),
    [((2300, 399), True), ((2300, 299), False), ((299, 399), False), ((299, 400), True), ((350,), True)],
)
def test_a_phase_is_live_from_40_volts_and_dead_below_30(meter, local, steps, live):  # M-64
    one = meter("3p", 1)
    for minute, volts in enumerate(steps):
        one.rig(at=local(2026, 2, 1, 12, minute), voltage_dv=(volts, None, None))
    assert one.settings(local(2026, 2, 1, 13)).live == (live, True, True)


def test_any_live_phase_or_the_external_supply_powers_everything(meter, local):  # M-8
    one = meter("combi", 1)
    at = local(2026, 2, 1, 12)
    one.rig(at=at, supply=(False, False, True))
    assert one.settings(at).powered
    one.rig(at=at, supply=(False,) * 3)
    assert not one.settings(at).powered
    one.rig(at=at, external=True)
    assert one.settings(at).powered
    assert one.energy_wh("1.8.0", Interval(at, at + timedelta(days=2))) == 0


def test_reversed_currents_turn_the_direction_two_ways_and_still_count_one_way(meter, local):  # M-61, M-62
    at = local(2026, 2, 1, 12, 0, 30)
    hour = Interval(at, at + timedelta(hours=1))
    for ways, moved in ((1, {"1.8.0": 6000}), (2, {"1.8.0": 2000, "2.8.0": 4000})):
        one = meter("combi", ways, load=Steady(power_w=(1000, 4000, 1000)))
        one.rig(at=at, reversed_current=(False, True, False))
        assert {code: one.energy_wh(code, hour) for code in moved} == moved


def test_a_current_by_hand_shows_and_counts(meter, local):
    one = meter("combi", 1)
    at = local(2026, 2, 1, 12, 0, 30)
    one.rig(at=at, voltage_dv=(2300,) * 3, current=((5000, 60), (0, 0), (0, 0)))
    hour = Interval(at, at + timedelta(hours=1))
    assert one.energy_wh("1.8.0", hour) == 575
    assert one.energy_wh("5.8.0", hour) == 996
    text = one.packet("6", at=at + timedelta(seconds=1)).decode()
    assert "31.7.0(005.0)" in text
    assert "33.7.0(0.50)" in text
    assert "32.7.0(230.0)" in text


def test_a_current_without_voltage_is_still_seen(meter, local):
    one = meter("combi", 1)
    at = local(2026, 2, 1, 12)
    one.rig(at=at, supply=(False, True, True), current=((2000, 0), None, None))
    assert "31.7.0(002.0)" in one.packet("6", at=at).decode()
    assert "32.7.0(000.0)" in one.packet("6", at=at).decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"supply": (True,)},
        {"currents_shifted": 3},
        {"location": "01"},
        {"no_such_thing": 1},
    ],
)
def test_what_a_rig_cannot_be_is_refused_and_nothing_done(meter, local, wrong):
    one = meter("3p", 1)
    before = one.settings(local(2026, 2, 2))
    with pytest.raises(ValueError, match=r"phase|shifted|location|no_such_thing"):
        one.rig(at=local(2026, 2, 1), **wrong)
    assert one.settings(local(2026, 2, 2)) == before
    assert one.acts == []


def naive(load, spec, acts, seconds: int) -> np.ndarray:
    """Second by second: which phases are live, what flows in each, what is counted."""
    start = second_of(spec.since)
    rig, live, totals = Rig.plain(3), (True,) * 3, np.zeros(6, dtype=np.int64)
    pending = list(acts)
    for second in range(start, start + seconds):
        while pending and pending[0][0] <= second:
            rig = pending.pop(0)[1]
            live = rig.live(live)
        day, minute = load.day(second // DAY_S), second % DAY_S // 60
        power, reactive = day.power_w[:, minute].copy(), day.reactive_var[:, minute].copy()
        for phase in range(3):
            volts = day.voltage_dv[phase, minute]
            if rig.voltage_dv[phase] is not None:
                volts = rig.voltage_dv[phase]
            if rig.current[phase]:
                milliamperes, degrees = rig.current[phase]
                volts *= rig.supply[phase]
                power[phase] = round(volts * milliamperes / 10_000 * np.cos(np.radians(degrees)))
                reactive[phase] = round(volts * milliamperes / 10_000 * np.sin(np.radians(degrees)))
            if rig.reversed_current[phase]:
                power[phase], reactive[phase] = -power[phase], -reactive[phase]
            starting = np.hypot(power[phase], reactive[phase]) * 10_000 >= spec.starting_ma * max(volts, 1)
            if not live[phase] or not starting:
                power[phase] = reactive[phase] = 0
        totals += counting(power[:, None], reactive[:, None], spec.ways)[:, 0]
    return totals // 3600


@given(life=LIVES, ways=st.sampled_from([1, 2]))
@settings(max_examples=3, deadline=None)
def test_registers_equal_a_life_with_cuts_lived_second_by_second(meter, same_day, life, ways):
    one = meter("combi", ways, load=same_day)
    second, rig, acts = second_of(one.spec.since), Rig.plain(3), []
    for pause_s, changes in life:
        second += pause_s
        rig = Rig(**{name: changes.get(name, getattr(rig, name)) for name in Rig.__dataclass_fields__})
        one.rig(at=one.spec.since + timedelta(seconds=second - second_of(one.spec.since)), **changes)
        acts.append((second, rig))
    lived = min(second - second_of(one.spec.since) + 600, 20_000)
    found = one.registers(one.spec.since + timedelta(seconds=lived))
    told = dict(
        zip(
            ("1.8.0", "2.8.0", "5.8.0", "6.8.0", "7.8.0", "8.8.0"),
            naive(same_day, one.spec, acts, lived).tolist(),
            strict=True,
        )
    )
    assert {code: found[code] for code in told if code in found} == {c: told[c] for c in told if c in found}
    assert found["1.8.0"] == sum(found[f"1.8.{n}"] for n in range(1, 5))


@given(life=LIVES, looks=st.lists(st.integers(0, 100_000), max_size=3))
@settings(max_examples=8, deadline=None)
def test_looking_ahead_before_an_act_changes_nothing(meter, same_day, life, looks):
    asked, quiet = (meter("combi", 2, load=same_day) for _ in range(2))
    at = asked.spec.since
    for pause_s, changes in life:
        for look_s in looks:
            asked.packet("0", at=asked.spec.since + timedelta(seconds=look_s))
            asked.read("P.03", ";", at=asked.spec.since + timedelta(seconds=look_s))
        at += timedelta(seconds=pause_s)
        asked.rig(at=at, **changes)
        quiet.rig(at=at, **changes)
    end = at + timedelta(days=2)
    assert asked.packet("0", at=end) == quiet.packet("0", at=end)
    for name in ("P.01", "P.02", "P.03"):
        assert asked.read(name, ";", at=end) == quiet.read(name, ";", at=end)
