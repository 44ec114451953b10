"""Where may a fault be planted, and which days does it touch?"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from osos.simulator.city.faults_fleet import SLOTS, Flags, Fleet

Days = tuple[int, ...]  # since the fleet's first day; none: the fault does not fit here


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """A point, a day, and the chance to draw from."""

    point: int
    day: int
    draw: np.random.Generator
    free: Flags  # (points, days) where no fault is

    def number(self, least: int, most: int) -> int:
        """From least to most, both included."""
        return int(self.draw.integers(least, most + 1))

    def share(self, least: float, most: float) -> float:
        return float(self.draw.uniform(least, most))

    def sign(self) -> int:
        return 1 if self.draw.random() < 0.5 else -1

    def slots(self, fleet: Fleet, *, least: int, most: int) -> slice:
        """A run of slots inside the day, as places in the whole time."""
        count = self.number(least, most)
        first = self.day * SLOTS + self.number(0, SLOTS - count)
        return slice(first, min(first + count, fleet.days * SLOTS))

    def are_free(self, days: int) -> bool:
        """Whether nothing is planted from this day on for so many."""
        return bool(self.free[self.point, self.day : self.day + days].all())


def days_of_edges(fleet: Fleet, edges: Iterable[int]) -> Days:
    """The days of the slots at either side of these edges."""
    slots = {slot for edge in edges for slot in (edge - 1, edge) if 0 <= slot < fleet.days * SLOTS}
    return tuple(sorted({slot // SLOTS for slot in slots}))
