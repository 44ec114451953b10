"""What has been set in this meter, and since when?"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from osos.simulator.meter.tariffs import DayTable

FACTORY_MASK = "".join("1" if bit in {6, *range(8, 17), 54} else "0" for bit in reversed(range(64)))  # M-131


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a write can change; a new one for every act, never a mix (M-44)."""

    clock_from_s: int  # world second of the last clock setting: demand and profile start afresh there
    window_from_s: int  # the demand window holds nothing older (M-90)
    grid_from_s: int  # the load profile's present grid began here (M-106)
    password: str
    offset_s: int = 0  # wall clock minus world
    tables: tuple[DayTable, DayTable, DayTable] = (DayTable(), DayTable(), DayTable())
    changes: tuple[int, ...] = ()  # wall minutes of tariff changes, newest first (M-85)
    demand_min: int = 15
    profile_min: int = 15
    threshold_s: int = 180
    alert_mask: str = FACTORY_MASK
    password_month: tuple[int, int] | None = None  # when it was last changed (M-51)
    resets: tuple[int, ...] = ()  # world seconds of demand resets by hand (M-72)
    wrong_tries: int = 0
    locked_until_s: int = 0  # world seconds: the clock cannot shorten it (M-50)

    def table(self, weekday: int) -> DayTable:
        return self.tables[max(0, weekday - 5)]


@dataclass(frozen=True, slots=True)
class Epoch:
    """A stretch `[start_s, end_s)` of world seconds with one set of settings."""

    start_s: int
    end_s: int
    settings: Settings


class Timeline:
    """The settings of a whole life; acts are added at its end only."""

    def __init__(self, since_s: int, first: Settings) -> None:
        self._starts, self._settings = [since_s], [first]

    def at(self, second: int) -> Settings:
        return self._settings[max(0, bisect_right(self._starts, second) - 1)]

    @property
    def last_act_s(self) -> int:
        return self._starts[-1]

    def add(self, second: int, settings: Settings) -> None:
        if second < self._starts[-1]:
            raise ValueError(f"an act at {second} after one at {self._starts[-1]}: acts come in order")
        self._starts.append(second)
        self._settings.append(settings)

    def epochs(self, start_s: int, end_s: int) -> list[Epoch]:
        """The stretches that cover `[start_s, end_s)`, in order."""
        first = max(0, bisect_right(self._starts, start_s) - 1)
        found = []
        for index in range(first, len(self._starts)):
            start = max(start_s, self._starts[index])
            end = min(end_s, self._starts[index + 1] if index + 1 < len(self._starts) else end_s)
            if start < end:
                found.append(Epoch(start, end, self._settings[index]))
        return found

    def runs(self, end_s: int, *, key: Callable[[Settings], object]) -> list[Epoch]:
        """The life up to `end_s`, neighbours with the same key joined (the settings are the first's)."""
        joined: list[Epoch] = []
        for epoch in self.epochs(self._starts[0], end_s):
            if joined and key(joined[-1].settings) == key(epoch.settings):
                joined[-1] = Epoch(joined[-1].start_s, epoch.end_s, joined[-1].settings)
            else:
                joined.append(epoch)
        return joined
