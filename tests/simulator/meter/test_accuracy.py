"""Does a meter with a metrology model miss the truth by as much as its class allows? (M-65, EK-4)"""

from dataclasses import replace

import numpy as np
import pytest

from osos.simulator.load import Steady
from osos.simulator.meter import VirtualMeter
from osos.simulator.meter.accuracy import error_percent, errors_of
from osos.simulator.meter.spec import CLASSES, Accuracy

CLASS_B = CLASSES["B"]


def moved(spec, accuracy, *, watts=(1150, 1150, 1150), reactive=None, seed=1):
    load = Steady(power_w=watts, reactive_var=reactive)
    one = VirtualMeter(replace(spec("combi", 2), accuracy=accuracy, seed=seed), load)
    since = one.spec.since
    return one.registers(since.replace(day=25))


def test_without_a_model_nothing_is_missed(spec):
    assert moved(spec, None)["1.8.0"] == moved(spec, None, seed=9)["1.8.0"]


@pytest.mark.parametrize("seed", range(1, 6))
@pytest.mark.parametrize("accuracy", CLASSES.values(), ids=list(CLASSES))
def test_a_good_meter_keeps_within_its_class(spec, accuracy, seed):
    true, said = moved(spec, None)["1.8.0"], moved(spec, accuracy, seed=seed)["1.8.0"]
    assert said != true
    assert abs(said / true - 1) * 100 < accuracy.limit_percent


def test_the_same_seed_misses_alike(spec):
    assert moved(spec, CLASS_B, seed=4) == moved(spec, CLASS_B, seed=4)
    assert moved(spec, CLASS_B, seed=4) != moved(spec, CLASS_B, seed=5)


def test_a_phase_error_counts_more_the_lower_the_power_factor():
    for one in errors_of(CLASS_B, seed=3, phases=3):
        at_one, at_half = (error_percent(one, load=1.0, degrees=degrees) for degrees in (0.0, 60.0))
        assert abs(at_one - 100 * one.gain) < 0.01
        assert abs(at_half - at_one) == pytest.approx(abs(173.2 * np.tan(one.angle)), rel=0.05)
        assert abs(at_half) < CLASS_B.limit_percent
        assert abs(error_percent(one, load=1.0, degrees=60.0, active=False)) < CLASS_B.limit_percent


def test_errors_grow_below_a_tenth_of_the_basic_current():
    (one,) = errors_of(CLASS_B, seed=3, phases=1)
    full, low = (abs(error_percent(one, load=load, degrees=0.0)) for load in (1.0, 0.02))
    assert full < low <= 1.5 * full + 0.01


def test_a_meter_that_is_to_fail_fails(spec):
    bad = Accuracy("B", 1.0, gain_percent=3.0)
    true, said = moved(spec, None)["1.8.0"], moved(spec, bad)["1.8.0"]
    assert said / true > 1.02


def test_every_wh_is_booked_to_one_tariff_with_errors_too(spec):  # M-60, M-91
    found = moved(spec, CLASS_B, watts=(800, -500, 300), reactive=(100, 100, -50))
    for way in (1, 2):
        assert found[f"{way}.8.0"] == sum(found[f"{way}.8.{n}"] for n in range(1, 5))
    assert found["2.8.0"] > 0


@pytest.mark.parametrize(("ways", "kilowatts"), [(1, ("001.400", None)), (2, ("001.000", "000.400"))])
def test_demand_takes_what_was_metered_phases_not_netted(spec, local, ways, kilowatts):  # M-91
    one = VirtualMeter(spec("combi", ways), Steady(power_w=(1000, -400, 0)))
    for code, shown in zip(("1.6.0", "2.6.0"), kilowatts, strict=True):
        said = one.read(code, "", at=local(2026, 1, 16))
        assert (said and said.decode().partition("*")[0]) == (shown and f"{code}({shown}")
