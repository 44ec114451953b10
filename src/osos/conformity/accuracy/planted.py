"""Would the sheets notice a meter that measures badly? Deliberate faults, and where each must show."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from osos.conformity.accuracy.points import NOMINAL_CHZ, Point
from osos.conformity.accuracy.procedures import CURRENTS
from osos.conformity.device import Device

ACTIVE = frozenset({"EK4-a", "EK4-b", "EK4-h", "EK4-i", "EK4-k"})
REACTIVE = frozenset({"EK4-c", "EK4-d", "EK4-e", "EK4-f", "EK4-g", "EK4-h", "EK4-j", "EK4-l"})
ALL = ACTIVE | REACTIVE
POLYPHASE, COMBI = frozenset({"3p", "combi"}), frozenset({"combi"})


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a fault may show."""

    point: Point
    device: Device
    field_mt: int


Adds = Callable[[Spot], float]  # per cent


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """`must`: procedures that fail for it; `may`: the only ones that may."""

    name: str
    words: str
    adds: Adds = lambda _: 0.0
    must: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset({"1p", "3p", "combi"})
    starts_late: bool = False
    creeps: bool = False

    def error_percent(self, point: Point, device: Device, field_mt: int) -> Decimal:
        return Decimal(str(round(self.adds(Spot(point, device, field_mt)), 4)))

    def moves(self, point: Point, *, starting_ma: int) -> bool:
        if max(point.amps_ma) < starting_ma:
            return self.creeps
        return not self.starts_late


SOUND = Planted(name="sound", words="measures within its class")


def _phase_two(point: Point) -> float:
    """The share of L2 in the energy, where there is one."""
    loads: list[int] = [volts * amps for volts, amps in zip(point.volts_dv, point.amps_ma, strict=True)]
    whole = sum(loads)
    return loads[1] / whole if len(loads) == 3 and whole else 0.0


def _angle(at: Spot) -> float:
    """Two degrees between voltage and current."""
    point = at.point
    component = math.cos if point.quantity == "active" else math.sin
    degrees = max(point.degrees, key=abs)
    if point.quantity == "capacitive" or (point.quantity == "inductive" and degrees < 0):
        degrees = -abs(degrees)
    true = component(math.radians(degrees))
    return (component(math.radians(degrees + 2)) / true - 1) * 100


_ALL = (
    Planted(
        name="gain",
        words="everything is counted 4 % too high",
        adds=lambda _: 4.0,
        must=ALL,
        may=ALL,
    ),
    Planted(
        name="phase-shift",
        words="two degrees between voltage and current",
        adds=_angle,
        must=frozenset({"EK4-a", "EK4-b", "EK4-c", "EK4-e"}),
        may=ALL,
    ),
    Planted(
        name="one-phase",
        kinds=POLYPHASE,
        words="L2 is counted 9 % too low",
        adds=lambda at: -9.0 * _phase_two(at.point),
        must=frozenset({"EK4-a", "EK4-b"}),
        may=ALL,
    ),
    Planted(
        name="reversed-current",
        words="a reversed current is counted 8 % too low",
        adds=lambda at: -8.0 * sum(map(int, at.point.reversed_current)) / len(at.point.amps_ma),
        must=frozenset({"EK4-a", "EK4-i", "EK4-j"}),
        may=ALL - {"EK4-b", "EK4-d", "EK4-f", "EK4-k", "EK4-l"},
    ),
    Planted(
        name="wrong-order",
        kinds=POLYPHASE,
        words="5 % too high while the phases are in the wrong order",
        adds=lambda at: 5.0 * at.point.wrong_order,
        must=frozenset({"EK4-a", "EK4-b", "EK4-i"}),
        may=ALL - {"EK4-k", "EK4-l"},
    ),
    Planted(
        name="magnet",
        words="15 % too low in a field of 400 mT",
        adds=lambda at: -15.0 * (at.field_mt >= 400),
        must=frozenset({"EK4-a"}),
        may=frozenset({"EK4-a"}),
    ),
    Planted(
        name="low-current",
        words="5 % too high below a twentieth of In",
        adds=lambda at: 5.0 * (0 < max(at.point.amps_ma) * 20 <= at.device.basic_ma),
        must=frozenset({"EK4-a"}),
        may=ALL - {"EK4-h", "EK4-i", "EK4-j", "EK4-k", "EK4-l"},
    ),
    Planted(
        name="saturation",
        words="4 % too low at Imax",
        adds=lambda at: -4.0 * (max(at.point.amps_ma) >= 0.8 * CURRENTS[at.device.connection][-1]),
        must=frozenset({"EK4-a", "EK4-h"}),
        may=ALL - {"EK4-i", "EK4-j", "EK4-k", "EK4-l"},
    ),
    Planted(
        name="reactive",
        kinds=COMBI,
        words="reactive energy is counted 5 % too high",
        adds=lambda at: 5.0 * (at.point.quantity != "active"),
        must=REACTIVE,
        may=REACTIVE,
    ),
    Planted(
        name="capacitive",
        kinds=COMBI,
        words="capacitive energy is counted 6 % too low",
        adds=lambda at: -6.0 * (at.point.quantity == "capacitive"),
        must=frozenset({"EK4-e", "EK4-f", "EK4-g", "EK4-h", "EK4-j", "EK4-l"}),
        may=REACTIVE - {"EK4-c", "EK4-d"},
    ),
    Planted(
        name="voltage",
        words="off by a fifth of what the voltage is off",
        adds=lambda at: 20.0 * (max(at.point.volts_dv) / at.device.nominal_dv - 1),
        must=frozenset({"EK4-k"}),
        may=frozenset({"EK4-k", "EK4-l"}),
    ),
    Planted(
        name="frequency",
        words="5 % off at 49 and 51 Hz",
        adds=lambda at: 5.0 * (at.point.frequency_chz != NOMINAL_CHZ),
        must=frozenset({"EK4-k"}),
        may=frozenset({"EK4-k", "EK4-l"}),
    ),
    Planted(
        name="peak-register",
        words="the register of T2 takes 3 % too much",
        adds=lambda at: 3.0 * (at.point.register == "1.8.2"),
        must=frozenset({"EK4-h"}),
        may=frozenset({"EK4-h"}),
    ),
    Planted(
        name="starts-late",
        words="does not start at the starting current",
        starts_late=True,
        must=frozenset({"EK4-k"}),
        may=frozenset({"EK4-k", "EK4-l"}),
    ),
    Planted(
        name="creeps",
        words="counts without load",
        creeps=True,
        must=frozenset({"EK4-k"}),
        may=frozenset({"EK4-k", "EK4-l"}),
    ),
)
FAULTS: Mapping[str, Planted] = {one.name: one for one in _ALL}


def planted_in(device: Device) -> tuple[Planted, ...]:
    """The faults a meter of this kind can have."""
    return tuple(one for one in _ALL if device.kind in one.kinds)
