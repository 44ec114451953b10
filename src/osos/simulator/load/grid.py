"""Which voltage and frequency does the network hold while a load draws what it draws?"""

from functools import lru_cache

import numpy as np

from osos.simulator.load.day import Floats, Ints, LoadDay, weekday
from osos.simulator.load.noise import wander

_VOLTAGE, _SAG, _FREQUENCY, _FLICKER = 11, 12, 13, 14  # streams of chance
# Of nominal: 230 V moves between 220 V and 238 V.
_LOWEST, _HIGHEST = 220.0 / 230.0, 238.0 / 230.0
_DROP_AT_FULL_LOAD = 0.022  # of nominal, at the load's own rated power


def _steps(values: Floats) -> Ints:
    return np.rint(values).astype(np.int64)


@lru_cache(maxsize=64)
def _frequency_chz(number: int) -> Ints:
    """One for the whole country."""
    swing = wander(7, _FREQUENCY, number, every_min=12, rows=2)
    return _steps(5000.0 + 6.0 * swing[0] + 3.0 * swing[1])


def energised(
    number: int, *, seed: int, power_w: Floats, reactive_var: Floats, rated_w: float, nominal_dv: int = 2300
) -> LoadDay:
    """A whole day from its powers: whole watts, and voltages that sag under load and rise under export."""
    phases = len(power_w)
    slow = wander(seed, _VOLTAGE, number, every_min=90, rows=phases)
    quick = wander(seed, _SAG, number, every_min=5, rows=phases)
    weekend = 0.004 if weekday(number) > 5 else 0.0
    drop = _DROP_AT_FULL_LOAD * power_w * phases / max(rated_w, 1.0)
    level = np.clip(1.003 + weekend + 0.014 * slow + 0.004 * quick - drop, _LOWEST + 0.004, _HIGHEST - 0.004)
    flicker = 0.002 * (1.0 + wander(seed, _FLICKER, number, every_min=15, rows=2 * phases)) / 2.0
    return LoadDay(
        power_w=_steps(power_w),
        reactive_var=_steps(reactive_var),
        voltage_dv=_steps(level * nominal_dv),
        voltage_high_dv=_steps((level + flicker[:phases]) * nominal_dv),
        voltage_low_dv=_steps((level - flicker[phases:]) * nominal_dv),
        frequency_chz=_frequency_chz(number),
    )
