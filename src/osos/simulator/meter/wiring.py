"""What of a load's day reaches the metering chip through the wires as they are?"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

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
    for index, (_, settings) in enumerate(pieces):
        _lay(cells, amperes, which == index, settings)
    found = metered(cells, spec)
    current = np.where(amperes >= 0, amperes, found.current_da).astype(np.int32)
    return replace(found, starts_s=starts, current_da=current)


def is_plain(settings: Settings, spec: MeterSpec) -> bool:
    return settings.contact_closed and settings.wires == Rig.plain(spec.phases)


def _cells(day: LoadDay, minute: Ints) -> LoadDay:
    return LoadDay(
        power_w=day.power_w[:, minute],
        reactive_var=day.reactive_var[:, minute],
        voltage_dv=day.voltage_dv[:, minute],
        voltage_high_dv=day.voltage_high_dv[:, minute],
        voltage_low_dv=day.voltage_low_dv[:, minute],
        frequency_chz=day.frequency_chz[minute],
    )


def _lay(cells: LoadDay, amperes: Ints, here: np.ndarray, settings: Settings) -> None:
    """Change these cells to what the wires let through, phase by phase."""
    rig = settings.rig
    for phase, live in enumerate(settings.live):
        _lay_voltage(cells, here, phase, rig)
        by_hand = rig.current[phase]
        if by_hand is not None:
            _lay_current(cells, here, phase, by_hand)
            amperes[phase, here] = (by_hand[0] + 50) // 100
        degrees = 180 * (rig.reversed_current[phase] != rig.reversed_voltage[phase])
        _turn(cells, here, phase, degrees + 120 * rig.currents_shifted)
        if not (live and settings.contact_closed):
            cells.power_w[phase, here] = 0
            cells.reactive_var[phase, here] = 0
        if not settings.contact_closed:
            amperes[phase, here] = 0


def _lay_voltage(cells: LoadDay, here: np.ndarray, phase: int, rig: Rig) -> None:
    by_hand = rig.voltage_dv[phase] if rig.supply[phase] else 0
    if by_hand is not None:
        for row in (cells.voltage_dv, cells.voltage_high_dv, cells.voltage_low_dv):
            row[phase, here] = by_hand


def _lay_current(cells: LoadDay, here: np.ndarray, phase: int, by_hand: tuple[int, int]) -> None:
    milliamperes, degrees = by_hand
    angle = math.radians(degrees)
    apparent = cells.voltage_dv[phase, here] * milliamperes / 10_000.0
    cells.power_w[phase, here] = np.rint(apparent * math.cos(angle))
    cells.reactive_var[phase, here] = np.rint(apparent * math.sin(angle))


def _turn(cells: LoadDay, here: np.ndarray, phase: int, degrees: int) -> None:
    if not degrees % 360:
        return
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    power, reactive = cells.power_w[phase, here], cells.reactive_var[phase, here]
    cells.power_w[phase, here] = np.rint(power * cosine - reactive * sine)
    cells.reactive_var[phase, here] = np.rint(power * sine + reactive * cosine)
