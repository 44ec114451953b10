"""How far off may the meter be at a point, by its class?"""

import math
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from osos.conformity.accuracy.points import NOMINAL_CHZ, Point
from osos.conformity.accuracy.procedures import TRANSITION_MA
from osos.conformity.device import Device

_SMALL_SINE = 0.45
_HALF_SINE = 0.6


class NoSuchClass(ValueError):
    """A class the limits do not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes:
    """Of active and of reactive energy."""

    active: str = "B"
    reactive: str = "2"

    def __post_init__(self) -> None:
        for kind, name in (("active", self.active), ("reactive", self.reactive)):
            if name not in _table()[kind]:
                raise NoSuchClass(f"{kind} class {name}? {', '.join(_table()[kind])}")


def limit_percent(point: Point, device: Device, classes: Classes, *, field_mt: int = 0) -> Decimal:
    """Plus or minus so much: the limit of the load, and what each influence may add."""
    active = point.quantity == "active"
    row = _table()["active" if active else "reactive"][classes.active if active else classes.reactive]
    base = row[_load(point, device)]
    return Decimal(str(base)) + sum(
        (Decimal(str(row["adds"][name])) for name in _influences(point, device, field_mt)), Decimal(0)
    )


def _load(point: Point, device: Device) -> str:
    if point.loaded < device.phases:
        return "single"
    smallest = min(point.amps_ma)
    from_ma = TRANSITION_MA[device.connection]
    if point.quantity != "active":
        sine = min(abs(math.sin(math.radians(one))) for one in point.degrees)
        if sine < _SMALL_SINE:
            return "small_sine"
        from_ma *= 2 if sine < _HALF_SINE else 1
    return "balanced" if smallest >= from_ma else "low"


def _influences(point: Point, device: Device, field_mt: int) -> list[str]:
    found = []
    if any(volts not in {0, device.nominal_dv} for volts in point.volts_dv):
        found.append("voltage")
    if point.frequency_chz != NOMINAL_CHZ:
        found.append("frequency")
    if point.wrong_order:
        found.append("order")
    if field_mt:
        found.append("field")
    return found


@cache
def _table() -> dict[str, Any]:
    text = files("osos.conformity").joinpath("data", "accuracy_limits.yaml").read_bytes()
    found: dict[str, Any] = yaml.safe_load(text)
    return found
