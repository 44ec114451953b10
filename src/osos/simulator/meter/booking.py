"""Which tariff was each Wh booked to?"""

from bisect import bisect_right

import numpy as np
from numpy.typing import NDArray

from osos.simulator.load import weekday
from osos.simulator.meter.counters import WS_A_WH, Counters
from osos.simulator.meter.metrology import EXPORT, IMPORT
from osos.simulator.meter.moment import DAY_S
from osos.simulator.meter.seams import SOUND, Seams
from osos.simulator.meter.timeline import Epoch, Timeline

Ints = NDArray[np.int64]
TARIFFS = 4
STRIDE_S = 32 * DAY_S  # how far one step of catching up goes


class Booking:
    """Tariff registers as a function of time: each Wh goes to the tariff of its second (M-81).

    1.8.0 = Σ 1.8.n holds by construction: the tariffs share out the steps of the total (M-60).
    """

    def __init__(
        self, counters: Counters, timeline: Timeline, *, start_wh: int, seams: Seams = SOUND
    ) -> None:
        self._counters, self._timeline, self._seams = counters, timeline, seams
        booked = np.zeros((2, TARIFFS), dtype=np.int64)
        booked[0, 0] = start_wh
        self._seconds, self._booked = [counters.since_s], [booked]  # known from here on, in order
        self._last = counters.since_s, booked  # where a question was last answered

    def forget_after(self, second: int) -> None:
        """An act at this second may change what follows it."""
        keep = max(1, bisect_right(self._seconds, second))
        del self._seconds[keep:], self._booked[keep:]
        if self._last[0] > second:
            self._last = self._seconds[-1], self._booked[-1]

    @property
    def known_to(self) -> int:
        """Up to this midnight the way has been gone."""
        return self._seconds[-1]

    def at(self, seconds: Ints) -> Ints:
        """(2, 4, n) whole Wh, import and export by tariff, not yet rolled over; seconds ascending."""
        seconds = np.maximum(seconds, self._counters.since_s)
        first = int(seconds[0])
        self.catch_up(first // DAY_S * DAY_S)
        known = max(0, bisect_right(self._seconds, first) - 1)
        since = self._seconds[known], self._booked[known]
        if since[0] < self._last[0] <= first and not self._seams.has("switches"):
            since = self._last  # a fault of the switches is to look the same however often it is asked for
        shared = self._share(*since, seconds)
        self._last = int(seconds[-1]), shared[:, :, -1]
        return shared

    def catch_up(self, midnight: int) -> None:
        """Remember every midnight up to this one; the first time through costs, the second nothing."""
        while self._seconds[-1] < midnight:
            start = self._seconds[-1] // DAY_S * DAY_S + DAY_S
            midnights = np.arange(start, min(midnight, start + STRIDE_S) + 1, DAY_S, dtype=np.int64)
            shared = self._share(self._seconds[-1], self._booked[-1], midnights)
            self._seconds += midnights.tolist()
            self._booked += list(np.moveaxis(shared, 2, 0))

    def _share(self, start_s: int, booked: Ints, seconds: Ints) -> Ints:
        starts, tariff = self._switches(start_s, int(seconds[-1]))
        grid = np.unique(np.concatenate([seconds, starts]))
        whole = self._counters.at(grid)[[IMPORT, EXPORT]] // WS_A_WH
        steps = np.diff(whole, axis=1)
        in_force = tariff[np.searchsorted(starts, grid[:-1], side="right") - 1]
        shared = np.zeros((2, TARIFFS, len(grid)), dtype=np.int64)
        for number in range(TARIFFS):
            np.cumsum(np.where(in_force == number + 1, steps, 0), axis=1, out=shared[:, number, 1:])
        result: Ints = booked[:, :, None] + shared[:, :, np.searchsorted(grid, seconds)]
        return result

    def _switches(self, start_s: int, end_s: int) -> tuple[Ints, Ints]:
        """From `start_s` on: the seconds at which a tariff begins, and its number."""
        found: list[tuple[int, int]] = []
        for epoch in self._timeline.epochs(start_s, max(end_s, start_s + 1)):
            found += self._seams.through("switches", switches_of(epoch), epoch)
        pairs = np.array(found, dtype=np.int64)
        return pairs[:, 0], pairs[:, 1]


def switches_of(epoch: Epoch) -> list[tuple[int, int]]:
    if epoch.settings.clock_fault:
        return [(epoch.start_s, 1)]  # M-86
    offset = epoch.settings.offset_s
    days = range((epoch.start_s + offset) // DAY_S, (epoch.end_s - 1 + offset) // DAY_S + 1)
    found = [
        (day * DAY_S + minute * 60 - offset, tariff)
        for day in days
        for minute, tariff in epoch.settings.table(weekday(day)).switches()
    ]
    before = [tariff for second, tariff in found if second <= epoch.start_s][-1]
    return [
        (epoch.start_s, before),
        *(pair for pair in found if epoch.start_s < pair[0] < epoch.end_s),
    ]
