"""Were voltage or current beyond their limits for long enough? (F.F.0 bits 45-53)"""

import numpy as np
from numpy.typing import NDArray

from osos.simulator.meter.metrology import MeteredDay
from osos.simulator.meter.moment import DAY_S
from osos.simulator.meter.spec import MeterSpec

VOLTS_S, AMPERES_S = 10, 60  # held so long (M-131)
LIVE_DV = 400  # a dead phase is no low voltage
_IMAX_A = {("direct", "1p"): 80, ("direct", "3p"): 100, ("direct", "combi"): 100}
_IMAX_CT_A = {"X/5": 10, "X/1": 6}  # M-2

Flags = NDArray[np.bool_]


def exceeded(day: MeteredDay, spec: MeterSpec, *, from_s: int = 0, upto_s: int = DAY_S) -> Flags:
    """(3, phases): above 253 V, below 195.5 V, above Imax + 10 %, between these seconds of the day."""
    high_dv, low_dv = 2530 * spec.nominal_dv // 2300, 1955 * spec.nominal_dv // 2300
    imax_a = _IMAX_CT_A.get(spec.connection) or _IMAX_A[spec.connection, spec.kind]
    volts, amperes = day.voltage_dv, day.current_da
    masks = (volts > high_dv, (volts < low_dv) & (volts >= LIVE_DV), amperes > imax_a * 11)
    starts = np.arange(1440) * 60 if day.starts_s is None else day.starts_s
    seconds = np.clip(np.diff(starts, append=DAY_S), 0, np.maximum(upto_s - starts, 0))
    seconds = seconds - np.clip(from_s - starts, 0, seconds)
    return np.stack(
        [
            _held(mask, seconds, held_s)
            for mask, held_s in zip(masks, (VOLTS_S, VOLTS_S, AMPERES_S), strict=True)
        ]
    )


def _held(mask: Flags, seconds: NDArray[np.int64], held_s: int) -> Flags:
    """Per phase: is there a run of cells without a break that lasts so long?"""
    if not mask.any():
        return np.zeros(len(mask), dtype=np.bool_)
    return np.array([_longest_s(row, seconds) >= held_s for row in mask])


def _longest_s(row: Flags, seconds: NDArray[np.int64]) -> int:
    total = np.cumsum(np.where(row, seconds, 0))
    at_breaks = np.maximum.accumulate(np.where(row, 0, total))
    return int((total - at_breaks).max())
