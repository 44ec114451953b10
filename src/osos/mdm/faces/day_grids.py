"""What was the mean power in each quarter hour of each day, on one grid of 96?

A meter may record every 15, 30 or 60 minutes; a longer record fills as many cells with its mean power.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from osos.mdm.canonical import Channel
from osos.mdm.derive.series import Series
from osos.quantities import Quality

CELLS = 96
_TURKIYE_S, _DAY_S, _CELL_S = 3 * 3600, 24 * 3600, 900
_EPOCH = date(1970, 1, 1).toordinal()
_OF_MARK = {each.mark: each for each in Quality}


@dataclass(frozen=True, slots=True, kw_only=True)
class DayGrid:
    """Mean power in W of each quarter hour; None where it is not known; None as quality: not due yet."""

    day: date
    watts: tuple[int | None, ...]
    quality: tuple[Quality | None, ...]

    @property
    def due(self) -> int:
        return sum(each is not None for each in self.quality)


def day_grids(series: Series, channel: Channel = Channel.A_PLUS) -> Mapping[date, DayGrid]:
    """By day, of a series of slots."""
    watts: dict[int, list[int | None]] = {}
    quality: dict[int, list[Quality | None]] = {}
    starts = series.starts.astype("datetime64[s]").astype(np.int64) + _TURKIYE_S
    lengths = (series.ends - series.starts).astype("timedelta64[s]").astype(np.int64)
    power: list[int | None] = (series.of(channel) * 3600 // lengths).tolist()
    marks = [_OF_MARK[mark] for mark in series.marks.tolist()]
    places = zip((starts // _DAY_S).tolist(), (starts % _DAY_S // _CELL_S).tolist(), strict=True)
    cells = np.maximum(1, lengths // _CELL_S).tolist()
    for (day, cell), count, watt, mark in zip(places, cells, power, marks, strict=True):
        if day not in watts:
            watts[day], quality[day] = [None] * CELLS, [None] * CELLS
        until = min(CELLS, cell + count)
        watts[day][cell:until] = [None if mark is Quality.MISSING else watt] * (until - cell)
        quality[day][cell:until] = [mark] * (until - cell)
    return {
        (when := date.fromordinal(_EPOCH + day)): DayGrid(
            day=when, watts=tuple(watts[day]), quality=tuple(quality[day])
        )
        for day in sorted(watts)
    }
