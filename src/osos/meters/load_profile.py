"""What did a meter record, period by period?"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from osos.quantities import TURKIYE

EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001  # of the meter's own wall clock; yy = 2000 + yy (M-173)
_EPOCH_UTC = EPOCH.replace(tzinfo=TURKIYE).astimezone(UTC)


@dataclass(frozen=True, slots=True, eq=False)
class ProfileRecords:
    """The records of one load profile in storage order; equal labels stay (M-99).

    `values[i, k]` is an integer of the register's own last digit: `values × 10**-decimals[k]` in `units[k]`.
    """

    profile: str | None  # "P.01"; None: the text does not tell
    codes: tuple[str, ...]  # one a column, "32.7.0 max" for the highest voltage of a period
    labels: NDArray[np.int64]  # minutes since 2000-01-01 00:00 on the meter's wall clock
    values: NDArray[np.int64]  # shape (records, columns)
    decimals: tuple[int, ...]
    units: tuple[str, ...]  # as printed or as the catalogue has them; "" without one
    kind: str | None = None  # 1p, 3p, combi
    ways: int | None = None

    def __len__(self) -> int:
        return len(self.labels)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ProfileRecords):
            return NotImplemented
        return (
            (self.profile, self.codes, self.decimals, self.units, self.kind, self.ways)
            == (other.profile, other.codes, other.decimals, other.units, other.kind, other.ways)
            and np.array_equal(self.labels, other.labels)
            and np.array_equal(self.values, other.values)
        )

    __hash__ = None  # type: ignore[assignment]  # arrays have no hash


def label_time(minutes: int) -> datetime:
    """A label as an instant in UTC, for a wall clock that stays at +03:00.

    >>> label_time(0).isoformat()
    '1999-12-31T21:00:00+00:00'
    """
    return _EPOCH_UTC + timedelta(minutes=int(minutes))


def label_of(wall: datetime) -> int:
    """The other way round: a naive wall clock time as minutes since 2000."""
    return int((wall - EPOCH).total_seconds()) // 60
