"""What flows at a meter's terminals during one day?"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

MINUTES = 1440  # of a calendar day at fixed UTC+03:00
FIRST_DAY = date(2000, 1, 1)  # day 0; a Saturday

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LoadDay:
    """One day, minute by minute; every array is (phases, 1440) but the frequency, which is (1440,).

    P > 0 flows to the customer. Q > 0 with P > 0 is quadrant 1 (inductive), Q < 0 with P > 0 quadrant 4.
    Within a minute power stands still and the voltage moves between its low and its high.
    """

    power_w: Ints
    reactive_var: Ints
    voltage_dv: Ints  # 0.1 V, the minute's mean
    voltage_high_dv: Ints
    voltage_low_dv: Ints
    frequency_chz: Ints  # 0.01 Hz


class Load(Protocol):
    """A customer as a meter sees one: a day is a function of the day's number and nothing else."""

    @property
    def phases(self) -> int:
        """1 or 3."""

    def day(self, number: int) -> LoadDay:
        """The day `number` days after 2000-01-01."""


def day_number(day: date) -> int:
    return (day - FIRST_DAY).days


def day_date(number: int) -> date:
    return FIRST_DAY + timedelta(days=number)


def weekday(number: int) -> int:
    """1 Monday … 7 Sunday, as meters count (0.9.5)."""
    return (number + 5) % 7 + 1
