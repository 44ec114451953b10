"""What does a roof full of solar panels give back, and when?"""

import numpy as np

from osos.simulator.load.day import Floats, Load, LoadDay
from osos.simulator.load.grid import energised
from osos.simulator.load.noise import chance, wander
from osos.simulator.load.sun import season, sun_height


def sunlight(seed: int, number: int) -> Floats:
    """0 … 1 of a plant's peak: the sun's height through seeded clouds; overcast, broken or clear days."""
    draw = chance(seed, "sky", number)
    cloudy = float(np.clip(draw.beta(0.8, 0.9) * (0.75 - 0.35 * season(number)), 0.0, 1.0))
    passing = wander(seed, 51, number, every_min=6, rows=2)
    broken = np.clip(0.5 + 0.9 * passing[0] + 0.3 * passing[1], 0.0, 1.0)
    clear = np.clip(sun_height(number), 0.0, None) ** 1.15  # low sun shines through more air
    light: Floats = clear * (1.0 - cloudy * (0.35 + 0.55 * broken))
    return light


class Rooftop:
    """A customer with a plant behind the same meter: export at noon, import at night (two-way meters)."""

    def __init__(self, seed: int, *, customer: Load, peak_w: float, nominal_dv: int = 2300) -> None:
        self._seed, self._customer, self._peak_w = seed, customer, peak_w
        self._nominal_dv = nominal_dv
        self.phases = customer.phases

    def day(self, number: int) -> LoadDay:
        own = self._customer.day(number)
        given = self._peak_w * sunlight(self._seed, number) / self.phases
        power = own.power_w - given[None, :]
        # Inverters feed at cos φ 1, their filters alone draw a little capacitive power while awake.
        reactive = own.reactive_var - 0.02 * self._peak_w / self.phases * (given > 0)[None, :]
        return energised(
            number,
            seed=self._seed,
            power_w=power.astype(np.float64),
            reactive_var=reactive.astype(np.float64),
            rated_w=max(self._peak_w, 6000.0),
            nominal_dv=self._nominal_dv,
        )
