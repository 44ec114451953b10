"""Into which hours, days and months do slots fall? At fixed UTC+03:00, half-open."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from osos.mdm.labels import Ints
from osos.quantities import Interval, local_midnight, to_local

Starts = npt.NDArray[np.datetime64]

_OFFSET_S = 3 * 3600
_OFFSET = np.timedelta64(_OFFSET_S, "s")  # Türkiye, all year since 2016
_HOUR_S = 3600


class Resolution(StrEnum):
    """How finely a page asks."""

    QUARTER = "15min"  # the meter's own period: 15, 30 or 60 minutes
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


def naive(instant: datetime) -> np.datetime64:
    """An aware instant as numpy counts it: UTC, seconds."""
    return np.datetime64(int(instant.timestamp()), "s")


def bucket_starts(starts: Starts, resolution: Resolution) -> Starts:
    """The start of the hour, day or month in Türkiye that holds each of these starts."""
    if resolution is Resolution.QUARTER:
        return starts
    unit = {Resolution.HOUR: "h", Resolution.DAY: "D", Resolution.MONTH: "M"}[resolution]
    local = (starts + _OFFSET).astype(f"datetime64[{unit}]")
    return _utc(local)


def bucket_ends(starts: Starts, resolution: Resolution) -> Starts:
    """Where the hours, days or months end that begin at these starts."""
    if resolution is Resolution.HOUR:
        return starts + np.timedelta64(_HOUR_S, "s")
    if resolution is Resolution.DAY:
        return starts + np.timedelta64(24 * _HOUR_S, "s")
    months = (starts + _OFFSET).astype("datetime64[M]")
    return _utc((months.astype(np.int64) + 1).astype("datetime64[M]"))


def _utc(local: npt.NDArray[Any]) -> Starts:
    seconds: Ints = local.astype("datetime64[s]").astype(np.int64) - _OFFSET_S
    return seconds.astype("datetime64[s]")


def groups(buckets: npt.NDArray[Any]) -> npt.NDArray[np.intp]:
    """Where in an ascending row of buckets each one begins: the indices `np.add.reduceat` wants."""
    if not buckets.size:
        return np.zeros(0, dtype=np.intp)
    return np.flatnonzero(np.concatenate(([True], buckets[1:] != buckets[:-1])))


def added(values: Ints, first: npt.NDArray[np.intp]) -> Ints:
    """Sums of each group; nothing in, nothing out."""
    return np.add.reduceat(values, first) if first.size else values[:0]


def month_of(day: date) -> Interval:
    """The calendar month in Türkiye that holds this day.

    >>> month_of(date(2026, 12, 31)).end.isoformat()
    '2026-12-31T21:00:00+00:00'
    """
    first = day.replace(day=1)
    return Interval(local_midnight(first), local_midnight((first + timedelta(days=32)).replace(day=1)))


def month_at(instant: datetime, *, back: int = 0) -> Interval:
    """The month that holds this instant, or the one so many months before."""
    day = to_local(instant).date()
    months = day.year * 12 + day.month - 1 - back
    return month_of(date(months // 12, months % 12 + 1, 1))
