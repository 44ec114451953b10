"""How many watt-seconds has each register counted up to any second?"""

from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

from osos.simulator.load import MINUTES, Load
from osos.simulator.meter.metrology import CHANNELS, MeteredDay, metered
from osos.simulator.meter.moment import DAY_S, second_of
from osos.simulator.meter.spec import MeterSpec

Ints = NDArray[np.int64]
WS_A_WH = 3600


class Counters:
    """Totals as a function of time: day sums are kept for ever, days themselves only the last few.

    Watt-seconds are exact integers, so the fraction of a Wh is never lost (M-60).
    """

    def __init__(self, spec: MeterSpec, load: Load, *, days_kept: int) -> None:
        if load.phases != spec.phases:
            raise ValueError(f"a {spec.kind} meter has {spec.phases} phase(s), its load {load.phases}")
        self._spec, self._load, self._days_kept = spec, load, max(2, days_kept)
        self.since_s = second_of(spec.since)
        self._first = self.since_s // DAY_S
        self._days: OrderedDict[int, MeteredDay] = OrderedDict()
        self._base = [-self._within(self._first, self.since_s - self._first * DAY_S)]

    def day(self, number: int) -> MeteredDay:
        found = self._days.get(number)
        if found is None:
            found = self._days[number] = metered(self._load.day(number), self._spec)
            while len(self._days) > self._days_kept:
                self._days.popitem(last=False)
        else:
            self._days.move_to_end(number)
        return found

    def at(self, seconds: Ints) -> Ints:
        """(6, n) watt-seconds since `since`; earlier than that nothing was counted."""
        seconds = np.maximum(seconds, self.since_s)
        days, place = np.unique(seconds // DAY_S, return_inverse=True)
        self._reach(int(days[-1]))
        rates = np.stack([self.day(int(number)).rate for number in days]).astype(np.int64)  # (days, 6, 1440)
        ends = np.zeros((len(days), len(CHANNELS), MINUTES + 1), dtype=np.int64)
        np.cumsum(rates * 60, axis=2, out=ends[:, :, 1:])
        ends += np.stack([self._base[int(number) - self._first] for number in days])[:, :, None]
        minute, second = np.divmod(seconds % DAY_S, 60)
        totals: Ints = ends[place, :, minute] + rates[place, :, minute] * second[:, None]
        return totals.T

    def minutes(self, first_day: int, last_day: int) -> list[MeteredDay]:
        return [self.day(number) for number in range(first_day, last_day + 1)]

    def _within(self, number: int, second: int) -> Ints:
        rate = self.day(number).rate.astype(np.int64)
        minute, rest = divmod(second, 60)
        partial: Ints = rate[:, :minute].sum(axis=1) * 60
        return partial + rate[:, minute] * rest if rest else partial

    def _reach(self, number: int) -> None:
        """Day sums up to the start of this day; each day is lived through once in its life."""
        while len(self._base) <= number - self._first:
            last = self._first + len(self._base) - 1
            self._base.append(self._base[-1] + self.day(last).rate.sum(axis=1, dtype=np.int64) * 60)
