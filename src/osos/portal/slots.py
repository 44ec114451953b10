"""In which tariff did each quarter hour of each day fall?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from osos.mdm.canonical import Channel
from osos.mdm.derive.grids import naive
from osos.mdm.derive.tariffs import Band, Bands, bands
from osos.mdm.faces import Series
from osos.mdm.faces.day_grids import CELLS
from osos.quantities import Quality, local_midnight

_TURKIYE_S, _DAY_S, _CELL_S = 3 * 3600, 24 * 3600, 900
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True, kw_only=True)
class BandSpan:
    """From this hour of the day until that one, this tariff."""

    start: float
    end: float
    band: Band

    @property
    def hue(self) -> str:
        """The token of its colour; the spare tariff has none of its own."""
        return f"t{self.band.value}" if self.band is not Band.T4 else "ghost"


def band_spans(day: date) -> tuple[BandSpan, ...]:
    """The meter's calendar on that day."""
    first = naive(local_midnight(day))
    found = bands(first + np.arange(CELLS) * np.timedelta64(_CELL_S, "s"))
    edges = [0, *(int(n) + 1 for n in np.flatnonzero(np.diff(found))), CELLS]
    return tuple(
        BandSpan(start=first_cell / 4, end=end / 4, band=Band(int(found[first_cell])))
        for first_cell, end in pairwise(edges)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DayUse:
    """Wh of a day by tariff, and how much of each is estimated."""

    wh: Mapping[Band, int]
    estimated: Mapping[Band, int]

    @property
    def total(self) -> int:
        return sum(self.wh.values())


def by_band(
    series: Series, channel: Channel = Channel.A_PLUS, *, of_slots: Bands | None = None
) -> Mapping[date, DayUse]:
    """Slots added up by the day and the tariff in which they begin, by the bands given if any are."""
    days, which = np.unique(
        (series.starts.astype("datetime64[s]").astype(np.int64) + _TURKIYE_S) // _DAY_S, return_inverse=True
    )
    wh, guessed = series.of(channel), np.isin(series.marks, _GUESSED)
    width = max(Band) + 1
    place = which * width + (bands(series.starts) if of_slots is None else of_slots)
    sums, parts = np.zeros((2, days.size * width), dtype=np.int64)
    np.add.at(sums, place, wh)
    np.add.at(parts, place, np.where(guessed, wh, 0))
    rows = zip(
        days.tolist(), sums.reshape(-1, width).tolist(), parts.reshape(-1, width).tolist(), strict=True
    )
    return {
        date.fromordinal(_EPOCH + day): DayUse(
            wh={band: own[band] for band in Band}, estimated={band: part[band] for band in Band}
        )
        for day, own, part in rows
    }


_GUESSED: Sequence[int] = (Quality.ESTIMATED.mark,)
