"""When does a factory use how much, and how much reactive power with it?"""

import numpy as np

from osos.simulator.load.day import MINUTES, Floats, LoadDay, weekday
from osos.simulator.load.grid import energised
from osos.simulator.load.noise import chance, wander
from osos.simulator.load.shop import opened

_SHIFTS = {1: ((480, 1080),), 2: ((420, 930), (930, 1410)), 3: ((0, 1440),)}  # minutes of the day


class Factory:
    """Shifts, motors that lag, and a capacitor bank that is too large when the motors stand still.

    `rated_w` is what the meter's terminals see in full work: secondary watts behind transformers (M-4).
    """

    phases = 3

    def __init__(self, seed: int, *, rated_w: float = 2400.0, nominal_dv: int = 2300) -> None:
        draw = chance(seed, "factory")
        self._seed, self._rated_w, self._nominal_dv = seed, rated_w, nominal_dv
        self._shifts = _SHIFTS[int(draw.choice([1, 2, 2, 3]))]
        self._idle = draw.uniform(0.05, 0.12)
        self._lag = draw.uniform(0.7, 1.0)  # tan φ of the bare motors
        self._steps, self._step_var = int(draw.integers(3, 7)), rated_w * draw.uniform(0.09, 0.13)
        self._weights = draw.dirichlet(np.full(3, 300.0))[:, None] * 3.0

    def day(self, number: int) -> LoadDay:
        draw = chance(self._seed, "factory", number)
        work = self._work(number, draw)
        ripple = 1.0 + 0.08 * wander(self._seed, 41, number, every_min=3, rows=3)
        total = self._rated_w * (self._idle + (1.0 - self._idle) * work * draw.uniform(0.72, 0.98))
        power = self._weights * total / 3.0 * ripple
        motors = self._lag * total * (0.35 + 0.65 * work)
        # The bank follows in steps with ten minutes' delay; one step always stays in: capacitive at night.
        wanted = np.clip(np.rint(np.roll(motors, 10) / self._step_var), 1, self._steps)
        reactive = np.broadcast_to((motors - wanted * self._step_var) / 3.0, (3, MINUTES)) * ripple
        return energised(
            number,
            seed=self._seed,
            power_w=power,
            reactive_var=reactive,
            rated_w=self._rated_w,
            nominal_dv=self._nominal_dv,
        )

    def _work(self, number: int, draw: np.random.Generator) -> Floats:
        day = weekday(number)
        if day == 7:
            return np.zeros(MINUTES)
        share = 0.55 if day == 6 else 1.0
        shifts = [opened(start + draw.normal(0, 4), end, ramp_min=25) for start, end in self._shifts]
        tea = 1.0 - 0.3 * opened(720, 765, ramp_min=8)  # the noon break
        work: Floats = share * tea * np.clip(np.sum(shifts, axis=0), 0.0, 1.0)
        return work
