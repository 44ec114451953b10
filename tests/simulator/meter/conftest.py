"""Meters and loads that the tests of this folder share."""

from datetime import datetime

import numpy as np
import pytest

from osos.quantities import TURKIYE, DeviceId
from osos.simulator.load import MINUTES, LoadDay
from osos.simulator.meter import MeterSpec, VirtualMeter


class ThrownLoad:
    """Powers thrown by dice every minute, both ways, both quadrants, with idle minutes: nothing is smooth."""

    def __init__(self, seed: int, *, phases: int = 3, most_w: int = 3000) -> None:
        self.seed, self.phases, self.most_w = seed, phases, most_w
        self.asked: list[int] = []

    def day(self, number: int) -> LoadDay:
        self.asked.append(number)
        dice = np.random.default_rng([self.seed, number])
        shape = (self.phases, MINUTES)
        power = dice.integers(-self.most_w, self.most_w, shape) * (dice.random(shape) < 0.8)
        mean = dice.integers(2250, 2350, shape)
        return LoadDay(
            power_w=power,
            reactive_var=dice.integers(-self.most_w, self.most_w, shape) // 2,
            voltage_dv=mean,
            voltage_high_dv=mean + dice.integers(0, 20, shape),
            voltage_low_dv=mean - dice.integers(0, 20, shape),
            frequency_chz=dice.integers(4990, 5011, MINUTES),
        )


@pytest.fixture(scope="session")
def thrown():
    return ThrownLoad


class SameDay:
    """One thrown day, every day again: years of it cost little."""

    phases = 3

    def __init__(self) -> None:
        self._day = ThrownLoad(8).day(0)

    def day(self, number: int) -> LoadDay:
        return self._day


@pytest.fixture(scope="session")
def same_day():
    return SameDay()


@pytest.fixture(scope="session")
def spec():
    def build(kind="combi", ways=2, **more) -> MeterSpec:
        more.setdefault("device", DeviceId("OSO", "000123456"))
        more.setdefault("since", datetime(2026, 1, 15, 10, 7, 23, tzinfo=TURKIYE))
        return MeterSpec(kind=kind, ways=ways, **more)

    return build


@pytest.fixture(scope="session")
def meter(spec):
    def build(kind="combi", ways=2, *, load=None, seed=1, **more) -> VirtualMeter:
        phases = 1 if kind == "1p" else 3
        return VirtualMeter(spec(kind, ways, **more), load or ThrownLoad(seed, phases=phases))

    return build


@pytest.fixture(scope="session")
def local():
    """A Turkish wall clock time as an aware instant."""

    def build(*parts: int) -> datetime:
        return datetime(*parts, tzinfo=TURKIYE)

    return build
