"""When was a voltage too low or too high for a while? (gen3 technical quality, M-73)"""

from dataclasses import dataclass

from osos.simulator.meter.moment import stamp_s
from osos.simulator.meter.spec import MeterSpec
from osos.simulator.meter.timeline import Timeline

DIP_PERCENT, SWELL_PERCENT, LOST_PERCENT = (
    90,
    110,
    5,
)  # of the reference; below the last it is an interruption
CYCLES_A_S, MOST_CYCLES = 50, 9999


@dataclass(frozen=True, slots=True)
class Dip:
    """A stretch of one phase: how long in cycles, the residual or highest voltage, and its start."""

    cycles: int
    percent: int
    wall_s: int | None

    @property
    def text(self) -> str:
        return f"({self.cycles:04d},%{self.percent:03d},{stamp_s(self.wall_s)})"


NO_DIP = "(0000,%000,00-00-00,00:00:00)"


def dips(timeline: Timeline, second: int, spec: MeterSpec, *, phase: int, swells: bool) -> list[Dip]:
    """Ended ones, newest first; voltages by hand only: a load's own keeps within its limits."""
    found: list[Dip] = []
    start_s: int | None = None
    worst = 0
    for epoch in timeline.whole(second):
        by_hand = epoch.settings.rig.voltage_dv[phase] if epoch.settings.rig.supply[phase] else None
        percent = 100 if by_hand is None else by_hand * 100 // spec.nominal_dv
        outside = percent > SWELL_PERCENT if swells else LOST_PERCENT <= percent < DIP_PERCENT
        if outside:
            worst = percent if start_s is None else (max if swells else min)(worst, percent)
            start_s = epoch.start_s if start_s is None else start_s
        elif start_s is not None:
            settings = timeline.at(start_s)
            wall_s = None if settings.clock_fault else start_s + settings.offset_s
            cycles = min((epoch.start_s - start_s) * CYCLES_A_S, MOST_CYCLES)
            found.append(Dip(cycles, worst, wall_s))
            start_s = None
    return found[::-1]
