"""What do hands on the meter do: wires, covers, batteries, magnet, button? (M-181)"""

from dataclasses import fields, replace

from osos.simulator.meter.body import Body
from osos.simulator.meter.power import rigged
from osos.simulator.meter.presses import pressed
from osos.simulator.meter.relay import Relay, commanded, relay_state
from osos.simulator.meter.rig import Rig

LONG_PRESS_S = 5


def lay(body: Body, second: int, changes: dict[str, object]) -> None:
    """Change the surroundings by the fields of `Rig`."""
    settings = body.settings(second)
    body.act(second, rigged(settings, changed_rig(settings.rig, changes), second), what="rig")


def changed_rig(rig: Rig, changes: dict[str, object]) -> Rig:
    unknown = set(changes) - {one.name for one in fields(Rig)}
    if unknown:
        raise ValueError(f"a rig has no {', '.join(sorted(unknown))}")
    return replace(rig, **changes)  # type: ignore[arg-type]  # the names are checked, the values by Rig


def press(body: Body, second: int, held_s: float) -> bool:
    """The display button, felt when it is let go or has been held for 5 s (M-152, M-153)."""
    settings = body.settings(second)
    is_long = held_s >= body.seams.number("long_press_s", LONG_PRESS_S)
    awake = settings.powered or settings.rig.system_battery
    if is_long and relay_state(settings) is Relay.READY and settings.powered:
        body.act(second, commanded(settings, closed=True), what="press")
    elif awake:
        body.act(second, pressed(settings, second, is_long=is_long), what="press")
    return awake
