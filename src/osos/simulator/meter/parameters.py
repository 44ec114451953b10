"""Which writes does the meter take, and what do they change? (M-55)"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from osos.simulator.load import weekday
from osos.simulator.meter.moment import DAY_S, wall, wall_second
from osos.simulator.meter.relay import limit, limit_period, limiting
from osos.simulator.meter.settings import Settings
from osos.simulator.meter.spec import MeterSpec
from osos.simulator.meter.summer_time import PERIODS, in_force, parsed
from osos.simulator.meter.tariffs import DayTable, accepted_hours, accepted_slices

SPEED_CODE = "20.0.0"  # gen3, in no catalogue: known from a real meter (M-162)
CHANGES_KEPT = 11  # 96.2.2 and *1 … *10 (M-85)

_PERIOD = re.compile(r"([0-9]{2})(?:\*min)?")
_SECONDS = re.compile(r"([0-9]{1,3})(?:\*sec)?")
_BITS = re.compile(r"[01]{64}")
_HEX = re.compile(r"[0-9A-F]{16}")


@dataclass(frozen=True, slots=True)
class Write:
    """One accepted W2 on its way: where, when, and what was set before it."""

    spec: MeterSpec
    settings: Settings
    second: int  # of the world
    argument: str

    @property
    def wall_s(self) -> int:
        return self.second + self.settings.offset_s


Change = Callable[[Write], Settings | None]


def changed(code: str, write: Write) -> Settings | None:
    """The settings after this write; None: refused with NAK, nothing done (M-44)."""
    change = CHANGES.get(code)
    return change(write) if change else None


def _set_clock(write: Write, shown: datetime, code: str) -> Settings:
    """Demand and load profile start afresh; no month end is made up for (M-71, M-90, M-106).

    A clock that was lost is trusted again once time and date are both written (M-128).
    """
    settings = replace(write.settings, summer_in_force=in_force(write.settings, wall_second(shown)))
    done = settings.clock_set | {code} if settings.clock_fault else frozenset[str]()
    return replace(
        settings,
        clock_fault=settings.clock_fault and len(done) < 2,
        clock_set=done if len(done) < 2 else frozenset(),
        offset_s=wall_second(shown) - write.second,
        clock_from_s=write.second,
        window_from_s=write.second,
        grid_from_s=write.second,
    )


def _parsed(text: str, form: str) -> datetime | None:
    """Fixed width only: strptime alone would take one-digit hours."""
    try:
        found = datetime.strptime(text, form)  # noqa: DTZ007  # a meter's clock knows no zone
    except ValueError:
        return None
    return found if found.strftime(form) == text else None


def _time(write: Write) -> Settings | None:
    found = _parsed(write.argument, "%H:%M:%S")
    return (
        _set_clock(write, datetime.combine(wall(write.wall_s).date(), found.time()), "0.9.1")
        if found
        else None
    )


def _date(write: Write) -> Settings | None:
    """Year yy = 2000 + yy (M-173)."""
    found = _parsed(f"20{write.argument}", "%Y-%m-%d")
    return (
        _set_clock(write, datetime.combine(found.date(), wall(write.wall_s).time()), "0.9.2")
        if found
        else None
    )


def _weekday(write: Write) -> Settings | None:
    """0.9.5 follows from the date; only a contradiction is refused (M-55)."""
    return write.settings if write.argument == str(weekday(write.wall_s // DAY_S)) else None


def _hours(table: int) -> Change:
    def change(write: Write) -> Settings | None:
        stored = accepted_hours(write.argument)
        return None if stored is None else _tariff_change(write, table, hours=stored)

    return change


def _slices(table: int) -> Change:
    def change(write: Write) -> Settings | None:
        stored = accepted_slices(write.argument)
        return None if stored is None else _tariff_change(write, table, slices=stored)

    return change


def _tariff_change(
    write: Write, index: int, *, hours: str | None = None, slices: str | None = None
) -> Settings:
    """Writes with the same minute shift 96.2.2 once (M-85)."""
    settings, tables = write.settings, list(write.settings.tables)
    tables[index] = DayTable(hours or tables[index].hours, slices or tables[index].slices)
    minute = write.wall_s // 60
    changes = settings.changes if settings.changes[:1] == (minute,) else (minute, *settings.changes)
    return replace(settings, tables=(tables[0], tables[1], tables[2]), changes=changes[:CHANGES_KEPT])


def _minutes(argument: str) -> int | None:
    found = _PERIOD.fullmatch(argument)
    return int(found[1]) if found and int(found[1]) in (15, 30, 60) else None


def _demand_period(write: Write) -> Settings | None:
    """Never on 1p and 3p; on combi a change empties the window and keeps the maximum (M-93)."""
    minutes = _minutes(write.argument)
    if minutes is None or write.spec.kind != "combi":
        return None
    if minutes == write.settings.demand_min:
        return write.settings
    return replace(write.settings, demand_min=minutes, window_from_s=write.second)


def _profile_period(write: Write) -> Settings | None:
    """1 min is for test samples (M-55)."""
    sample = write.argument in {"01", "01*min"} and bool(write.spec.profile.value("test_sample"))
    minutes = 1 if sample else _minutes(write.argument)
    if minutes is None or minutes == write.settings.profile_min:
        return write.settings if minutes else None
    return replace(write.settings, profile_min=minutes, grid_from_s=write.second)


def _threshold(write: Write) -> Settings | None:
    found = _SECONDS.fullmatch(write.argument)
    return replace(write.settings, threshold_s=int(found[1])) if found and int(found[1]) else None


def _mask(write: Write) -> Settings | None:
    """64 binary or 16 hex digits, stored as 64 bits."""
    if _BITS.fullmatch(write.argument):
        return replace(write.settings, alert_mask=write.argument)
    if _HEX.fullmatch(write.argument):
        return replace(write.settings, alert_mask=f"{int(write.argument, 16):064b}")
    return None


def _password(level: int) -> Change:
    """Eight digits, each level at most once a calendar month over both ports together (M-51)."""

    def change(write: Write) -> Settings | None:
        settings, shown = write.settings, wall(write.wall_s)
        month = (shown.year, shown.month)
        if not re.fullmatch(r"[0-9]{8}", write.argument):
            return None
        if level == 1:
            again = settings.password_month == month
            return None if again else replace(settings, password=write.argument, password_month=month)
        at = level - 2
        if at >= len(settings.higher) or settings.higher_months[at] == month:
            return None
        higher, months = list(settings.higher), list(settings.higher_months)
        higher[at], months[at] = write.argument, month
        return replace(settings, higher=tuple(higher), higher_months=tuple(months))

    return change


def _summer_switch(write: Write) -> Settings | None:
    """Switching on in mid-period shifts nothing (M-98)."""
    if write.argument not in {"0", "1"}:
        return None
    return replace(write.settings, summer_on=write.argument == "1", summer_in_force=None)


def _summer_period(number: int) -> Change:
    def change(write: Write) -> Settings | None:
        period, periods = parsed(write.argument), list(write.settings.summer)
        if period is None:
            return None
        periods[number] = period
        return replace(write.settings, summer=tuple(periods))

    return change


def _for_relay(change: Callable[[Write], Settings | None]) -> Change:
    return lambda write: change(write) if "relay" in write.spec.options else None


def _demand_button(write: Write) -> Settings | None:
    """gen3: the sealed button on or off (M-72)."""
    if write.spec.profile.generation != 3 or write.argument not in {"0", "1"}:
        return None
    return replace(write.settings, button_resets=write.argument == "1")


def _speed(write: Write) -> Settings | None:
    """gen3: the speed character of the identification; the real one goes from 5 to 6 (M-162)."""
    if write.spec.profile.generation != 3 or not re.fullmatch("[0-6]", write.argument):
        return None
    return replace(write.settings, baud=int(write.argument))


RELAY_CODES = frozenset({"96.3.10", "96.3.12", "96.3.13"})  # either port, any cover (M-48)

CHANGES: dict[str, Change] = {
    "0.9.1": _time,
    "0.9.2": _date,
    "0.9.5": _weekday,
    "96.50": _hours(0),
    "96.51": _hours(1),
    "96.52": _hours(2),
    "96.60": _slices(0),
    "96.61": _slices(1),
    "96.62": _slices(2),
    "0.8.0": _demand_period,
    "0.8.4": _profile_period,
    "0.9.9": _threshold,
    "F.A.0": _mask,
    "96.91.0": _demand_button,
    SPEED_CODE: _speed,
    "96.96": _password(1),
    **{f"96.96.{level}": _password(level) for level in (1, 2, 3)},
    "96.90.0": _summer_switch,
    **{f"96.90.{number}": _summer_period(number - 1) for number in range(1, PERIODS + 1)},
    "96.3.10": _for_relay(lambda write: limiting(write.settings, write.argument, write.spec)),
    "96.3.12": _for_relay(lambda write: limit(write.settings, write.argument)),
    "96.3.13": _for_relay(lambda write: limit_period(write.settings, write.argument)),
}
