"""What was the greatest mean power of a stretch of time, and when did its window end?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osos.simulator.meter.counters import Counters
from osos.simulator.meter.metrology import EXPORT, IMPORT
from osos.simulator.meter.moment import DAY_S
from osos.simulator.meter.seams import SOUND, Seams
from osos.simulator.meter.timeline import Epoch, Timeline

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Peak:
    """A maximum in W (0.001 kW) and the wall minute its window ended; nothing yet: 0 and None."""

    power_w: int = 0
    minute: int | None = None

    def beaten_by(self, other: "Peak") -> "Peak":
        """Only a greater step replaces the stored maximum (M-92)."""
        return other if other.power_w > self.power_w else self


WINDOW_MIN = 15  # the period of nearly all meters
Peaks = tuple[Peak, Peak]  # import 1.6.0, export 2.6.0


class Demand:
    """The sliding window (M-90…M-92) as a function of time; whole days are remembered."""

    def __init__(self, counters: Counters, timeline: Timeline, *, seams: Seams = SOUND) -> None:
        self._counters, self._timeline, self._seams = counters, timeline, seams
        self._by_minutes = not (seams.has("powers") or seams.number("demand_step_s", 0))
        self._days: dict[int, Peaks] = {}
        self._stretches: dict[tuple[int, int], Peaks] = {}  # between two acts of the last day asked for

    def forget_after(self, second: int) -> None:
        if any(end_s > second for _, end_s in self._stretches):
            self._stretches = {span: peaks for span, peaks in self._stretches.items() if span[1] <= second}
        for day in [day for day in self._days if (day + 1) * DAY_S > second]:
            del self._days[day]

    def peaks(self, after_s: int, upto_s: int) -> Peaks:
        """Over all steps in `(after_s, upto_s]`: a month's last step is still its own."""
        return self._seams.through("peaks", self._peaks(after_s, upto_s), after_s, upto_s, self)

    def _peaks(self, after_s: int, upto_s: int) -> Peaks:
        best = (Peak(), Peak())
        start = after_s
        while start < upto_s:
            end = min(upto_s, (start // DAY_S + 1) * DAY_S)
            found = self._whole_day(start // DAY_S) if end - start == DAY_S else self._steps(start, end)
            best = (best[0].beaten_by(found[0]), best[1].beaten_by(found[1]))
            start = end
        return best

    def _whole_day(self, day: int) -> Peaks:
        if day not in self._days:
            self._days[day] = self._steps_of_day(day)
            self._stretches.clear()
        return self._days[day]

    def _steps_of_day(self, day: int) -> Peaks:
        """A whole day; by its minutes where clock and settings allow, which they nearly always do."""
        start_s, end_s = day * DAY_S, (day + 1) * DAY_S
        epochs = self._timeline.epochs(start_s - DAY_S, end_s)
        settings = epochs[-1].settings
        plain = (
            self._by_minutes
            and len(epochs) == 1
            and settings.records
            and settings.offset_s % 60 == 0
            and settings.demand_min == 15
        )
        if not plain or settings.window_from_s > start_s - DAY_S:
            return self._steps(start_s, end_s)
        yesterday = self._counters.active_w(day - 1)[:, -WINDOW_MIN:]
        minutes = np.concatenate([yesterday, self._counters.active_w(day)], axis=1)
        sums = np.cumsum(minutes, axis=1, dtype=np.int64)
        power = (sums[:, WINDOW_MIN:] - sums[:, :-WINDOW_MIN]) // WINDOW_MIN
        first_minute = (start_s + settings.offset_s) // 60 + 1
        return _peak(power[0], first_minute, 1), _peak(power[1], first_minute, 1)

    def _steps(self, after_s: int, upto_s: int) -> Peaks:
        best = (Peak(), Peak())
        # A step at the very second of an act is still made with the settings before it.
        for epoch in self._timeline.epochs(after_s, upto_s):
            found = self._stretch(epoch, is_over=epoch.end_s < upto_s)
            best = (best[0].beaten_by(found[0]), best[1].beaten_by(found[1]))
        return best

    def _stretch(self, epoch: Epoch, *, is_over: bool) -> Peaks:
        span = epoch.start_s, epoch.end_s
        if not is_over:
            return self._in_epoch(epoch)
        if span not in self._stretches:
            self._stretches[span] = self._in_epoch(epoch)
        return self._stretches[span]

    def _in_epoch(self, epoch: Epoch) -> Peaks:
        settings = epoch.settings
        if not settings.powered:
            return Peak(), Peak()  # M-92
        step_s = self._seams.number("demand_step_s", 0) or (60 if settings.demand_min == 15 else 180)  # M-90
        window_s = settings.demand_min * 60
        first = (epoch.start_s + settings.offset_s) // step_s + 1
        last = (epoch.end_s + settings.offset_s) // step_s
        if last < first:
            return Peak(), Peak()
        ends = np.arange(first, last + 1, dtype=np.int64) * step_s - settings.offset_s
        starts = np.maximum(ends - window_s, settings.window_from_s)
        totals = self._counters.at(np.concatenate([starts, ends]))[[IMPORT, EXPORT]]
        power = (totals[:, len(ends) :] - totals[:, : len(ends)]) // window_s  # never too high
        power = self._seams.through("powers", power, ends, starts, settings, self._counters)
        if settings.clock_fault:  # stamps are zeros (M-128)
            return Peak(max(0, int(power[0].max()))), Peak(max(0, int(power[1].max())))
        first_minute = first * step_s // 60
        return _peak(power[0], first_minute, step_s // 60), _peak(power[1], first_minute, step_s // 60)


def _peak(power_w: Ints, first_minute: int, step_min: int) -> Peak:
    """The first of the greatest: only a greater step replaces it (M-92)."""
    at = int(power_w.argmax())
    return Peak(int(power_w[at]), first_minute + at * step_min) if power_w[at] > 0 else Peak()
