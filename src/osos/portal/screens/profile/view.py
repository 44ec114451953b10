"""Which columns does a load profile have, and what stands in each of its rows?

Charts, table, XLSX and CSV are drawn from these columns and nothing else, so that they cannot disagree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

import numpy as np
import numpy.typing as npt

from osos.mdm.canonical import Channel
from osos.mdm.derive.grids import Starts
from osos.mdm.faces import Electrical, Series
from osos.mdm.faces.curves import Curve
from osos.portal.times import day_of_instant, instant, instants
from osos.quantities import Quality

Family = Literal["active", "reactive", "voltage", "current", "factor"]
FAMILIES: tuple[Family, ...] = ("active", "reactive", "voltage", "current", "factor")
QUARTER = timedelta(minutes=15)

_POWERS: tuple[tuple[Channel, Family, str], ...] = (
    (Channel.A_PLUS, "active", "kW"),
    (Channel.A_MINUS, "active", "kW"),
    (Channel.Q1, "reactive", "kVAr"),
    (Channel.Q4, "reactive", "kVAr"),
)
_ELECTRICAL: tuple[tuple[str, Family, str], ...] = (
    *((f"{phase}2.7.0{of}", "voltage", "V") for of in (" max", " min", "") for phase in "357"),
    *((f"{phase}1.7.0", "current", "A") for phase in "357"),
    ("13.7.0", "factor", ""),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One quantity over all rows: `values ÷ 10**decimals` of `unit`; None where it is not known."""

    code: str  # the OBIS code it comes from: its name in words.toml is "obis.<code>"
    family: Family
    unit: str
    decimals: int
    values: tuple[int | None, ...]

    @property
    def shown_digits(self) -> int:
        """Powers to a hundredth of a kW, others as the meter says them."""
        return 2 if self.family in {"active", "reactive"} else self.decimals

    @property
    def known(self) -> bool:
        return any(value is not None for value in self.values)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProfileView:
    """Buckets of one grid and the columns over them."""

    at: Starts  # when each begins
    until: Starts
    columns: tuple[Column, ...]
    quality: tuple[Quality, ...]
    wh: int  # A+ of all of it
    last_known: datetime | None

    def __len__(self) -> int:
        return int(self.at.size)

    @property
    def starts(self) -> tuple[datetime, ...]:
        return tuple(instants(self.at))

    @property
    def ends(self) -> tuple[datetime, ...]:
        return tuple(instants(self.until))

    @property
    def is_empty(self) -> bool:
        """Is nothing at all known of it?"""
        return not any(column.known for column in self.columns)

    def family(self, family: Family) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.family == family)

    def peak(self, code: str) -> tuple[int, datetime] | None:
        """The greatest value of a column and when it began; the first of equals."""
        column = next((each for each in self.columns if each.code == code), None)
        if column is None or not column.known:
            return None
        value = max([value for value in column.values if value is not None])
        return value, instant(self.at[column.values.index(value)])

    def count(self, quality: Quality) -> int:
        return self.quality.count(quality)


_OF_MARK = {each.mark: each for each in Quality}


def profile_view(series: Series, electrical: Electrical) -> ProfileView:
    """Energies as mean power of their bucket, momentary values beside them."""
    columns = [_power(series, *which) for which in _POWERS if which[0] in series.channels]
    for code, family, unit in _ELECTRICAL:
        curve = electrical.curves.get(code)
        if curve is not None and len(series):
            columns.append(_momentary(curve, series, family, unit))
    return ProfileView(
        at=series.starts,
        until=series.ends,
        columns=tuple(columns),
        quality=tuple(map(_OF_MARK.__getitem__, series.marks.tolist())),
        wh=series.total(Channel.A_PLUS),
        last_known=_last(series),
    )


def nearest_day(series: Series, wanted: date) -> date | None:
    """Of a series of days the one with something known that is nearest to this one."""
    days = [day_of_instant(at) for at in series.starts[series.known_minutes > 0]]
    return min(days, key=lambda day: (abs((day - wanted).days), day), default=None)


def _power(series: Series, channel: Channel, family: Family, unit: str) -> Column:
    """W and var: the mean over the minutes of the bucket that are known."""
    minutes = series.known_minutes
    watts = (series.of(channel) * 60 + minutes // 2) // np.maximum(minutes, 1)
    values: list[int | None] = watts.tolist()
    for place in np.flatnonzero(minutes == 0).tolist():
        values[place] = None
    return Column(code=channel.value, family=family, unit=unit, decimals=3, values=tuple(values))


def _momentary(curve: Curve, series: Series, family: Family, unit: str) -> Column:
    """Of several in one bucket the greatest of maxima, the least of minima, the middle of the rest."""
    at = curve.at - np.timedelta64(1, "s")  # a record closes its period: it belongs to the bucket before
    place = np.searchsorted(series.starts, at, side="right") - 1
    inside = (place >= 0) & (at < series.ends[np.maximum(place, 0)])
    values: list[int | None] = [None] * len(series)
    for bucket, of in _grouped(place[inside], curve.values[inside]):
        values[bucket] = _one_of(curve.code, of)
    return Column(code=curve.code, family=family, unit=unit, decimals=curve.decimals, values=tuple(values))


def _grouped(
    place: npt.NDArray[np.intp], values: npt.NDArray[np.int64]
) -> Iterable[tuple[int, Sequence[int]]]:
    found: dict[int, list[int]] = {}
    for bucket, value in zip(place.tolist(), values.tolist(), strict=True):
        found.setdefault(bucket, []).append(value)
    return found.items()


def _one_of(code: str, values: Sequence[int]) -> int:
    if code.endswith(" max"):
        return max(values)
    return min(values) if code.endswith(" min") else sorted(values)[len(values) // 2]


def _last(series: Series) -> datetime | None:
    at: np.datetime64 | None = series.last_known if len(series) else None
    return None if at is None or np.isnat(at) else instants(np.array([at]))[0]
