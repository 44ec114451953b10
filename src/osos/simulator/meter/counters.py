"""How many watt-seconds has each register counted up to any second?"""

from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from osos.simulator.load import Load
from osos.simulator.meter.limits import exceeded
from osos.simulator.meter.metrology import CHANNELS, MeteredDay
from osos.simulator.meter.moment import DAY_S, second_of
from osos.simulator.meter.quarters import (
    QUARTER_S,
    Cells,
    QuarterDay,
    Sums,
    joined,
    minute_cells,
    quarters,
)
from osos.simulator.meter.seams import SOUND, Seams
from osos.simulator.meter.spec import MeterSpec
from osos.simulator.meter.timeline import Timeline
from osos.simulator.meter.wiring import Piece, metered_through

Ints = NDArray[np.int64]
T = TypeVar("T")
WS_A_WH = 3600
_MINUTE_DAYS_KEPT = 3  # more than one saves work where one looks back and forth; a fleet has no room for it


class Counters:
    """Totals as a function of time: day sums stay for ever, quarter hours and minutes of the last days used.

    Watt-seconds are exact integers, so the fraction of a Wh is never lost (M-60).
    """

    def __init__(
        self, spec: MeterSpec, load: Load, timeline: Timeline, *, days_kept: int, seams: Seams = SOUND
    ) -> None:
        if load.phases != spec.phases:
            raise ValueError(f"a {spec.kind} meter has {spec.phases} phase(s), its load {load.phases}")
        self._spec, self._load, self._timeline, self._seams = spec, load, timeline, seams
        self.since_s = second_of(spec.since)
        self._first = self.since_s // DAY_S
        self._minutes: _Lately[MeteredDay] = _Lately(_MINUTE_DAYS_KEPT if days_kept > 2 else 1, self._meter)
        self._sums: _Lately[Sums] = _Lately(1, lambda number: Sums.of(self.day(number)))
        self._quarters: _Lately[QuarterDay] = _Lately(
            days_kept, lambda number: quarters(self.day(number), spec)
        )
        self._moved: dict[int, tuple[bool, ...]] = {}  # by day, phase by phase
        self._base = [np.zeros(6, dtype=np.int64)]
        self._base[0] = -self._counted(np.array([self.since_s], dtype=np.int64))[0]

    def forget_after(self, second: int) -> None:
        """The wires were changed at this second; the days before it stay."""
        number = second // DAY_S
        self._minutes.forget_from(number)
        self._sums.forget_from(number)
        self._quarters.forget_from(number)
        self._moved = {day: moved for day, moved in self._moved.items() if day < number}
        del self._base[max(1, number - self._first + 1) :]

    def day(self, number: int) -> MeteredDay:
        return self._minutes.get_day(number)

    def at(self, seconds: Ints) -> Ints:
        """(6, n) watt-seconds since `since`; earlier than that nothing was counted."""
        return self._counted(np.maximum(seconds, self.since_s)).T

    def active_w(self, number: int) -> NDArray[np.int32]:
        """(2, 1440) import and export of a day, minute by minute; nothing before `since`."""
        return self._quarters.get_day(number).active_w

    def exceeded(self, start_s: int, upto_s: int) -> NDArray[np.bool_]:
        """(3, phases) F.F.0 bits 45-53 of the whole days of `[start, upto)` and of today so far."""
        (first, from_s), last = divmod(max(start_s, self.since_s), DAY_S), upto_s // DAY_S
        begun = from_s if first == last else 0
        found = exceeded(self.day(last), self._spec, from_s=begun, upto_s=upto_s % DAY_S)
        if from_s and first < last:
            found = found | exceeded(self.day(first), self._spec, from_s=from_s)
            first += 1
        for number in range(first, last):
            found = found | self._quarters.get_day(number).exceeded
        return found

    def has_moved(self, phase: int, since_s: int, upto_s: int) -> bool:
        """Did the phase carry anything that counts on any of these days? The newest are looked at first."""
        first, last = max(since_s, self.since_s) // DAY_S, upto_s // DAY_S
        for number in range(last, first - 1, -1):
            if number not in self._moved:
                self._moved[number] = tuple(bool(row.any()) for row in self.day(number).power_w)
            if self._moved[number][phase]:
                return True
        return False

    def cells(self, first_day: int, last_day: int, *, fine: bool) -> Cells:
        """Voltages and sums of these days, by the minute where quarter hours are too coarse."""
        days = range(first_day, last_day + 1)
        if fine:
            return joined([minute_cells(self.day(number)) for number in days])
        return joined([self._quarters.get_day(number).cells for number in days])

    def _meter(self, number: int) -> MeteredDay:
        start = number * DAY_S
        pieces: list[Piece] = [(0, self._timeline.at(start))]  # on the first day: as the factory left it
        for epoch in self._timeline.epochs(start, start + DAY_S):
            if pieces[-1][1].flow != epoch.settings.flow:
                pieces.append((max(0, epoch.start_s - start), epoch.settings))
        day = metered_through(self._load.day(number), pieces, self._spec)
        return self._seams.through("metered", day, pieces, self._spec)

    def _counted(self, seconds: Ints) -> Ints:
        """(n, 6), from quarter hours where the second is the start of one, else from minutes."""
        days, place = _by_day(seconds)
        self._reach(int(days[-1]))
        quarter, rest = np.divmod(seconds % DAY_S, QUARTER_S)
        totals: Ints = np.empty((len(seconds), len(CHANNELS)), dtype=np.int64)
        whole = rest == 0
        for index, number in enumerate(days.tolist()):
            here = place == index
            even, odd = here & whole, here & ~whole
            if even.any() and not quarter[even].any():
                totals[even] = 0  # midnight: nothing of that day is needed yet
            elif even.any():
                totals[even] = self._quarters.get_day(number).ends.T[quarter[even]]
            if odd.any():
                totals[odd] = self._sums.get_day(number).at(seconds[odd] % DAY_S)
        base = np.stack([self._base[number - self._first] for number in days.tolist()])
        totals += base[place]
        return totals

    def _reach(self, number: int) -> None:
        """Day sums up to the start of this day; each day is lived through once in its life."""
        while len(self._base) <= number - self._first:
            last = self._first + len(self._base) - 1
            self._base.append(self._base[-1] + self._quarters.get_day(last).ends[:, -1])


def _by_day(seconds: Ints) -> tuple[Ints, Ints]:
    """The days, and which of them each second belongs to; nearly always it is one."""
    days: Ints = seconds // DAY_S
    if (days == days[0]).all():
        return days[:1], np.zeros_like(days)
    found: tuple[Ints, Ints] = np.unique(days, return_inverse=True)
    return found


class _Lately(OrderedDict[int, T]):
    """The last few days used, made again when asked for after they were let go."""

    def __init__(self, kept: int, make: Callable[[int], T]) -> None:
        super().__init__()
        self._kept, self._make = kept, make

    def get_day(self, number: int) -> T:
        if number not in self:
            self[number] = self._make(number)
            while len(self) > self._kept:
                self.popitem(last=False)
        self.move_to_end(number)
        return self[number]

    def forget_from(self, number: int) -> None:
        for day in [day for day in self if day >= number]:
            del self[day]
