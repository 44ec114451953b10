"""Do counters at their ends, clocks set anywhere and contradictory hands leave a whole meter? (M-60)"""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osos.iec62056 import Command, Write
from osos.quantities import DeviceId, Interval
from osos.simulator.load import Home, Steady
from osos.simulator.meter import MeterSpec, VirtualMeter

EVEN = Steady(power_w=(1000, 600, 200))


@pytest.mark.parametrize("short_of", [1, 500, 10_000])
def test_a_full_register_goes_on_at_zero_in_every_packet_and_row(spec, local, short_of):  # M-60
    one = VirtualMeter(spec("combi", 1, start_wh=10**9 - short_of), EVEN)
    at = local(2026, 2, 1, 9)
    text = one.packet("0", at=at).decode()
    assert one.registers(at)["1.8.0"] < 10**9
    assert one.energy_wh("1.8.0", Interval(one.spec.since, at)) > short_of
    assert "1.8.0(000" in text
    for record in one.read("P.01", ";", at=at).decode().splitlines():
        assert len(record.split("(")[2].split(",")[0]) == len("123456.789")


def test_counts_of_resets_stop_at_two_digits_and_begin_again(spec, same_day, local):  # M-70
    one = VirtualMeter(spec("combi", 1, since=local(2000, 1, 2)), same_day)
    assert one.read("0.1.0", "", at=local(2008, 4, 1, 1)) == b"0.1.0(99)"
    assert one.read("0.1.0", "", at=local(2008, 5, 1, 1)) == b"0.1.0(00)"


CLOCKS = st.sampled_from(
    [
        "99-12-31",
        "00-01-01",
        "26-02-28",
        "28-02-29",
        "26-03-29",
        "26-10-25",
        "26-01-31",
        "99-03-28",
        "26-12-31",
    ]
)
TIMES = st.sampled_from(["00:00:00", "23:59:59", "02:59:30", "03:59:30", "12:00:00"])


@given(steps=st.lists(st.tuples(CLOCKS, TIMES, st.integers(1, 200_000), st.booleans()), max_size=6))
@settings(max_examples=12)
def test_a_clock_set_anywhere_loses_no_wh_and_answers_everything(spec, local, steps):  # M-60, M-98, M-106
    one = VirtualMeter(spec("combi", 1), EVEN)
    at = local(2026, 2, 3, 12)
    one.write("96.90.0", "1", port="rs485", at=at, trusted=True)
    for date, time, pause_s, powered in steps:
        one.rig(at=at, supply=(True, True, True))
        assert one.write("0.9.2", date, port="rs485", at=at, trusted=True)
        assert one.write("0.9.1", time, port="rs485", at=at, trusted=True)
        one.rig(at=at, supply=(powered,) * 3)
        before = one.registers(at)["1.8.0"]
        at += timedelta(seconds=pause_s)
        moved = one.registers(at)["1.8.0"] - before
        assert abs(moved - (1800 * pause_s // 3600 if powered else 0)) <= 1
        assert one.packet("0", at=at)
        assert one.read("P.01", ";", at=at) is not None


RIGS = st.fixed_dictionaries(
    {},
    optional={
        "supply": st.tuples(*[st.booleans()] * 3),
        "voltage_dv": st.tuples(*[st.none() | st.integers(0, 4000)] * 3),
        "current": st.tuples(*[st.none() | st.tuples(st.integers(0, 120_000), st.integers(-180, 180))] * 3),
        "reversed_current": st.tuples(*[st.booleans()] * 3),
        "reversed_voltage": st.tuples(*[st.booleans()] * 3),
        "wrong_order": st.booleans(),
        "currents_shifted": st.integers(0, 2),
        "external": st.booleans(),
        "terminal_open": st.booleans(),
        "top_open": st.booleans(),
        "magnet_mt": st.integers(0, 2000),
        "clock_battery": st.booleans(),
        "system_battery": st.booleans(),
        "relay_stuck": st.booleans(),
    },
)


@given(acts=st.lists(st.tuples(RIGS, st.integers(0, 4000)), max_size=8))
@settings(max_examples=15)
def test_hands_that_contradict_each_other_break_nothing(spec, local, acts):  # M-181
    one = VirtualMeter(spec("combi", 2, options=frozenset({"rs485", "relay"})), EVEN)
    at = local(2026, 1, 30, 22)
    for changes, pause_s in acts:
        one.rig(at=at, **changes)
        at += timedelta(seconds=pause_s)
        assert one.display(at=at)
        found = one.registers(at)
        assert found["1.8.0"] == sum(found[f"1.8.{n}"] for n in range(1, 5))
        assert found["2.8.0"] == sum(found[f"2.8.{n}"] for n in range(1, 5))
    assert one.packet("0", at=at)
    assert VirtualMeter.restore(one.spec, EVEN, one.save()).packet("0", at=at) == one.packet("0", at=at)


@given(seed=st.integers(0, 10_000), days=st.lists(st.integers(1, 70), min_size=1, max_size=5))
@settings(max_examples=4)
def test_a_fleets_meter_holds_what_a_meter_with_all_its_days_at_hand_holds(local, seed, days):  # M-180
    spec = MeterSpec(device=DeviceId("OSO", "000000007"), kind="1p", since=local(2026, 1, 3), seed=seed)
    small, whole = (VirtualMeter(spec, Home(seed), days_kept=kept) for kept in (2, 400))
    for day in days:  # in any order, as they come
        at = local(2026, 1, 3, 7, 11) + timedelta(days=day)
        assert small.registers(at) == whole.registers(at)
    end = local(2026, 3, 20, 13, 5)
    assert small.packet("0", at=end) == whole.packet("0", at=end)


SENSE = [
    b"/?!\r\n",
    b"/?000123456!\r\n",
    b"\x06050\r\n",
    b"\x06066\r\n",
    b"\x06061\r\n",
    b"\x15",
    b"/@!\r\n",
    b"/*!\r\n",
    Command.for_code("R2", "1.8.0", "").render(),
    Command.for_code("R2", "P.01", "26-01-15,10:00;26-01-15,11:00").render(),
    Command.for_code("W2", "0.9.1", "12:34:56").render(),
    Command("P", "1", b"(00000000)").render(),
]


def mutants(count: int, dice: Random) -> Iterator[bytes]:
    """Sense with bytes lost, changed and put in, one message or three together."""
    for _ in range(count):
        told = bytearray(b"".join(dice.choices(SENSE, k=dice.randint(1, 3))))
        for _ in range(dice.randint(0, 4)):
            at = dice.randrange(len(told) + 1)
            told[at : at + dice.randint(0, 3)] = dice.randbytes(dice.randint(0, 4))
        yield bytes(told)


@pytest.mark.parametrize("count", [2_000, pytest.param(100_000, marks=[pytest.mark.long])])
def test_mutants_on_both_ports_at_once_leave_a_meter_that_answers(meter, local, count):
    dice, at = Random(count), local(2026, 1, 15, 11)
    one = meter("1p", 1, load=Steady(power_w=(1000,)))
    sides = [
        one.port(name, now=lambda: at).side((300, 9600), reaction_s=0.0) for name in ("optical", "rs485")
    ]
    now = 0.0
    for told in mutants(count, dice):
        now += dice.choice((0.0, 0.1, 1.0, 5.0))
        dice.choice(sides).receive(told, baud=dice.choice((None, 300, 9600)), now=now)
        at += timedelta(milliseconds=50)
    now += 100
    for side in sides:
        said = side.receive(b"/?!\r\n", baud=None, now=now)
        assert [action for action in said if isinstance(action, Write)][-1].data == b"/OSO6<2>OSOS.VM25\r\n"
