"""How does a whole fleet that lies in arrays come before the rules, day by day and without a copy?

Batch work has points × time at hand; a day of it is a view.
"""

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from osos.mdm.canonical import CHANNELS
from osos.mdm.judge.past import BACK, Panel
from osos.mdm.labels import DAY_MIN, Ints
from osos.mdm.rules import UNKNOWN, Beside, DayFacts, MeterSide, Past, Readout, Terms
from osos.mdm.rules.facts import NO, YES, Flags, Small

_MILLI = 1000


class ToldFleet(Protocol):
    """Points × days of quarter hours, the channels in the order of `CHANNELS`; (points, days) if not said."""

    first_day: int
    days: int
    registers: Ints  # (channels, points, days · slots + 1)
    times_said: npt.NDArray[np.uint8]  # (points, days · slots + 1)
    held: Flags  # (channels, points, days)
    off_grid: Ints
    readout_min: Ints
    readouts: Ints  # (channels, points, days)
    tariffs: Ints  # (points, days, 5)
    demand_w: Ints
    demand_day: Ints
    drift_s: Ints
    is_expected: Flags
    units_fit: Flags
    period_set_min: Ints
    multiplier: Ints
    ordered: Flags
    status: Ints
    active: Flags
    estimated: Ints
    own_wh: Ints
    check_wh: Ints
    below_wh: Ints
    loss_wh: Ints
    may_export: Flags  # (points,)
    greatest_w: Ints  # (points,)


def days_of(fleet: ToldFleet) -> Iterator[DayFacts]:
    """Each day of all points; who was there before is for the panel to say."""
    slots = (fleet.registers.shape[2] - 1) // fleet.days
    points = np.arange(fleet.registers.shape[1], dtype=np.int64)
    for number in range(fleet.days):
        edges = slice(number * slots, (number + 1) * slots + 1)
        yield DayFacts(
            points=points,
            days=np.full(points.size, fleet.first_day + number, dtype=np.int64),
            period_min=DAY_MIN // slots,
            channels=CHANNELS,
            registers=fleet.registers[:, :, edges],
            held=fleet.held[:, :, number],
            times_said=fleet.times_said[:, edges],
            off_grid=fleet.off_grid[:, number],
            terms=_terms(fleet, number),
            meter=_meter(fleet, number),
            readout=_readout(fleet, number),
            past=Past.unknown(points.size),
            beside=_beside(fleet, number),
        )


def panel_of(fleet: ToldFleet) -> Panel:
    """Empty but for what was estimated."""
    points = np.arange(fleet.registers.shape[1], dtype=np.int64)
    panel = Panel.empty(points, fleet.first_day - BACK, fleet.days + BACK)
    panel.estimated[:, BACK:] = fleet.estimated
    return panel


def _said(flags: npt.NDArray[Any]) -> Small:
    return np.where(flags, YES, NO).astype(np.int8)


def _terms(fleet: ToldFleet, number: int) -> Terms:
    return Terms(
        active=_said(fleet.active[:, number]),
        may_export=_said(fleet.may_export),
        seasonal=np.full(fleet.may_export.shape, NO, dtype=np.int8),
        greatest_w=fleet.greatest_w,
    )


def _meter(fleet: ToldFleet, number: int) -> MeterSide:
    before = fleet.multiplier[:, number - 1] * _MILLI if number else np.full(fleet.greatest_w.shape, UNKNOWN)
    return MeterSide(
        is_expected=_said(fleet.is_expected[:, number]),
        units_fit=_said(fleet.units_fit[:, number]),
        drift_s=fleet.drift_s[:, number],
        period_set_min=fleet.period_set_min[:, number],
        multiplier_milli=fleet.multiplier[:, number] * _MILLI,
        multiplier_before_milli=before,
        multiplier_ordered=_said(fleet.ordered[:, number]),
        status=fleet.status[:, number],
    )


def _readout(fleet: ToldFleet, number: int) -> Readout:
    rows = fleet.greatest_w.size
    today = np.datetime64("2000-01-01") + (fleet.first_day + number)
    into = int((today - today.astype("datetime64[M]")) / np.timedelta64(1, "D"))
    return Readout(
        at_min=fleet.readout_min[:, number],
        registers=fleet.readouts[:, :, number],
        tariffs=fleet.tariffs[:, number],
        demand_w=fleet.demand_w[:, number],
        demand_day=fleet.demand_day[:, number],
        demand_since_day=np.full(rows, fleet.first_day + number - into, dtype=np.int64),
        peak_w=np.full(rows, UNKNOWN, dtype=np.int64),  # from the panel, see with_peaks
    )


def _beside(fleet: ToldFleet, number: int) -> Beside:
    return Beside(
        own_wh=fleet.own_wh[:, number],
        check_wh=fleet.check_wh[:, number],
        below_wh=fleet.below_wh[:, number],
        loss_wh=fleet.loss_wh[:, number],
    )
