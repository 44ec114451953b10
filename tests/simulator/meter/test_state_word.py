"""Which bits of F.F.0 come, stay and go? (M-131, M-132, M-134, M-135)"""

from datetime import timedelta

import pytest

from osos.meters import profile_named
from osos.simulator.load import Steady
from osos.simulator.meter.location import Location
from osos.simulator.meter.spec import COMPANY_NUMBERS

EVEN = Steady(power_w=(1000, 1000, 1000))


def bits(meter, at) -> set[int]:
    word = meter.read("F.F.0", "", at=at).decode()[6:-1]
    return {bit for bit, character in enumerate(reversed(word)) if character == "1"}


@pytest.mark.parametrize("bit", [1, 2, 3, 4, 36])
def test_a_chip_or_memory_that_fails_is_told(meter, local, bit):  # M-131
    one = meter("combi", 1, load=EVEN)
    one.rig(at=local(2026, 2, 1, 12), inner_faults=frozenset({bit}))
    assert bit in bits(one, local(2026, 2, 1, 13))
    one.rig(at=local(2026, 2, 1, 14), inner_faults=frozenset())
    assert bit not in bits(one, local(2026, 2, 1, 15))


def test_no_other_bit_fails_by_hand(meter, local):
    with pytest.raises(ValueError, match="M-131"):
        meter("combi", 1, load=EVEN).rig(at=local(2026, 2, 1, 12), inner_faults=frozenset({9}))


@pytest.mark.parametrize("phase", [0, 1, 2])
def test_a_phase_that_stood_still_for_two_months_is_told(meter, local, phase):  # M-131 bits 17-19
    watts = tuple(0 if k == phase else 1000 for k in range(3))
    one = meter("combi", 1, load=Steady(power_w=watts))
    assert not bits(one, local(2026, 2, 20)) & {17, 18, 19}  # only one month end so far
    assert bits(one, local(2026, 3, 2)) & {17, 18, 19} == {17 + phase}
    one.rig(at=local(2026, 3, 3), current=tuple((5000, 0) if k == phase else None for k in range(3)))
    assert not bits(one, local(2026, 3, 4)) & {17, 18, 19}


def test_demand_without_energy_is_told_by_a_meter_that_lost_its_rows_only(spec, local):  # M-131 bit 29
    from osos.simulator.meter import VirtualMeter

    empty = VirtualMeter(spec("combi", 1), Steady(power_w=(0, 0, 0)))
    assert not bits(empty, local(2026, 4, 2)) & {26, 27, 28, 29, 30}


def test_registers_that_go_back_are_told(spec, local):  # M-131 bits 26-28
    from osos.simulator.meter import VirtualMeter

    faulty = VirtualMeter(
        spec("combi", 1), EVEN, faults=frozenset({"month-end-stores-the-old-1.8.1", "phases-net-each-other"})
    )
    assert not bits(faulty, local(2026, 5, 2)) & {26, 27, 28}  # old values never exceed new ones


def test_a_neutral_current_of_its_own_latches_until_the_month_changes(spec, local):  # M-131 bit 54, M-132
    from osos.simulator.meter import VirtualMeter

    options = frozenset({"rs485", "neutral"})
    one = VirtualMeter(spec("1p", 1, options=options, profile=profile_named("gen3")), Steady(power_w=(1000,)))
    one.rig(at=local(2026, 2, 3, 12), current=((5000, 0),), neutral_ma=4000)
    assert b"91.7.0(004.000)" in one.packet("6", at=local(2026, 2, 3, 12, 5))
    one.rig(at=local(2026, 2, 3, 13), neutral_ma=5000)
    assert 54 in bits(one, local(2026, 2, 4))
    assert 54 not in bits(one, local(2026, 3, 2))


def test_gen3_clears_what_was_latched_when_it_is_read_over_a_port(spec, local):  # M-132
    from osos.simulator.meter import VirtualMeter

    one = VirtualMeter(spec("3p", 1, profile=profile_named("gen3")), EVEN)
    one.rig(at=local(2026, 2, 3, 12), voltage_dv=(2600, 2300, 2300), terminal_open=True)
    one.rig(at=local(2026, 2, 3, 13), voltage_dv=(None,) * 3)
    at = local(2026, 2, 3, 14)
    assert {45, 5} <= bits(one, at)
    one.packet("6", at=at, port="rs485")
    assert 45 not in bits(one, at + timedelta(minutes=1))
    assert 5 in bits(one, at + timedelta(minutes=1))  # nothing else
    assert one.read("F.A.1", "", at=at) == b"F.A.1(0)"


def test_gen2_keeps_what_was_latched_when_it_is_read(meter, local):  # M-132
    one = meter("combi", 1, load=EVEN)
    one.rig(at=local(2026, 2, 3, 12), voltage_dv=(2600, 2300, 2300))
    one.rig(at=local(2026, 2, 3, 13), voltage_dv=(None,) * 3)
    one.packet("0", at=local(2026, 2, 3, 14), port="rs485")
    assert 45 in bits(one, local(2026, 2, 3, 15))
    assert 45 not in bits(one, local(2026, 3, 1, 0, 1))


def test_the_location_word_holds_its_fields(meter, local):  # M-134
    where = Location(company="UED", substation=12345, transformer=3, feeder=21, phase=2, feeder_current=400)
    one = meter("combi", 1, load=EVEN)
    one.rig(at=local(2026, 2, 3), location=where.word)
    word = one.read("F.F.1", "", at=local(2026, 2, 4)).decode()[6:-1]
    assert Location.of(word) == where
    assert word[-5:] == f"{COMPANY_NUMBERS['UED']:05b}"
    with pytest.raises(ValueError, match="M-134"):
        _ = Location(feeder=64).word


def test_every_company_has_its_number():  # M-135
    assert sorted(COMPANY_NUMBERS.values()) == list(range(22))
    assert (COMPANY_NUMBERS["AKD"], COMPANY_NUMBERS["UED"], COMPANY_NUMBERS["TED"]) == (1, 19, 0)
    assert all(Location.of(Location(company=name).word).company == name for name in COMPANY_NUMBERS)
