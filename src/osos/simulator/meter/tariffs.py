"""Which tariff is in force at which minute of the day?"""

import re
from dataclasses import dataclass
from functools import lru_cache

UNUSED = 9999
DEFAULT_HOURS = "06001700220099999999999999999999"  # T1 06-17, T2 17-22, T3 22-06 (M-80)
STYLE2_HOURS = "00000600170022009999999999999999"  # gen3 (M-82)
DEFAULT_SLICES = "31230000"

_HOURS = re.compile(r"[0-9]{28}(?:[0-9]{4})?")
_SLICES = re.compile(r"[1-4]*0*")  # used digits 1-4, then zeros (M-83)


def accepted_hours(argument: str) -> str | None:
    """The 32 digits to store, 28 padded with 9999; None when M-83 refuses them."""
    if not _HOURS.fullmatch(argument):
        return None
    padded = argument.ljust(32, "9")
    times = [int(padded[at : at + 4]) for at in range(0, 32, 4)]
    used = [time for time in times if time != UNUSED]
    if times != used + [UNUSED] * (8 - len(used)):
        return None
    if any(time // 100 > 23 or time % 100 > 59 for time in used):
        return None
    return padded if used == sorted(set(used)) else None


def accepted_slices(argument: str) -> str | None:
    return argument if len(argument) == 8 and _SLICES.fullmatch(argument) else None


@dataclass(frozen=True, slots=True)
class DayTable:
    """One of 96.50/.60, 96.51/.61, 96.52/.62, as stored, in either style (M-82)."""

    hours: str = DEFAULT_HOURS
    slices: str = DEFAULT_SLICES

    @property
    def _minutes(self) -> list[int]:
        times = [int(self.hours[at : at + 4]) for at in range(0, len(self.hours), 4)]
        return [time // 100 * 60 + time % 100 for time in times if time != UNUSED]

    @property
    def fits(self) -> bool:
        """Whether times and digits belong together; if not, F.F.0 bit 32 (M-84)."""
        minutes = self._minutes
        style2 = bool(minutes) and minutes[0] == 0
        return len(self.slices.rstrip("0")) == len(minutes) + (0 if style2 else 1)

    def switches(self) -> tuple[tuple[int, int], ...]:
        """(minute of the day, tariff 1-4) from 00:00 on; missing slices go to T1 (M-84)."""
        return _switches(self)


@lru_cache(maxsize=256)  # asked for on every day of every meter's life
def _switches(table: DayTable) -> tuple[tuple[int, int], ...]:
    minutes = table._minutes
    starts = minutes if minutes and minutes[0] == 0 else [0, *minutes]
    digits = table.slices.rstrip("0").ljust(len(starts), "1")
    return tuple((start, int(digit)) for start, digit in zip(starts, digits, strict=False))
