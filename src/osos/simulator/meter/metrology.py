"""What does the metering chip make of a day's powers?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osos.simulator.load import LoadDay
from osos.simulator.meter.spec import MeterSpec, Ways

CHANNELS = ("1.8.0", "2.8.0", "5.8.0", "6.8.0", "7.8.0", "8.8.0")
IMPORT, EXPORT, Q1, Q2, Q3, Q4 = range(6)  # rows of `rate`; quadrants by M-62

Small = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class MeteredDay:
    """A day as the meter saw it, minute by minute, or smaller cells where it was cut (M-181)."""

    rate: Small  # (6, 1440) W and var: what each register counts a second, × 1 s
    power_w: Small  # (phases, 1440) signed
    apparent_va: Small  # (phases, 1440)
    current_da: Small  # (phases, 1440) 0.1 A
    voltage_dv: Small
    high_dv: Small
    low_dv: Small
    frequency_chz: Small  # (1440,)
    starts_s: NDArray[np.int64] | None = None  # where each cell begins; None: every minute


def metered(day: LoadDay, spec: MeterSpec) -> MeteredDay:
    """Starting current (M-63), then one-way or two-way counting (M-61, M-62)."""
    apparent = np.hypot(day.power_w, day.reactive_var)
    volts = np.maximum(day.voltage_dv, 1) / 10.0
    counted = apparent * 1000.0 >= spec.starting_ma * volts
    power = np.where(counted, day.power_w, 0)
    reactive = np.where(counted, day.reactive_var, 0)
    apparent = np.where(counted, apparent, 0.0)
    found = MeteredDay(
        rate=counting(power, reactive, spec.ways).astype(np.int32),
        power_w=power.astype(np.int32),
        apparent_va=np.rint(apparent).astype(np.int32),
        current_da=np.rint(10.0 * apparent / volts).astype(np.int32),
        voltage_dv=day.voltage_dv.astype(np.int32),
        high_dv=day.voltage_high_dv.astype(np.int32),
        low_dv=day.voltage_low_dv.astype(np.int32),
        frequency_chz=day.frequency_chz.astype(np.int32),
    )
    if spec.accuracy is None:
        return found
    from osos.simulator.meter.accuracy import with_errors  # made of this module's parts

    return with_errors(found, reactive.astype(np.float64), spec, number=int(day.power_w.sum()) % 2**31)


def counting(power: NDArray[np.int64], reactive: NDArray[np.int64], ways: Ways) -> NDArray[np.int64]:
    """(phases, n) of P and Q to the (6, n) of CHANNELS; phases never net each other.

    One-way: active Σ|P|; reactive with the sign of P → 5.8.0, against it → 8.8.0 (M-61).
    Two-way: by the sign of P, reactive by quadrant (M-62); P = 0 counts as import.
    """
    backward = power < 0
    size = np.abs(reactive)
    inductive = (reactive >= 0) != backward  # Q has the sign of P
    if ways == 1:
        zero = np.zeros(power.shape[1], dtype=np.int64)
        q1 = np.where(inductive, size, 0).sum(axis=0)
        q4 = np.where(inductive, 0, size).sum(axis=0)
        return np.stack([np.abs(power).sum(axis=0), zero, q1, zero, zero, q4])
    quadrants = (
        ~backward & inductive,  # Q1: P > 0, Q > 0
        backward & ~inductive,  # Q2: P < 0, Q > 0
        backward & inductive,  # Q3: P < 0, Q < 0
        ~backward & ~inductive,  # Q4: P > 0, Q < 0
    )
    active = [np.where(backward, 0, power).sum(axis=0), np.where(backward, -power, 0).sum(axis=0)]
    return np.stack([*active, *(np.where(where, size, 0).sum(axis=0) for where in quadrants)])
