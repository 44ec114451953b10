"""Which icons are off, on or blinking? (M-156)"""

from osos.simulator.meter.alarms import Look, currents, voltages
from osos.simulator.meter.relay import Relay, relay_state
from osos.simulator.meter.snapshot import Shown, Snapshot

Icons = dict[str, Shown]

# What the relay shows by its state (M-140): flow, borc, baS.
_RELAY: dict[Relay, tuple[Shown, Shown, Shown]] = {
    Relay.NORMAL: ("on", "off", "off"),
    Relay.ARMED: ("blink", "blink", "off"),
    Relay.CUT: ("off", "on", "off"),
    Relay.READY: ("off", "off", "on"),
}
_INNER_FAULTS = (1, 2, 3, 36, 55)  # bits of F.F.0


def _on(condition: object) -> Shown:
    return "on" if condition else "off"


def icons(shot: Snapshot, *, reading: bool, is_demand: bool) -> Icons:
    settings = shot.settings
    found: Icons = {
        "error": _on(shot.has_bit(*_INNER_FAULTS)),
        "top_cover": "blink" if shot.top_opened else "off",
        "terminal_cover": shot.cover_icon,
        "system_battery": _on(not settings.rig.system_battery),
        "clock_battery": _on(not settings.rig.clock_battery),
        "clock_fault": _on(settings.clock_fault),
        "reading": _on(reading),
        "magnet": shot.magnet_icon,
        "p": _on(is_demand),
        **_tariffs(shot),
        **_phases(shot),
    }
    if shot.spec.kind == "combi":
        found |= _quadrants(shot)
    if "relay" in shot.spec.options:
        found |= _relay(shot)
    return shot.seams.through("icons", found, shot)


def _tariffs(shot: Snapshot) -> Icons:
    """The active one; all blink while the clock is not to be trusted (M-86, M-128)."""
    if shot.settings.clock_fault:
        return {f"t{n}": "blink" for n in range(1, 5)}
    return {f"t{n}": _on(n == shot.tariff) for n in range(1, 5)}


def _phases(shot: Snapshot) -> Icons:
    settings, spec = shot.settings, shot.spec
    wrong_volts = _wrong("voltage", voltages(spec), shot)
    wrong_amperes = _wrong("current", currents(spec), shot)
    found: Icons = {}
    for phase in range(spec.phases):
        flows = shot.current_ma(phase) >= spec.starting_ma
        faulty = phase in wrong_amperes or (phase in wrong_volts and not settings.rig.wrong_order)
        if spec.phases == 3:
            found[f"l{phase + 1}"] = "blink" if phase in wrong_volts else _on(settings.live[phase])
            found[f"i{phase + 1}"] = "blink" if faulty and flows else _on(flows)
        found[f"i{phase + 1}_back"] = _on(flows and shot.power_w(phase) < 0)
    return found


def _wrong(name: str, look: Look, shot: Snapshot) -> frozenset[int]:
    if shot.spec.phases == 1:
        return frozenset()
    return shot.seams.through("sight", look(shot.settings), name, shot.settings, shot.spec).wrong


def _quadrants(shot: Snapshot) -> Icons:
    """By the sums of P and Q, as ri and rc with their sign: +Ri 5.8.0, +Rc 6.8.0, -Ri 7.8.0, -Rc 8.8.0."""
    number = shot.quadrant
    names = (("q1", "+ri"), ("q2", "+rc"), ("q3", "-ri"), ("q4", "-rc"))
    return {name: _on(number == at) for at, pair in enumerate(names, 1) for name in pair}


def _relay(shot: Snapshot) -> Icons:
    state = relay_state(shot.settings)
    flow, owes, ready = _RELAY[state]
    if shot.spec.profile.value("relay.style") == "mass11":
        return {"flow": flow, "OFF": _on(not shot.settings.contact_command), "ON": _on(flow != "off")}
    return {"flow": flow, "borc": owes, "baS": ready}
