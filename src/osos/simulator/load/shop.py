"""When does a shop use how much?"""

import numpy as np

from osos.simulator.load.day import MINUTES, Floats, LoadDay, weekday
from osos.simulator.load.grid import energised
from osos.simulator.load.noise import chance, wander
from osos.simulator.load.sun import season

_MINUTE = np.arange(MINUTES, dtype=np.float64)


def opened(opens_min: float, closes_min: float, ramp_min: float = 12.0) -> Floats:
    """0 closed … 1 open, with a short ramp at either end."""
    rise = np.clip((_MINUTE - opens_min) / ramp_min + 0.5, 0.0, 1.0)
    return rise * np.clip((closes_min - _MINUTE) / ramp_min + 0.5, 0.0, 1.0)


class Shop:
    """Dark at night but for the coolers, full from opening to closing, short or shut on Sundays."""

    def __init__(self, seed: int, *, phases: int = 3, scale: float = 1.0) -> None:
        draw = chance(seed, "shop")
        self.phases, self._seed, self._scale = phases, seed, scale
        self._opens, self._closes = draw.uniform(480, 585), draw.uniform(1140, 1320)
        self._sunday = bool(draw.random() < 0.6)
        self._night_w, self._lights_w = draw.uniform(250, 700), draw.uniform(900, 2400)
        self._cooler = (int(draw.integers(18, 32)), draw.uniform(500, 1400))
        self._climate_w = draw.uniform(1200, 3200)
        self._weights = draw.dirichlet(np.full(phases, 25.0))[:, None]

    def day(self, number: int) -> LoadDay:
        draw = chance(self._seed, "shop", number)
        open_ = opened(self._opens + draw.normal(0, 6), self._closes + draw.normal(0, 9))
        if weekday(number) == 7:
            open_ = opened(self._opens + 60, self._closes - 90) * self._sunday
        busy = 1.0 + 0.12 * wander(self._seed, 31, number, every_min=5, rows=self.phases)
        period, watts = self._cooler
        cooler = np.where((number * MINUTES + np.arange(MINUTES)) % period < 0.55 * period, watts, 0.0)
        comfort = abs(season(number)) * self._climate_w * open_ * np.sin(np.pi * _MINUTE / MINUTES)
        resistive = (self._night_w + self._lights_w * open_) * busy
        power = self._weights * resistive + (cooler + comfort)[None, :] / self.phases
        reactive = -0.18 * self._weights * resistive + 0.6 * (cooler + comfort)[None, :] / self.phases
        return energised(
            number,
            seed=self._seed,
            power_w=power * self._scale,
            reactive_var=reactive * self._scale,
            rated_w=12_000.0 * self._scale,
        )
