"""How are meters wired, written down and bypassed wrongly in a street (D-33)?

Small permanent errors that no rule of a day sees. Each spoiler takes a meter it fits, or none; `innocent`
ones look alike and are not wrong.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from osos.simulator.city.network import Case, PlantedFault, Spoiler, Truth, measure

_LEAST_W = 400  # mean; somebody who takes next to nothing has next to nothing to be found


def ratio(case: Case) -> PlantedFault | None:
    """The multiplier of the papers is not that of the transformers: 150/5 written as 100/5, or 75/5."""
    one, meter = case.truth, case.meter
    if one.sort.connection != "X/5":
        return None
    used = float(case.draw.choice([0.5, 2 / 3, 0.75, 1.5]))
    for name in ("import_wh", "export_wh", "q1_varh", "apparent_vah"):
        told = getattr(meter, name)
        if told is not None:
            setattr(meter, name, (told * used).astype(told.dtype))
    return PlantedFault("ratio", one.name)


def polarity(case: Case) -> PlantedFault | None:
    """The current transformer of one phase is turned round: its energy is counted as given back."""
    one, meter = case.truth, case.meter
    if meter.export_wh is None or meter.generates or one.active.shape[0] != 3 or not _takes(one):
        return None
    active, reactive = one.active.copy(), one.reactive.copy()
    phase = int(case.draw.integers(3))
    active[phase], reactive[phase] = -active[phase], -reactive[phase]
    measure(meter, one, active, reactive)
    return PlantedFault("polarity", one.name)


def phase(case: Case) -> PlantedFault | None:
    """One current is measured against another phase's voltage: its product is turned by 120°."""
    one, meter = case.truth, case.meter
    if meter.apparent_vah is None or meter.generates or one.active.shape[0] != 3 or not _takes(one):
        return None
    active, reactive = one.active.copy(), one.reactive.copy()
    turned = int(case.draw.integers(3))
    power = (one.active[turned] + 1j * one.reactive[turned]) * np.exp(-2j * np.pi / 3)
    active[turned], reactive[turned] = power.real, power.imag
    measure(meter, one, active, reactive)
    return PlantedFault("phase", one.name)


def bypass(case: Case) -> PlantedFault | None:
    """From some day on a part of the load goes past the meter."""
    one, meter = case.truth, case.meter
    day = int(case.draw.integers(9, case.street.days - 9))
    if meter.generates or one.sort.name == "street lights" or not _takes(one):
        return None
    share = float(case.draw.uniform(0.25, 0.55))
    left = np.ones(one.active.shape[1])
    left[day * 1440 :] = share
    apparent = meter.apparent_vah
    measure(meter, one, one.active * left, one.reactive * left)
    if apparent is not None:
        meter.apparent_vah = apparent * left[::15]
    return PlantedFault("bypass", one.name, day)


def place(case: Case) -> PlantedFault | None:
    """The papers name another transformer; the district moves it when all streets are there."""
    one, meter = case.truth, case.meter
    return PlantedFault("place", one.name) if not meter.generates else None


KINDS: Mapping[str, Spoiler] = MappingProxyType(
    {"ratio": ratio, "polarity": polarity, "phase": phase, "bypass": bypass, "place": place}
)


def moved_out(case: Case) -> PlantedFault | None:
    """Innocent: somebody uses less from some day on, and the street's balance with him."""
    one, meter = case.truth, case.meter
    if meter.generates or not _takes(one):
        return None
    day = int(case.draw.integers(9, case.street.days - 9))
    left = np.ones(one.active.shape[1])
    left[day * 1440 :] = 0.3
    before = meter.import_wh.copy()
    measure(meter, one, one.active * left, one.reactive * left)
    case.street.used_wh = case.street.used_wh - (before - meter.import_wh)
    if meter.apparent_vah is not None:
        meter.apparent_vah = meter.apparent_vah * left[::15]
    return PlantedFault("moved out", one.name, day)


def poor_power_factor(case: Case) -> PlantedFault | None:
    """Innocent: motors without compensation draw reactive energy for what U × I is more than kWh."""
    one, meter = case.truth, case.meter
    if meter.apparent_vah is None or meter.generates or not _takes(one):
        return None
    reactive = np.abs(one.active) * 1.3
    measure(meter, one, one.active, reactive)
    minutes = np.hypot(one.active, reactive).sum(axis=0).reshape(-1, 15).sum(axis=1) / 60
    meter.apparent_vah = minutes * one.multiplier
    return PlantedFault("poor power factor", one.name)


INNOCENT: Mapping[str, Spoiler] = MappingProxyType(
    {"moved out": moved_out, "poor power factor": poor_power_factor}
)


def _takes(one: Truth) -> bool:
    return float(one.active.sum(axis=0).mean()) >= _LEAST_W
