"""What flows through a transformer that feeds customers?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from osos.simulator.load.day import MINUTES, Floats, Load, LoadDay
from osos.simulator.load.grid import energised

_WIRES_AT_FULL_LOAD = 0.03  # of what flows, lost in the street's wires; it grows with the square


@dataclass(frozen=True, slots=True)
class Fed:
    """A customer at the transformer: secondary watts times `multiplier` are what he takes."""

    load: Load
    multiplier: int = 1
    phase: int = 0  # where a customer of one phase hangs


class Around:
    """What a meter still sees of a load, most of which goes around it from the day `since` on (D-33)."""

    def __init__(self, load: Load, *, left: float, since: int) -> None:
        self._load, self._left, self._since = load, left, since
        self.phases = load.phases

    def day(self, number: int) -> LoadDay:
        whole = self._load.day(number)
        if number < self._since:
            return whole
        power, reactive = whole.power_w * self._left, whole.reactive_var * self._left
        return replace(whole, power_w=power.astype(np.int64), reactive_var=reactive.astype(np.int64))


class Feeding:
    """All customers together and the loss in the wires, as a main meter behind X/5 transformers sees it."""

    phases = 3

    def __init__(self, seed: int, *, fed: Sequence[Fed], multiplier: int) -> None:
        self._seed, self._fed, self._multiplier = seed, tuple(fed), multiplier
        self._rated_w = 3 * 230.0 * 5.0  # secondary watts

    def day(self, number: int) -> LoadDay:
        power, reactive = np.zeros((3, MINUTES)), np.zeros((3, MINUTES))
        for one in self._fed:
            day = one.load.day(number)
            phases = slice(None) if one.load.phases == 3 else slice(one.phase, one.phase + 1)
            power[phases] += day.power_w * one.multiplier
            reactive[phases] += day.reactive_var * one.multiplier
        return energised(
            number,
            seed=self._seed,
            power_w=self._with_losses(power / self._multiplier),
            reactive_var=reactive / self._multiplier,
            rated_w=self._rated_w,
        )

    def _with_losses(self, power: Floats) -> Floats:
        lost = _WIRES_AT_FULL_LOAD * power**2 / (self._rated_w / 3)
        found: Floats = power + lost
        return found


def greatest_w(fed: Sequence[Fed], days: range) -> float:
    """The greatest power of all three phases together in one of these days, primary watts either way."""
    return max(
        (
            float(np.abs(sum(one.load.day(day).power_w.sum(axis=0) * one.multiplier for one in fed)).max())
            for day in days
        ),
        default=0.0,
    )
