"""Which acts may a panel do, and with which values? (M-181)"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from osos.simulator.meter.meter import VirtualMeter
from osos.simulator.meter.rig import Rig

MOST_DV, MOST_MA, MOST_MT = 4000, 120_000, 2000
_SWITCHES = ("wrong_order", "external", "terminal_open", "top_open", "clock_battery", "system_battery")


class NotAnAct(ValueError):
    """The page asked for something no hand can do: the page's mistake, or not the page at all."""


def act(meter: VirtualMeter, told: object, *, at: datetime) -> None:
    """`{"do": "switch", "name": "terminal_open", "on": true}` and the like."""
    do = told.get("do") if isinstance(told, dict) else None
    if not isinstance(told, dict) or not isinstance(do, str) or do not in _ACTS:
        raise NotAnAct("no such act")
    _ACTS[do](meter, told, at)


def _phase(meter: VirtualMeter, told: Mapping[str, Any]) -> int:
    phase = told.get("phase")
    if not isinstance(phase, int) or not 0 <= phase < meter.spec.phases:
        raise NotAnAct("no such phase")
    return phase


def _number(told: Mapping[str, Any], name: str, most: int, *, least: int = 0) -> int:
    value = told.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise NotAnAct(f"{name} is a whole number from {least} to {most}")
    return value


def _on(told: Mapping[str, Any]) -> bool:
    if not isinstance(told.get("on"), bool):
        raise NotAnAct("on is true or false")
    return bool(told["on"])


def _with(before: tuple[Any, ...], phase: int, value: object) -> tuple[Any, ...]:
    return (*before[:phase], value, *before[phase + 1 :])


def _rig(meter: VirtualMeter, at: datetime) -> Rig:
    return meter.settings(at).rig


def _switch(meter: VirtualMeter, told: Mapping[str, Any], at: datetime) -> None:
    name = told.get("name")
    if not isinstance(name, str) or name not in _SWITCHES:
        raise NotAnAct("no such switch")
    meter.rig(at=at, **{name: _on(told)})


def _supply(meter: VirtualMeter, told: Mapping[str, Any], at: datetime) -> None:
    supply = _with(_rig(meter, at).supply, _phase(meter, told), _on(told))
    meter.rig(at=at, supply=supply)


def _reverse(meter: VirtualMeter, told: Mapping[str, Any], at: datetime) -> None:
    turned = _with(_rig(meter, at).reversed_current, _phase(meter, told), _on(told))
    meter.rig(at=at, reversed_current=turned)


def _voltage(meter: VirtualMeter, told: Mapping[str, Any], at: datetime) -> None:
    volts = None if told.get("by_load") is True else _number(told, "tenths", MOST_DV)
    meter.rig(at=at, voltage_dv=_with(_rig(meter, at).voltage_dv, _phase(meter, told), volts))


def _current(meter: VirtualMeter, told: Mapping[str, Any], at: datetime) -> None:
    flows = None
    if told.get("by_load") is not True:
        flows = _number(told, "milliamperes", MOST_MA), _number(told, "degrees", 180, least=-180)
    meter.rig(at=at, current=_with(_rig(meter, at).current, _phase(meter, told), flows))


def _magnet(meter: VirtualMeter, told: Mapping[str, Any], at: datetime) -> None:
    meter.rig(at=at, magnet_mt=_number(told, "millitesla", MOST_MT))


def _press(meter: VirtualMeter, told: Mapping[str, Any], at: datetime) -> None:
    meter.press(at=at, held_s=5.0 if _on(told) else 0.2)


def _reset(meter: VirtualMeter, _told: Mapping[str, Any], at: datetime) -> None:
    meter.press_reset(at=at)


_ACTS: dict[str, Callable[[VirtualMeter, Mapping[str, Any], datetime], None]] = {
    "switch": _switch,
    "supply": _supply,
    "reverse": _reverse,
    "voltage": _voltage,
    "current": _current,
    "magnet": _magnet,
    "press": _press,
    "reset": _reset,
}
