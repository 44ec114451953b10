"""What has been set in this meter, and since when?"""

from dataclasses import dataclass

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
    def flow(self) -> tuple[object, ...]:
        """Two settings with the same flow count alike."""
        return self.rig.wires, self.live, self.contact_closed, self.scars

    def table(self, weekday: int) -> DayTable:
        return self.tables[max(0, weekday - 5)]
