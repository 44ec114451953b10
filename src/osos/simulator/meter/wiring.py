"""What of a load's day reaches the metering chip through the wires as they are?"""

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from osos.simulator.load import LoadDay
from osos.simulator.load.day import Ints
from osos.simulator.meter.metrology import MeteredDay, metered
from osos.simulator.meter.quarters import MINUTE_STARTS
from osos.simulator.meter.rig import Rig
from osos.simulator.meter.settings import Settings
from osos.simulator.meter.spec import MeterSpec

Piece = tuple[int, Settings]  # from which second of the day on, and what holds there


def metered_through(day: LoadDay, pieces: Sequence[Piece], spec: MeterSpec) -> MeteredDay:
    """A day in cells of a minute, cut smaller where something was done to the wires."""
    if len(pieces) == 1 and is_plain(pieces[0][1], spec):
        return metered(day, spec)
    froms = np.array([start for start, _ in pieces], dtype=np.int64)
    starts = np.unique(np.concatenate([MINUTE_STARTS, froms]))
    which = np.searchsorted(froms, starts, side="right") - 1
    cells = _cells(day, starts // 60)
    amperes = np.full(cells.power_w.shape, -1, dtype=np.int64)
    for phase in range(spec.phases):
        _lay(cells, amperes, phase, [_Wire.of(settings, phase) for _, settings in pieces], which)
    found = metered(cells, spec)
    current = np.where(amperes >= 0, amperes, found.current_da).astype(np.int32)
    return replace(found, starts_s=starts, current_da=current)


def is_plain(settings: Settings, spec: MeterSpec) -> bool:
    return settings.contact_closed and settings.rig.wires == Rig.plain(spec.phases).wires


def _cells(day: LoadDay, minute: Ints) -> LoadDay:
    return LoadDay(
        power_w=day.power_w[:, minute],
        reactive_var=day.reactive_var[:, minute],
        voltage_dv=day.voltage_dv[:, minute],
        voltage_high_dv=day.voltage_high_dv[:, minute],
        voltage_low_dv=day.voltage_low_dv[:, minute],
        frequency_chz=day.frequency_chz[minute],
    )


class _Wire(NamedTuple):
    """What one phase's wires are during one piece; -1: as the load has it."""

    volts_dv: int
    current_ma: int
    cos: float  # of the current laid by hand
    sin: float
    turn_cos: float  # by reversed or shifted wires
    turn_sin: float
    carries: bool
    amperes_da: int

    @classmethod
    def of(cls, settings: Settings, phase: int) -> "_Wire":
        rig, closed = settings.rig, settings.contact_closed
        volts = rig.voltage_dv[phase] if rig.supply[phase] else 0
        by_hand = rig.current[phase]
        milliamperes, degrees = (-1, 0) if by_hand is None else by_hand
        turned = (
            180 * (rig.reversed_current[phase] != rig.reversed_voltage[phase]) + 120 * rig.currents_shifted
        )
        laid_da = -1 if by_hand is None else (milliamperes + 50) // 100
        return cls(
            -1 if volts is None else volts,
            milliamperes,
            *_cos_sin(degrees),
            *(_cos_sin(turned) if turned % 360 else (1.0, 0.0)),
            carries=settings.live[phase] and closed,
            amperes_da=laid_da if closed else 0,
        )


@cache
def _cos_sin(degrees: int) -> tuple[float, float]:
    angle = math.radians(degrees)
    return math.cos(angle), math.sin(angle)


def _lay(cells: LoadDay, amperes: Ints, phase: int, wires: Sequence[_Wire], which: NDArray[np.int64]) -> None:
    """Change a phase's cells to what the wires let through; `which` piece each cell belongs to."""
    volts, laid, cos, sin, turn_cos, turn_sin, carries, shown = (
        np.array(column)[which] for column in zip(*wires, strict=True)
    )
    for row in (cells.voltage_dv, cells.voltage_high_dv, cells.voltage_low_dv):
        row[phase] = np.where(volts >= 0, volts, row[phase])
    apparent = cells.voltage_dv[phase] * laid / 10_000.0
    power = np.where(laid >= 0, np.rint(apparent * cos), cells.power_w[phase])
    reactive = np.where(laid >= 0, np.rint(apparent * sin), cells.reactive_var[phase])
    cells.power_w[phase] = np.where(carries, np.rint(power * turn_cos - reactive * turn_sin), 0)
    cells.reactive_var[phase] = np.where(carries, np.rint(power * turn_sin + reactive * turn_cos), 0)
    amperes[phase] = shown
