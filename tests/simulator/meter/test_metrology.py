"""Is each phase counted where its direction and quadrant say?"""

import numpy as np
import pytest

from osos.simulator.meter.metrology import CHANNELS, counting, metered

# (P of the phase, Q of the phase, ways) → what one phase moves; M-61 and M-62.
MATRIX = [
    (100, 40, 1, {"1.8.0": 100, "5.8.0": 40}),
    (100, -40, 1, {"1.8.0": 100, "8.8.0": 40}),
    (-100, -40, 1, {"1.8.0": 100, "5.8.0": 40}),  # same sign: inductive, whichever way the current runs
    (-100, 40, 1, {"1.8.0": 100, "8.8.0": 40}),
    (100, 40, 2, {"1.8.0": 100, "5.8.0": 40}),
    (-100, 40, 2, {"2.8.0": 100, "6.8.0": 40}),
    (-100, -40, 2, {"2.8.0": 100, "7.8.0": 40}),
    (100, -40, 2, {"1.8.0": 100, "8.8.0": 40}),
]


def counted(power, reactive, ways) -> dict[str, int]:
    columns = [np.array(values, dtype=np.int64)[:, None] for values in (power, reactive)]
    rates = counting(*columns, ways)[:, 0]
    return {code: int(rate) for code, rate in zip(CHANNELS, rates, strict=True) if rate}


@pytest.mark.parametrize(("power", "reactive", "ways", "moves"), MATRIX)
def test_one_phase_moves_its_own_registers(power, reactive, ways, moves):
    assert counted([power, 0, 0], [reactive, 0, 0], ways) == moves


def test_one_way_meters_add_what_reversed_phases_carry():
    assert counted([100, -70, 30], [10, 10, -5], 1) == {"1.8.0": 200, "5.8.0": 10, "8.8.0": 15}


def test_two_way_meters_never_net_their_phases():
    moved = counted([100, -70, 30], [10, 10, -5], 2)
    assert moved == {"1.8.0": 130, "2.8.0": 70, "5.8.0": 10, "6.8.0": 10, "8.8.0": 5}


def test_below_the_starting_current_a_phase_counts_nothing(spec, thrown):
    day = thrown(1).day(9000)
    starting_w = 0.02 * 230  # 0.4 % of 5 A (M-63)
    for level, counts in ((starting_w * 0.9, False), (starting_w * 1.1, True)):
        day.power_w[:] = round(level)
        day.reactive_var[:] = 0
        seen = metered(day, spec())
        assert bool(seen.rate[0].any()) is counts
        assert bool(seen.apparent_va.any()) is counts


def test_currents_follow_from_power_and_voltage(spec, thrown):
    day = thrown(1).day(9000)
    day.power_w[:], day.reactive_var[:], day.voltage_dv[:] = 3000, 4000, 2000
    assert (metered(day, spec()).current_da == 250).all()  # 5 kVA at 200 V: 25.0 A
