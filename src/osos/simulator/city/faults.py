"""Which faults were planted into what a fleet tells, where and when?

Each fault is of one kind at one point and names the days it touches; what is not named is clean. Seeded: the
same seed plants the same faults (F37-F49, F51).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from osos.simulator.city import faults_of_data, faults_of_meters, faults_of_values
from osos.simulator.city.faults_fleet import Fleet, true_fleet
from osos.simulator.city.faults_spot import Days, Spot
from osos.simulator.load.noise import chance

Planter = Callable[[Fleet, Spot], Days]

# Written out by hand; a name is the kind in a label.
KINDS: Mapping[str, Planter] = MappingProxyType(
    {
        "spike": faults_of_values.spike,
        "glitch": faults_of_values.glitch,
        "frozen": faults_of_values.frozen,
        "zero run": faults_of_values.zero_run,
        "export": faults_of_values.export,
        "backwards": faults_of_values.backwards,
        "leap": faults_of_values.leap,
        "doubled use": faults_of_values.doubled_use,
        "reactive alone": faults_of_values.reactive_alone,
        "reactive huge": faults_of_values.reactive_huge,
        "missing": faults_of_data.missing,
        "duplicate": faults_of_data.duplicate,
        "off the grid": faults_of_data.off_the_grid,
        "other period": faults_of_data.other_period,
        "sum mismatch": faults_of_data.sum_mismatch,
        "tariff mismatch": faults_of_data.tariff_mismatch,
        "demand too small": faults_of_data.demand_too_small,
        "demand misdated": faults_of_data.demand_misdated,
        "lost channel": faults_of_data.lost_channel,
        "wrong unit": faults_of_data.wrong_unit,
        "long estimate": faults_of_data.long_estimate,
        "stranger": faults_of_meters.stranger,
        "swap": faults_of_meters.swap,
        "multiplier": faults_of_meters.multiplier,
        "clock drift": faults_of_meters.clock_drift,
        "clock jump": faults_of_meters.clock_jump,
        "inactive use": faults_of_meters.inactive_use,
        "check meter": faults_of_meters.check_meter,
        "balance": faults_of_meters.balance,
        "pulse overflow": faults_of_meters.pulse_overflow,
        "test mode": faults_of_meters.tested,
    }
)
SETTLED_AFTER = 29  # days without faults at the start: what a point usually does must be known
_APART = 3  # days between two faults at one point


@dataclass(frozen=True, slots=True)
class Planted:
    """One fault: which, where, and on which days it shows."""

    kind: str
    point: int
    days: tuple[int, ...]  # since the fleet's first day


@dataclass(frozen=True, slots=True, eq=False)
class SpoiledFleet:
    """A fleet with its faults."""

    fleet: Fleet
    planted: tuple[Planted, ...]

    def is_clean(self) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
        """(points, days)"""
        clean = np.ones((self.fleet.points, self.fleet.days), dtype=bool)
        for one in self.planted:
            clean[one.point, list(one.days)] = False
        return clean


def spoiled_fleet(
    seed: int,
    *,
    points: int,
    days: int,
    first_day: int,
    of_each: int,
    kinds: Sequence[str] = tuple(KINDS),
) -> SpoiledFleet:
    """A true fleet with `of_each` faults of each kind; a kind that fits no spot is planted less often."""
    fleet = true_fleet(seed, points=points, days=days, first_day=first_day)
    return plant(fleet, seed, of_each=of_each, kinds=kinds)


def plant(
    fleet: Fleet, seed: int, *, of_each: int, kinds: Sequence[str] = tuple(KINDS), tries: int = 40
) -> SpoiledFleet:
    """Faults at random points and days, none near another of the same point."""
    draw = chance(seed, "faults")
    free = np.ones((fleet.points, fleet.days), dtype=bool)
    planted: list[Planted] = []
    for _ in range(of_each):
        for kind in kinds:
            for _ in range(tries):
                point = int(draw.integers(fleet.points))
                day = int(draw.integers(SETTLED_AFTER, fleet.days - 1))
                if not free[point, max(0, day - 1) : day + 2].all():
                    continue
                touched = KINDS[kind](fleet, Spot(point, day, draw, free))
                if touched:
                    planted.append(Planted(kind, point, touched))
                    free[point, max(0, touched[0] - _APART) : touched[-1] + _APART + 1] = False
                    break
    return SpoiledFleet(fleet, tuple(planted))
