"""What does an act of the rig change in the meter besides the wires?"""

from dataclasses import replace

from osos.simulator.meter.relay import commanded
from osos.simulator.meter.rig import Rig
from osos.simulator.meter.settings import Settings


def rigged(before: Settings, rig: Rig, second: int) -> Settings:
    """The settings after the rig was changed at this second: power up, clock lost or running again."""
    after = replace(before, rig=rig, live=rig.live(before.live))
    if before.rig.relay_stuck and not rig.relay_stuck:
        after = commanded(after, closed=after.contact_command)
    if after.powered and not before.powered:  # window and grid start afresh (M-90, M-105)
        after = replace(after, window_from_s=second, grid_from_s=second)
    if after.powered != before.powered:
        after = replace(after, power_changed_s=second, battery_sessions=())
    if after.clock_runs != before.clock_runs:
        after = _clock_from_zero(after, second)
    return after


def _clock_from_zero(settings: Settings, second: int) -> Settings:
    """Neither supply nor battery: it starts again at 00-01-01,00:00:00 and says so (M-128)."""
    return replace(
        settings,
        offset_s=-second,
        clock_from_s=second,
        window_from_s=second,
        grid_from_s=second,
        clock_fault=True,
        clock_set=frozenset(),
    )
