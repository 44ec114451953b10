"""What is worth keeping of a day, once its minutes are let go?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osos.simulator.load import MINUTES
from osos.simulator.meter.limits import exceeded
from osos.simulator.meter.metrology import EXPORT, IMPORT, MeteredDay, Small
from osos.simulator.meter.moment import DAY_S
from osos.simulator.meter.spec import MeterSpec

Ints = NDArray[np.int64]
QUARTER_S = 900
_QUARTERS = 96
MINUTE_STARTS = np.arange(MINUTES, dtype=np.int64) * 60


@dataclass(frozen=True, slots=True)
class Cells:
    """Voltages and sums over cells of equal length: a minute each, or a quarter of an hour each."""

    minutes: int  # in a cell
    high_dv: Ints  # (phases, n)
    low_dv: Ints  # (phases, n)
    current_da: Ints  # (phases, n) sum over the cell's minutes
    frequency_chz: Ints  # (n,) sum
    active_w: Ints  # (n,) sum of |P| over minutes and phases
    apparent_va: Ints  # (n,) sum


@dataclass(frozen=True, slots=True)
class QuarterDay:
    """A day in quarter hours, 20 KB instead of 100."""

    active_w: NDArray[np.int32]  # (2, 1440) import and export, minute by minute, for the demand window
    ends: Ints  # (6, 97) Ws counted from midnight to the start of each quarter, the last to midnight
    cells: Cells
    exceeded: NDArray[np.bool_]  # (3, phases) F.F.0 bits 45-53 of this day


def minute_cells(cut: MeteredDay) -> Cells:
    day = minute_grid(cut)
    return Cells(
        minutes=1,
        high_dv=day.high_dv.astype(np.int64),
        low_dv=day.low_dv.astype(np.int64),
        current_da=day.current_da.astype(np.int64),
        frequency_chz=day.frequency_chz.astype(np.int64),
        active_w=np.abs(day.power_w).sum(axis=0, dtype=np.int64),
        apparent_va=day.apparent_va.sum(axis=0, dtype=np.int64),
    )


def quarters(cut: MeteredDay, spec: MeterSpec) -> QuarterDay:
    ends = np.zeros((len(cut.rate), _QUARTERS + 1), dtype=np.int64)
    if cut.starts_s is None:
        np.cumsum(_by_quarter(cut.rate).sum(axis=-1, dtype=np.int64) * 60, axis=1, out=ends[:, 1:])
    else:
        ends[:] = Sums.of(cut).at(np.arange(_QUARTERS + 1, dtype=np.int64) * QUARTER_S).T
    day = minute_grid(cut)
    active = np.abs(day.power_w).sum(axis=0, dtype=np.int64)
    cells = Cells(
        minutes=15,
        high_dv=_by_quarter(day.high_dv).max(axis=-1).astype(np.int64),
        low_dv=_by_quarter(day.low_dv).min(axis=-1).astype(np.int64),
        current_da=_by_quarter(day.current_da).sum(axis=-1, dtype=np.int64),
        frequency_chz=_by_quarter(day.frequency_chz).sum(axis=-1, dtype=np.int64),
        active_w=_by_quarter(active).sum(axis=-1, dtype=np.int64),
        apparent_va=_by_quarter(day.apparent_va).sum(axis=(0, -1), dtype=np.int64),
    )
    return QuarterDay(day.rate[[IMPORT, EXPORT]], ends, cells, exceeded(cut, spec))


@dataclass(frozen=True, slots=True)
class Sums:
    """A day's Ws from midnight on, at any second: power stands still within a cell."""

    rate: Ints  # (6, n)
    starts_s: Ints  # (n,)
    ends: Ints  # (6, n + 1)

    @classmethod
    def of(cls, day: MeteredDay) -> "Sums":
        rate = day.rate.astype(np.int64)
        starts = MINUTE_STARTS if day.starts_s is None else day.starts_s
        ends = np.zeros((len(rate), len(starts) + 1), dtype=np.int64)
        np.cumsum(rate * np.diff(starts, append=DAY_S), axis=1, out=ends[:, 1:])
        return cls(rate, starts, ends)

    def at(self, seconds: Ints) -> Ints:
        """(n, 6) from midnight to these seconds of the day."""
        cell = self.starts_s.searchsorted(seconds, side="right") - 1
        found: Ints = self.ends[:, cell] + self.rate[:, cell] * (seconds - self.starts_s[cell])
        return found.T


def minute_grid(day: MeteredDay) -> MeteredDay:
    """Means, and extremes of voltage, of each minute of a day that was cut."""
    if day.starts_s is None:
        return day
    first = np.searchsorted(day.starts_s, MINUTE_STARTS)
    seconds = np.diff(day.starts_s, append=DAY_S)

    def mean(values: Small) -> Small:
        total = np.add.reduceat(values * seconds, first, axis=-1)
        found: Small = ((total + 30) // 60).astype(np.int32)
        return found

    return MeteredDay(
        rate=mean(day.rate),
        power_w=mean(day.power_w),
        apparent_va=mean(day.apparent_va),
        current_da=mean(day.current_da),
        voltage_dv=mean(day.voltage_dv),
        high_dv=np.maximum.reduceat(day.high_dv, first, axis=-1),
        low_dv=np.minimum.reduceat(day.low_dv, first, axis=-1),
        frequency_chz=mean(day.frequency_chz),
    )


def _by_quarter(values: NDArray[np.int32] | Ints) -> NDArray[np.int32] | Ints:
    return values.reshape(*values.shape[:-1], _QUARTERS, 15)


def joined(cells: Sequence[Cells]) -> Cells:
    """Neighbouring days put end to end."""

    def together(name: str) -> Ints:
        return np.concatenate([getattr(day, name) for day in cells], axis=-1)

    return Cells(
        minutes=cells[0].minutes,
        high_dv=together("high_dv"),
        low_dv=together("low_dv"),
        current_da=together("current_da"),
        frequency_chz=together("frequency_chz"),
        active_w=together("active_w"),
        apparent_va=together("apparent_va"),
    )
