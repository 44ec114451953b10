"""By how much does the metering chip miss the truth? (M-65, EK-4)

Three errors make one: a gain, a phase shift between voltage and current, and a little noise; below a tenth of
the basic current the gain grows, as the standards' limits do. All are thrown from the seed once for ever.
"""

import math
from dataclasses import dataclass, replace
from random import Random

import numpy as np
from numpy.typing import NDArray

from osos.simulator.meter.metrology import MeteredDay, counting
from osos.simulator.meter.spec import Accuracy, MeterSpec

Floats = NDArray[np.float64]
_LOW = 0.1  # of the basic current: from here down the limits widen


@dataclass(frozen=True, slots=True)
class Errors:
    """Of one phase: gain as a part of one, angle in radians, noise as a part of one."""

    gain: float
    angle: float
    noise: float


def errors_of(accuracy: Accuracy, *, seed: int, phases: int) -> tuple[Errors, ...]:
    """Drawn so that cos φ 0.5 and full load together stay within the class: it is a good meter."""
    limit = accuracy.limit_percent / 100
    dice = Random(f"{seed} metrology {accuracy.name}")  # a pretend meter's dice
    return tuple(
        Errors(
            gain=dice.uniform(-0.5, 0.5) * limit + accuracy.gain_percent / 100,
            angle=dice.uniform(-0.2, 0.2) * limit,
            noise=abs(dice.uniform(0.01, 0.05)) * limit,
        )
        for _ in range(phases)
    )


def error_percent(errors: Errors, *, load: float, degrees: float, active: bool = True) -> float:
    """Of one point of an EK-4 table, noise apart; `load` is I ÷ In, `degrees` the current's lag."""
    gain = errors.gain * _growth(load)
    true, turned = math.radians(degrees), math.radians(degrees) + errors.angle
    component = math.cos if active else math.sin
    return ((1 + gain) * component(turned) / component(true) - 1) * 100


def _growth(load: float) -> float:
    return 1.0 if load >= _LOW else min(1.5, 1 + 0.05 * (_LOW / load - 1)) if load > 0 else 1.0


def with_errors(day: MeteredDay, reactive: Floats, spec: MeterSpec, *, number: int) -> MeteredDay:
    """The same day as this meter's chip counts it; `reactive` is (phases, n) as it flows."""
    assert spec.accuracy is not None  # a meter without a model is metered without error
    found = errors_of(spec.accuracy, seed=spec.seed, phases=spec.phases)
    power = day.power_w.astype(np.float64)
    loads = day.current_da / (spec.basic_ma / 100)
    for phase, one in enumerate(found):
        dice = np.random.default_rng([spec.seed, phase, number])
        growth = np.where(
            loads[phase] >= _LOW, 1.0, np.minimum(1.5, 1 + 0.05 * (_LOW / np.maximum(loads[phase], 1e-3) - 1))
        )
        scale = 1 + one.gain * growth + one.noise * dice.uniform(-1, 1, power.shape[1])
        p, q = power[phase].copy(), reactive[phase].copy()
        power[phase] = scale * (p * math.cos(one.angle) - q * math.sin(one.angle))
        reactive[phase] = scale * (q * math.cos(one.angle) + p * math.sin(one.angle))
    counted = counting(np.rint(power).astype(np.int64), np.rint(reactive).astype(np.int64), spec.ways)
    return replace(day, rate=counted.astype(np.int32), power_w=np.rint(power).astype(np.int32))
