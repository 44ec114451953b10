"""What did each phase do on average, as a gen3 meter's second profile tells it? (M-109)"""

import numpy as np
from numpy.typing import NDArray

from osos.simulator.load import MINUTES
from osos.simulator.meter.counters import Counters
from osos.simulator.meter.moment import DAY_S
from osos.simulator.meter.quarters import minute_grid

Ints = NDArray[np.int64]
_MARK = " mean"  # tells these columns from P.03's extremes and means of the same codes


def marked(columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{code}{_MARK}" for code in columns)


def is_marked(column: str) -> bool:
    return column.endswith(_MARK)


def means(counters: Counters, starts: Ints, ends: Ints) -> dict[str, Ints]:
    """Voltage in 0.01 V, current in mA, cos φ in hundredths, frequency in 0.1 Hz, minute by minute."""
    first = int(starts[0]) // DAY_S
    days = [minute_grid(counters.day(number)) for number in range(first, int(ends[-1] - 1) // DAY_S + 1)]

    def together(name: str) -> Ints:
        return np.concatenate([getattr(day, name) for day in days], axis=-1).astype(np.int64)

    opens = starts // 60 - first * MINUTES
    bounds = np.stack([opens, np.maximum(-(-ends // 60) - first * MINUTES, opens + 1)], axis=1)
    counts = bounds[:, 1] - bounds[:, 0]

    def over(values: Ints) -> Ints:
        sums = np.concatenate(
            [np.zeros((*values.shape[:-1], 1), np.int64), np.cumsum(values, axis=-1)], axis=-1
        )
        found: Ints = sums[..., bounds[:, 1]] - sums[..., bounds[:, 0]]
        return found

    volts, apparent = over(together("voltage_dv")), over(together("apparent_va"))
    active = np.abs(over(together("power_w")))
    cos = np.where(apparent > 0, np.minimum(100, _rounded(100 * active, np.maximum(apparent, 1))), 100)
    found = {f"14.7.0{_MARK}": _rounded(over(together("frequency_chz")), counts * 10)}
    for phase, head in zip(range(len(volts)), "357", strict=False):
        found[f"{head}2.7.0{_MARK}"] = _rounded(volts[phase] * 10, counts)
        found[f"{head}1.7.0{_MARK}"] = _rounded(apparent[phase] * 10_000, np.maximum(volts[phase], 1))
        found[f"{head}3.7.0{_MARK}"] = cos[phase]
    found[f"91.7.0{_MARK}"] = found[f"31.7.0{_MARK}"]
    return found


def _rounded(total: Ints, count: Ints) -> Ints:
    return (2 * total + count) // (2 * count)


DIGITS = {"2.7.0": (3, 2), "1.7.0": (3, 3), "3.7.0": (1, 2), "4.7.0": (2, 1)}  # by a code's tail (M-38)


def digits(column: str) -> tuple[int, int]:
    return DIGITS[column.removesuffix(_MARK)[1:]]
