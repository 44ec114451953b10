"""Which label, which day? A label is minutes since 2000-01-01 00:00 of the meter's wall clock (M-100)."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import numpy.typing as npt

from osos.quantities import TURKIYE, Interval, to_local

Ints = npt.NDArray[np.int64]

EPOCH_DAY = date(2000, 1, 1)
EPOCH = datetime(2000, 1, 1, tzinfo=TURKIYE)
DAY_MIN = 1440
HOUR_MIN = 60
PERIODS_MIN = (15, 30, 60)  # M-100
NOMINAL_MIN = 15


def day_of_label(label: int) -> int:
    """The day, counted from 2000-01-01, whose records hold this label; 00:00 belongs to the day it ends.

    >>> day_of_label(15), day_of_label(1440), day_of_label(1455)
    (0, 0, 1)
    """
    return (label - 1) // DAY_MIN


def days_of_labels(labels: Ints) -> Ints:
    return (labels - 1) // DAY_MIN


def edge_of_day(day: int) -> int:
    """The label at which this day begins; the record belongs to the day before."""
    return day * DAY_MIN


def grid_of_day(day: int, period_min: int) -> Ints:
    """The labels of a whole day: 00:15 … 24:00 at 15 minutes, 96 of them."""
    return np.arange(period_min, DAY_MIN + 1, period_min, dtype=np.int64) + day * DAY_MIN


def day_number(day: date) -> int:
    return (day - EPOCH_DAY).days


def date_of_day(day: int) -> date:
    return EPOCH_DAY + timedelta(days=day)


def last_label_until(instant: datetime, period_min: int) -> int:
    """The last label on the grid that is not after this instant."""
    minutes = (instant - EPOCH) // timedelta(minutes=1)
    return minutes - minutes % period_min


def first_label_since(instant: datetime, period_min: int) -> int:
    """The first label on the grid that is not before this instant: on the grid, the edge itself."""
    return -last_label_until(EPOCH - (instant - EPOCH), period_min)


def instant_of_label(label: int) -> datetime:
    """The instant, in UTC, of a label of a clock that runs at +03:00."""
    return (EPOCH + timedelta(minutes=label)).astimezone(UTC)


def label_text(label: int) -> str:
    """ISO with +03:00, as `osos stored` prints it.

    >>> label_text(15)
    '2000-01-01T00:15:00+03:00'
    """
    return (EPOCH + timedelta(minutes=label)).isoformat()


def days_of_period(period: Interval) -> range:
    """The days that share at least a moment with the period."""
    if period.start == period.end:
        return range(0)
    last = period.end - timedelta(microseconds=1)
    return range(day_number(to_local(period.start).date()), day_number(to_local(last).date()) + 1)
