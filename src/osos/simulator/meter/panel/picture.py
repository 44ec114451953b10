"""What does a panel show of a meter at this second?"""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from osos.quantities import to_local
from osos.simulator.meter.meter import VirtualMeter
from osos.simulator.meter.moment import instant_of, wall
from osos.simulator.meter.relay import relay_state
from osos.simulator.meter.snapshot import Snapshot
from osos.simulator.meter.spec import BATTERY_UA

LOGGED = 14  # newest acts shown


def picture(meter: VirtualMeter, at: datetime, *, reading: bool) -> dict[str, Any]:
    """Display (M-150), surroundings, measured values and the newest acts, ready for JSON."""
    shot, spec = meter.snapshot(at), meter.spec
    rig = shot.settings.rig
    return {
        "meter": {
            "device": str(spec.device),
            "kind": spec.kind,
            "ways": spec.ways,
            "model": spec.model,
            "generation": spec.profile.generation,
            "profile": spec.profile.name,
            "phases": spec.phases,
            "options": sorted(spec.options),
            "impulses": spec.impulses_per_kwh,
            "faults": sorted(meter.faults),
        },
        "time": f"{wall(shot.wall_s):%Y-%m-%d %H:%M:%S}",
        "display": asdict(meter.display(at=at, reading=reading)),
        "rig": {
            "supply": rig.supply,
            "voltage": rig.voltage_dv,
            "current": rig.current,
            "reversed_current": rig.reversed_current,
            "wrong_order": rig.wrong_order,
            "external": rig.external,
            "terminal_open": rig.terminal_open,
            "top_open": rig.top_open,
            "magnet": rig.magnet_mt,
            "clock_battery": rig.clock_battery,
            "system_battery": rig.system_battery,
        },
        "powered": shot.settings.powered,
        "battery_ua": battery_ua(meter, shot),
        "relay": relay_state(shot.settings).value if "relay" in spec.options else None,
        "phases": [_phase(shot, phase) for phase in range(spec.phases)],
        "registers": {code: f"{wh / 1000:010.3f}" for code, wh in meter.registers(at).items()},
        "state": [bit for bit in range(64) if shot.state >> bit & 1],
        "acts": [
            [f"{to_local(act.at):%H:%M:%S}", act.port, act.what, act.argument, act.done]
            for act in meter.acts[: -LOGGED - 1 : -1]
        ],
    }


def _phase(shot: Snapshot, phase: int) -> dict[str, object]:
    return {
        "live": shot.settings.live[phase],
        "volts": shot.voltage_dv(phase) / 10,
        "amperes": shot.current_ma(phase) / 1000,
        "watts": shot.power_w(phase),
        "cos": shot.cos_phi_percent(phase) / 100,
    }


def battery_ua(meter: VirtualMeter, shot: Snapshot) -> float:
    """What the two batteries give on average now (M-129, SA-07)."""
    if shot.settings.powered:
        return BATTERY_UA["powered"]
    asleep = meter.display(at=instant_of(shot.second)).menu == "sleep"
    return BATTERY_UA["asleep" if asleep else "awake"]
