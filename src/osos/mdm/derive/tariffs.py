"""To which tariff, T1 to T4, does energy of a moment belong?

The meter books each Wh by its own clock and its own table (M-80, M-81); this is for what its registers do not
tell: charts, months cut by a change of supplier, profiles. Calendars and clock regimes are dated data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum, StrEnum

import numpy as np
import numpy.typing as npt

from osos.mdm.derive.dated import Dated
from osos.mdm.derive.grids import Starts, naive
from osos.mdm.labels import DAY_MIN, HOUR_MIN, Ints

Bands = npt.NDArray[np.uint8]
_TURKIYE_S = 3 * 3600
_DAY_S = 24 * 3600


class Band(IntEnum):
    """T1 day, T2 peak, T3 night, T4 spare (P-9)."""

    T1 = 1
    T2 = 2
    T3 = 3
    T4 = 4


class ClockRegime(StrEnum):
    """Whether the meter's own clock was moved to permanent summer time in 2016."""

    PERMANENT = "permanent"  # +03:00 all year
    CHANGING = "changing"  # still goes back an hour each winter


Slices = tuple[tuple[int, Band], ...]  # from this minute of the day on, this band


def _slices(*from_hours: tuple[int, Band]) -> Slices:
    return tuple((hour * HOUR_MIN, band) for hour, band in from_hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffCalendar(Dated):
    """The meter's tables by its own clock: weekdays, Saturday, Sunday."""

    weekday: Slices
    saturday: Slices
    sunday: Slices


_THREE_RATE = _slices((0, Band.T3), (6, Band.T1), (17, Band.T2), (22, Band.T3))
DEFAULT = TariffCalendar(
    since=date(2000, 1, 1),
    source="regulation (f2): T1 06-17, T2 17-22, T3 22-06; M-80",
    weekday=_THREE_RATE,
    saturday=_THREE_RATE,
    sunday=_THREE_RATE,
)
# EPDK 6561 of 27.10.2016: on meters not moved to permanent summer time the windows are 07-18, 18-23 and 23-07
# between the last Sundays of October and March; the clock that shows 06 there is read at 07 in Türkiye.
# Before September 2016 the country's clock went back as well, and such a meter showed the country's time.


def bands(
    starts: Starts,
    *,
    calendars: Sequence[TariffCalendar] = (DEFAULT,),
    regime: ClockRegime = ClockRegime.PERMANENT,
) -> Bands:
    """The band of each slot, by where it begins; slots of whole quarter hours never straddle whole ones."""
    wall = starts.astype("datetime64[s]").astype(np.int64) + _TURKIYE_S
    if regime is ClockRegime.CHANGING:
        wall = np.where(in_winter(starts), wall - HOUR_MIN * 60, wall)
    days, minutes = wall // _DAY_S, wall % _DAY_S // 60
    found = np.full(starts.size, Band.T1, dtype=np.uint8)  # M-84: what no table covers goes to T1
    for calendar in calendars:
        holds = _holds(calendar, days)
        weekday = (days + 3) % 7  # 1970-01-01 was a Thursday; Monday is 0
        for slices, which in (
            (calendar.weekday, weekday < 5),
            (calendar.saturday, weekday == 5),
            (calendar.sunday, weekday == 6),
        ):
            own = holds & which
            found[own] = _table(slices)[minutes[own]]
    return found


def in_winter(starts: Starts) -> npt.NDArray[np.bool_]:
    """Between the last Sundays of October and March, at 01:00 UTC as the clocks were built to change."""
    winter = np.zeros(starts.size, dtype=bool)
    if not starts.size:
        return winter
    years = starts.astype("datetime64[Y]").astype(np.int64) + 1970
    for year in range(int(years.min()) - 1, int(years.max()) + 1):
        begins, ends = _changes(year, 10), _changes(year + 1, 3)
        winter |= (starts >= naive(begins)) & (starts < naive(ends))
    return winter


def split(wh: Ints, of_bands: Bands) -> Mapping[Band, int]:
    """Energy of each band; they add up to the whole."""
    return {band: int(wh[of_bands == band].sum()) for band in Band}


def hours_of(band: Band, starts: Starts, ends: Starts, **how: object) -> float:
    """How many hours of these slots belong to a band: 341, 155 and 248 in a month of 31 days."""
    own = bands(starts, **how) == band  # type: ignore[arg-type]  # the caller's calendars and regime
    return float((ends - starts)[own].astype(np.int64).sum()) / 3600


def _changes(year: int, month: int) -> datetime:
    last = date(year, month, 31)
    return datetime.combine(last - timedelta(days=(last.weekday() + 1) % 7), datetime.min.time(), UTC) + (
        timedelta(hours=1)
    )


def _holds(calendar: TariffCalendar, days: Ints) -> npt.NDArray[np.bool_]:
    epoch = date(1970, 1, 1)
    until = (date.max if calendar.until is None else calendar.until) - epoch
    holds: npt.NDArray[np.bool_] = (days >= (calendar.since - epoch).days) & (days < until.days)
    return holds


def _table(slices: Slices) -> Bands:
    """The band of each minute of a day."""
    table = np.full(DAY_MIN, Band.T1, dtype=np.uint8)
    for start, band in slices:
        table[start:] = band
    return table
