"""What does power, coming and going, do to the meter and its ports?"""

from dataclasses import replace

from osos.simulator.meter.act import PortName
from osos.simulator.meter.body import Body
from osos.simulator.meter.moment import DAY_S
from osos.simulator.meter.relay import commanded
from osos.simulator.meter.rig import Rig
from osos.simulator.meter.settings import Settings

BATTERY_SESSIONS = 3  # in each 24 h of an outage (M-17)


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


def hears(body: Body, port: PortName, second: int, *, in_session: bool) -> bool:
    """RS-485 wants power; the optical port does with the battery, three sessions in 24 h (M-17)."""
    settings = body.settings(second)
    if settings.powered or port == "rs485" or not settings.rig.system_battery:
        found = settings.powered
    else:
        allowed = body.seams.number("battery_sessions", BATTERY_SESSIONS)
        found = in_session or len(sessions_today(settings, second)) < allowed
    return body.seams.through("hears", found, port, settings, in_session)


def sessions_today(settings: Settings, second: int) -> tuple[int, ...]:
    """Of the present 24 h, counted from the start of the outage."""
    start = settings.power_changed_s
    today = (second - start) // DAY_S
    return tuple(one for one in settings.battery_sessions if (one - start) // DAY_S == today)
