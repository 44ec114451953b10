"""How do instants as arrays hold them become instants as pages show them?"""

from datetime import UTC, date, datetime
from typing import Any

import numpy as np

from osos.quantities import local_day


def instant(at: np.datetime64) -> datetime:
    """UTC, aware."""
    return datetime.fromtimestamp(int(at.astype("datetime64[s]").astype(np.int64)), UTC)


def known(at: np.datetime64) -> datetime | None:
    """None where arrays hold NaT: never."""
    return None if np.isnat(at) else instant(at)


def instants(at: "np.ndarray[Any, np.dtype[np.datetime64]]") -> list[datetime]:
    return [
        datetime.fromtimestamp(each, UTC) for each in at.astype("datetime64[s]").astype(np.int64).tolist()
    ]


def days_between(first: date, last: date) -> list[date]:
    """Both included."""
    return [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]


def day_of_instant(at: np.datetime64) -> date:
    return local_day(instant(at))
