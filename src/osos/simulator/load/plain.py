"""Which loads are so plain that their energy can be told by heart?"""

import numpy as np

from osos.simulator.load.day import MINUTES, LoadDay
from osos.simulator.load.grid import energised
from osos.simulator.load.noise import chance
from osos.simulator.load.sun import sun_height


class Steady:
    """The same power in each phase at every minute; `Steady(power_w=(0,))` is an empty flat."""

    def __init__(
        self, *, power_w: tuple[int, ...], reactive_var: tuple[int, ...] | None = None, seed: int = 0
    ) -> None:
        self.phases = len(power_w)
        self._power, self._reactive = power_w, reactive_var or (0,) * len(power_w)
        self._seed = seed

    def day(self, number: int) -> LoadDay:
        shape = np.ones((1, MINUTES))
        return energised(
            number,
            seed=self._seed,
            power_w=np.asarray(self._power, dtype=np.float64)[:, None] * shape,
            reactive_var=np.asarray(self._reactive, dtype=np.float64)[:, None] * shape,
            rated_w=float(sum(abs(watts) for watts in self._power) or 1),
        )


class StreetLights:
    """On from dusk to dawn, dimmed in the small hours."""

    def __init__(self, seed: int, *, phases: int = 3, rated_w: float = 6000.0) -> None:
        self.phases, self._seed, self._rated_w = phases, seed, rated_w
        self._threshold = chance(seed, "street").uniform(-0.06, -0.02)

    def day(self, number: int) -> LoadDay:
        on = sun_height(number) < self._threshold
        small_hours = (np.arange(MINUTES) >= 60) & (np.arange(MINUTES) < 300)
        watts = np.where(on, np.where(small_hours, 0.6, 1.0), 0.0) * self._rated_w / self.phases
        power = np.repeat(watts[None, :], self.phases, axis=0)
        return energised(
            number, seed=self._seed, power_w=power, reactive_var=-0.25 * power, rated_w=self._rated_w
        )
