"""What has been set in this meter, and since when?"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace

from osos.simulator.meter.rig import Rig
from osos.simulator.meter.summer_time import SummerTime
from osos.simulator.meter.tariffs import DayTable

_FACTORY_BITS = frozenset({6, *range(8, 17), 54})


def factory_mask(*, gen3: bool) -> str:
    """F.A.0 as it leaves the maker (M-131)."""
    bits = _FACTORY_BITS | {5, 56} if gen3 else _FACTORY_BITS
    return "".join("1" if bit in bits else "0" for bit in reversed(range(64)))


FACTORY_MASK = factory_mask(gen3=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a write can change; a new one for every act, never a mix (M-44)."""

    clock_from_s: int  # world second of the last clock setting: demand and profile start afresh there
    window_from_s: int  # the demand window holds nothing older (M-90)
    grid_from_s: int  # the load profile's present grid began here (M-106)
    password: str
    rig: Rig
    higher: tuple[str, ...] = ()  # gen3: the passwords of levels 2 and 3
    higher_months: tuple[tuple[int, int] | None, ...] = (None, None)
    rs485_changes: tuple[tuple[str, int, int], ...] = ()  # gen3: code, year, month (M-53)
    live: tuple[bool, ...]  # phases, as judged by M-64
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
    clock_fault: bool = False  # M-128
    clock_set: frozenset[str] = frozenset()  # which of 0.9.1 and 0.9.2 were written since it was lost
    power_changed_s: int = 0  # world second at which power last came or went
    battery_sessions: tuple[int, ...] = ()  # world seconds of optical sessions of this outage (M-17)
    limiting: bool = False  # 96.3.10 (M-141)
    limit_w: int = 60_000  # 96.3.12
    limit_min: int = 15  # 96.3.13
    contact_command: bool = True  # what the relay was told …
    contact_closed: bool = True  # … and where its contact stands (M-144)
    relay_operations: int = 0
    presses: tuple[tuple[int, bool], ...] = ()  # world second and whether held 5 s, since the display rested
    summer_on: bool = False  # 96.90.0
    summer: tuple[SummerTime, ...] = ()  # 96.90.1 … .12
    summer_in_force: int | None = None  # the period whose way back is still to come
    magnet_read_s: int = 0  # world second at which a read put the magnet icon off (M-119)
    cover_read_s: int = 0  # … and the terminal cover icon (M-123)
    state_read_s: int = 0  # gen3: world second at which F.F.0 was last read, its latches cleared (M-132)
    button_resets: bool = True  # gen3 96.91.0: the demand button is on (M-72)
    baud: int | None = None  # gen3 20.0.0: the speed character it offers, None: the maker's (M-162)
    reported_word: int = 0  # F.F.0 of the last acknowledged report (M-28)
    scars: tuple[tuple[str, int], ...] = ()  # what a deliberate fault did, and when; a sound meter has none

    @property
    def powered(self) -> bool:
        """Any one live phase, or the external supply, powers everything (M-8)."""
        return any(self.live) or self.rig.external

    @property
    def clock_runs(self) -> bool:
        return self.powered or self.rig.clock_battery

    @property
    def records(self) -> bool:
        """Are load profile records being stored? (M-105, M-106)"""
        return self.powered and not self.clock_fault

    @property
    def wires(self) -> Rig:
        """The rig as far as it changes what is metered."""
        rig = self.rig
        return replace(
            Rig.plain(len(rig.supply)),
            supply=rig.supply,
            voltage_dv=rig.voltage_dv,
            current=rig.current,
            reversed_current=rig.reversed_current,
            reversed_voltage=rig.reversed_voltage,
            currents_shifted=rig.currents_shifted,
        )

    @property
    def flow(self) -> tuple[object, ...]:
        """Two settings with the same flow count alike."""
        return self.wires, self.live, self.contact_closed, self.scars

    def table(self, weekday: int) -> DayTable:
        return self.tables[max(0, weekday - 5)]


@dataclass(frozen=True, slots=True)
class Epoch:
    """A stretch `[start_s, end_s)` of world seconds with one set of settings."""

    start_s: int
    end_s: int
    settings: Settings


Automatic = Callable[[Settings, int], list[tuple[int, Settings]]]


def _nothing(settings: Settings, second: int) -> list[tuple[int, Settings]]:  # noqa: ARG001  # an Automatic
    return []


class Timeline:
    """The settings of a whole life; acts are added at its end only.

    `automatic`: what the meter will do by itself after these settings, such as summer time; an act before
    then undoes what was foreseen after it.
    """

    def __init__(self, since_s: int, first: Settings, *, automatic: Automatic = _nothing) -> None:
        self._starts, self._settings, self._by_hand = [since_s], [first], [True]
        self._automatic = automatic
        self._whole: tuple[int, list[Epoch]] | None = None  # of the last second asked for

    @property
    def since_s(self) -> int:
        return self._starts[0]

    def at(self, second: int) -> Settings:
        return self._settings[max(0, bisect_right(self._starts, second) - 1)]

    @property
    def last_act_s(self) -> int:
        return max(start for start, by_hand in zip(self._starts, self._by_hand, strict=True) if by_hand)

    def add(self, second: int, settings: Settings) -> None:
        if second < self.last_act_s:
            raise ValueError(f"an act at {second} after one at {self.last_act_s}: acts come in order")
        self._put(second, settings, by_hand=True)

    def foresee(self, second: int, settings: Settings) -> None:
        """Something the meter does by itself, not to be known from the settings alone."""
        self._put(second, settings, by_hand=False)

    def _put(self, second: int, settings: Settings, *, by_hand: bool) -> None:
        self._whole = None
        keep = bisect_right(self._starts, second)
        del self._starts[keep:], self._settings[keep:], self._by_hand[keep:]
        self._append(second, settings, by_hand=by_hand)
        for then, following in self._automatic(settings, second):
            self._append(then, following, by_hand=False)

    def _append(self, second: int, settings: Settings, *, by_hand: bool) -> None:
        self._starts.append(second)
        self._settings.append(settings)
        self._by_hand.append(by_hand)

    def entries(self) -> list[tuple[int, bool, Settings]]:
        """All up to the last act by hand; what the meter does by itself after it follows from them."""
        last = max(at for at, by_hand in enumerate(self._by_hand) if by_hand)
        return list(zip(self._starts, self._by_hand, self._settings, strict=True))[: last + 1]

    def restore(self, entries: list[tuple[int, bool, Settings]]) -> None:
        self._whole = None
        self._starts = [second for second, _, _ in entries]
        self._by_hand = [by_hand for _, by_hand, _ in entries]
        self._settings = [settings for _, _, settings in entries]
        for then, following in self._automatic(self._settings[-1], self._starts[-1]):
            self._append(then, following, by_hand=False)

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

    def whole(self, second: int) -> list[Epoch]:
        """The life up to this second, what was done at it included; asked for many times over."""
        if self._whole is None or self._whole[0] != second:
            self._whole = second, self.epochs(self._starts[0], second + 1)
        return self._whole[1]

    def runs(self, end_s: int, *, key: Callable[[Settings], object]) -> list[Epoch]:
        """The life up to `end_s`, neighbours with the same key joined (the settings are the first's)."""
        joined: list[Epoch] = []
        for epoch in self.epochs(self._starts[0], end_s):
            if joined and key(joined[-1].settings) == key(epoch.settings):
                joined[-1] = Epoch(joined[-1].start_s, epoch.end_s, joined[-1].settings)
            else:
                joined.append(epoch)
        return joined
