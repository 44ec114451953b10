"""When does a home in Türkiye use how much?"""

import numpy as np

from osos.simulator.load.day import MINUTES, Floats, LoadDay, weekday
from osos.simulator.load.grid import energised
from osos.simulator.load.noise import chance, wander
from osos.simulator.load.sun import season, sun_height

_MINUTE = np.arange(MINUTES, dtype=np.float64)
# Appliances switched on by hand: watts, minutes, times a day, inductive share of their power.
_SPIKES = (
    (2100.0, 3, 5.0, 0.0),  # kettle, tea all day
    (1600.0, 9, 1.6, 0.0),  # iron, hair dryer
    (2200.0, 24, 0.5, 0.0),  # oven
    (1900.0, 16, 0.45, 0.05),  # washing machine heating …
    (330.0, 65, 0.45, 0.6),  # … and turning
    (1800.0, 22, 0.4, 0.05),  # dishwasher
    (900.0, 12, 0.7, 0.35),  # vacuum cleaner
)


def _bump(centre_min: float, width_min: float) -> Floats:
    return np.exp(-0.5 * ((_MINUTE - centre_min) / width_min) ** 2)


class Home:
    """Morning and evening peaks, a cycling fridge, kettles, late week-ends, air conditioning in summer."""

    def __init__(self, seed: int, *, phases: int = 1, scale: float = 1.0) -> None:
        draw = chance(seed, "home")
        self.phases, self._seed, self._scale = phases, seed, scale
        self._standby_w = draw.uniform(45, 130)
        self._fridge = (int(draw.integers(42, 75)), draw.uniform(0.28, 0.42), draw.uniform(85, 140))
        self._fridge_late_min = int(draw.integers(0, 75))
        self._up_min, self._evening_min = draw.uniform(370, 450), draw.uniform(1130, 1270)
        self._lively = draw.uniform(0.7, 1.5)  # how much this household does
        self._cooling_w = float(draw.choice([0.0, 900.0, 1400.0, 2200.0]))
        self._heating_w = float(draw.choice([0.0, 0.0, 700.0, 1500.0]))
        self._weights = draw.dirichlet(np.full(phases, 6.0)) if phases == 3 else np.ones(1)

    def day(self, number: int) -> LoadDay:
        draw = chance(self._seed, "home", number)
        awake = self._awake(number, draw)
        steady = self._steady_w(number, awake)
        fridge = self._fridge_w(number)
        power = self._weights[:, None] * steady
        reactive = -0.12 * power  # chargers and lamps are a little capacitive
        power[0] += fridge
        reactive[0] += 0.55 * fridge
        self._add_climate(number, awake, draw, power, reactive)
        self._add_spikes(awake, draw, power, reactive)
        power *= self._scale
        reactive *= self._scale
        return energised(
            number, seed=self._seed, power_w=power, reactive_var=reactive, rated_w=9000.0 * self._scale
        )

    def _awake(self, number: int, draw: np.random.Generator) -> Floats:
        late = draw.normal(90, 25) if weekday(number) > 5 else draw.normal(0, 12)
        noon = 0.75 if weekday(number) > 5 else 0.3
        shape = _bump(self._up_min + late, 45) + noon * _bump(800 + late / 2, 150)
        return shape + 1.25 * _bump(self._evening_min + draw.normal(0, 15), 95) + 0.02

    def _steady_w(self, number: int, awake: Floats) -> Floats:
        dark = np.clip(0.15 - sun_height(number), 0.0, 0.3) / 0.3
        restless = 1.0 + 0.25 * wander(self._seed, 21, number, every_min=10, rows=1)[0]
        watts: Floats = self._standby_w + self._lively * restless * awake * (150.0 + 170.0 * dark)
        return watts

    def _fridge_w(self, number: int) -> Floats:
        period, duty, watts = self._fridge
        since = (number * MINUTES + np.arange(MINUTES) + self._fridge_late_min) % period
        return np.where(since < duty * period, watts, 0.0)

    def _add_climate(
        self, number: int, awake: Floats, draw: np.random.Generator, power: Floats, reactive: Floats
    ) -> None:
        warm = season(number)
        need = max(0.0, warm - 0.35) if warm > 0 else max(0.0, -warm - 0.35)
        watts = self._cooling_w if warm > 0 else self._heating_w
        if not need or not watts:
            return
        duty = np.clip(need * awake * 1.1, 0.0, 0.9)
        cycle = (np.arange(MINUTES) + int(draw.integers(0, 24))) % 24 / 24.0
        on = np.where(cycle < duty, watts, 0.0)
        power[-1] += on
        reactive[-1] += (0.45 if warm > 0 else 0.0) * on

    def _add_spikes(self, awake: Floats, draw: np.random.Generator, power: Floats, reactive: Floats) -> None:
        when = np.cumsum(awake)
        for watts, minutes, times, inductive in _SPIKES:
            for start in np.searchsorted(when, draw.random(draw.poisson(times * self._lively)) * when[-1]):
                phase = int(draw.integers(0, self.phases))
                power[phase, start : start + minutes] += watts
                reactive[phase, start : start + minutes] += inductive * watts
