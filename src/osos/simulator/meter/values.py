"""What stands between the brackets of each code?"""

from collections.abc import Callable

from osos.meters import Entry
from osos.simulator.load import weekday
from osos.simulator.meter import values_gen3
from osos.simulator.meter.alarms import minutes_of
from osos.simulator.meter.demand import Peak
from osos.simulator.meter.life import MonthRow, rolled
from osos.simulator.meter.moment import DAY_S, NO_STAMP, stamp, wall
from osos.simulator.meter.profile import profile_columns
from osos.simulator.meter.snapshot import Snapshot
from osos.simulator.meter.spans import NO_SPAN, NO_SPAN_S, Span

Value = Callable[[Entry, Snapshot], str]
RowValue = Callable[[Snapshot, int], str]


# What a row or count prints that nothing has filled yet (M-75), by layout.
EMPTY = {
    "stamp": f"({NO_STAMP})",
    "span": NO_SPAN,
    "stamp_count": f"({NO_STAMP})(00)",
    "count2": "(00)",
    "count4": "(0000)",
    "count_minutes": "(00)(00000*min)",
    "bits64": "(" + "0" * 64 + ")",
    "flag": "(0)",
    "span_s": NO_SPAN_S,
    "text": "()",
    "dip": "(0000,%000,00-00-00,00:00:00)",
}


def energy(entry: Entry, wh: int) -> str:
    whole, part = divmod(rolled(wh), 1000)
    return f"({whole:06d}.{part:03d}*{entry.unit})"


def demand(peak: Peak) -> str:
    whole, part = divmod(peak.power_w, 1000)
    return f"({whole % 1000:03d}.{part:03d}*kW)({stamp(peak.minute)})"


def _energies(code: str) -> Callable[[Entry, Snapshot], str]:
    return lambda entry, shot: energy(entry, shot.registers[code])


def _phase(letter: int) -> int:
    return letter // 20 - 1  # 31 and 32 → 0, 51 and 52 → 1, 71 and 72 → 2


def _volts(code: str) -> Callable[[Entry, Snapshot], str]:
    phase = _phase(int(code.split(".", maxsplit=1)[0]))
    return lambda _, shot: "({:03d}.{:d})".format(*divmod(shot.voltage_dv(phase), 10))


def _amperes(code: str) -> Callable[[Entry, Snapshot], str]:
    phase = _phase(int(code.split(".", maxsplit=1)[0]))
    return lambda _, shot: "({:03d}.{:d})".format(*divmod(shot.current_da(phase), 10))


def _cos_phi(code: str) -> Callable[[Entry, Snapshot], str]:
    phase = _phase(int(code.split(".", maxsplit=1)[0]))
    return lambda _, shot: "({:d}.{:02d})".format(*divmod(shot.cos_phi_percent(phase), 100))


def _summer_time(number: int) -> Value:
    return lambda _, shot: f"({shot.settings.summer[number - 1].text})"


def _contents(name: str) -> Callable[[Entry, Snapshot], str]:
    """Nine slots, unused 0; a voltage's maximum and minimum share its code (97.x.0)."""

    def text(_: Entry, shot: Snapshot) -> str:
        columns = profile_columns(shot.spec, name) or ()
        codes = list(dict.fromkeys(column.split()[0] for column in columns))
        return "(" + ",".join([*codes, *["0"] * 9][:9]) + ")"

    return text


def state_word(shot: Snapshot) -> str:
    """F.F.0, bit 0 rightmost (M-131)."""
    return f"({shot.state:064b})"


def _span(rows: list[Span], row: int) -> str:
    """Row *row of rows with the newest first."""
    return rows[row - 1].text if row <= len(rows) else NO_SPAN


Spans = Callable[[Snapshot], list[Span]]  # newest first


def _lost(number: int, *, short: bool) -> tuple[str, str, Value, Spans]:
    """Count and list codes of one interruption list (M-110); counts stop at 9999 (M-114)."""
    tail = f"{number}0" if short else f"{number}"

    def count(_: Entry, shot: Snapshot) -> str:
        return f"({min(len(shot.interruption_rows(number, short=short)), 9999):04d})"

    def listed(shot: Snapshot) -> list[Span]:
        return shot.interruption_rows(number, short=short)

    return f"96.7.{tail}", f"96.77.{tail}", count, listed


def _count2(rows: Callable[[Snapshot], list[Span]]) -> Value:
    return lambda _, shot: f"({min(len(rows(shot)), 99):02d})"


def _magnet(_: Entry, shot: Snapshot) -> str:
    rows = shot.magnetic_alarms
    return f"({min(len(rows), 99):02d})({min(minutes_of(rows), 99999):05d}*min)"


def _with_code(make: Callable[[str], Value], *codes: str) -> dict[str, Value]:
    return {code: make(code) for code in codes}


_ACTIVE = tuple(f"{way}.8.{n}" for way in (1, 2) for n in range(5))
_REACTIVE = ("5.8.0", "6.8.0", "7.8.0", "8.8.0")

_LOST = tuple(_lost(number, short=short) for number in range(4) for short in (False, True))

CURRENT: dict[str, Value] = {
    "0.0.0": lambda _, shot: f"({shot.spec.device.serial.rjust(shot.spec.profile.serial_digits or 9, '0')})",
    "0.2.0": lambda _, shot: f"({shot.spec.firmware})",
    "0.9.1": lambda _, shot: f"({wall(shot.wall_s):%H:%M:%S})",
    "0.9.2": lambda _, shot: f"({wall(shot.wall_s):%y-%m-%d})",
    "0.9.5": lambda _, shot: f"({weekday(shot.wall_s // DAY_S)})",
    **_with_code(_energies, *_ACTIVE, *_REACTIVE),
    "1.6.0": lambda _, shot: demand(shot.peaks[0]),
    "2.6.0": lambda _, shot: demand(shot.peaks[1]),
    "96.6.1": lambda _, shot: f"({shot.settings.rig.clock_battery & shot.settings.rig.system_battery:d})",
    "96.70": lambda _, shot: f"({stamp(shot.top_opened.minute if shot.top_opened else None)})",
    "96.71": lambda _, shot: shot.cover_month(0).text,
    "96.50": lambda _, shot: f"({shot.settings.tables[0].hours})",
    "96.51": lambda _, shot: f"({shot.settings.tables[1].hours})",
    "96.52": lambda _, shot: f"({shot.settings.tables[2].hours})",
    "96.60": lambda _, shot: f"({shot.settings.tables[0].slices})",
    "96.61": lambda _, shot: f"({shot.settings.tables[1].slices})",
    "96.62": lambda _, shot: f"({shot.settings.tables[2].slices})",
    "96.2.2": lambda _, shot: f"({stamp(shot.settings.changes[0] if shot.settings.changes else None)})",
    **{f"96.90.{number}": _summer_time(number) for number in range(1, 13)},
    "0.8.0": lambda _, shot: f"({shot.settings.demand_min:02d}*min)",
    "0.8.4": lambda _, shot: f"({shot.settings.profile_min:02d}*min)",
    "96.1.3": lambda _, shot: f"({shot.spec.produced:%y-%m-%d})",
    "96.2.5": lambda _, shot: f"({shot.spec.calibrated or shot.spec.produced:%y-%m-%d})",
    "96.3.12": lambda _, shot: "({:03d}.{:03d}*kW)".format(*divmod(shot.settings.limit_w, 1000)),
    "96.3.13": lambda _, shot: f"({shot.settings.limit_min:02d}*min)",
    "96.3.10": lambda _, shot: f"({shot.settings.limiting:d})",
    "96.90.0": lambda _, shot: f"({shot.settings.summer_on:d})",
    "0.1.0": lambda _, shot: f"({len(shot.closings) % 100:02d})",
    **_with_code(_volts, "32.7.0", "52.7.0", "72.7.0"),
    **_with_code(_amperes, "31.7.0", "51.7.0", "71.7.0"),
    "14.7.0": lambda _, shot: "({:02d}.{:d})".format(*divmod(shot.frequency_dhz, 10)),
    **_with_code(_cos_phi, "33.7.0", "53.7.0", "73.7.0"),
    "F.F.0": lambda _, shot: state_word(shot),
    "F.F.1": lambda _, shot: f"({shot.settings.rig.location})",
    "F.A.1": lambda _, shot: f"({shot.alert_pending:d})",
    "96.7.4": _count2(lambda shot: shot.voltage_alarms),
    "96.7.5": _count2(lambda shot: shot.current_alarms),
    "96.7.6": _magnet,
    **{code: count for code, _, count, _ in _LOST},
    "F.A.0": lambda _, shot: f"({shot.settings.alert_mask})",
    **{f"97.{number}.0": _contents(f"P.0{number}") for number in (1, 2, 3)},
    "0.9.9": lambda _, shot: f"({shot.settings.threshold_s:03d}*sec)",
    "96.96": lambda _, shot: f"({shot.settings.password})",
}

MonthValue = Callable[[Entry, MonthRow | None], str]


def _month_energy(code: str) -> MonthValue:
    return lambda entry, row: energy(entry, row.registers[code] if row else 0)


MONTHLY: dict[str, MonthValue] = {
    **{code: _month_energy(code) for code in (*_ACTIVE, *_REACTIVE)},
    "1.6.0": lambda _, row: demand(row.peaks[0] if row else Peak()),
    "2.6.0": lambda _, row: demand(row.peaks[1] if row else Peak()),
    "0.1.2": lambda _, row: f"({stamp(row.closing.wall_minute if row else None)})",
}


SPAN_LISTS: dict[str, Spans] = {
    "96.77.4": lambda shot: shot.voltage_alarms[::-1],
    "96.77.5": lambda shot: shot.current_alarms[::-1],
    "96.77.6": lambda shot: shot.magnetic_alarms[::-1],
    **{code: listed for _, code, _, listed in _LOST},
}


def _change(shot: Snapshot, row: int) -> str:
    """*1 is the change before the one that 96.2.2 itself shows."""
    changes = shot.settings.changes
    return f"({stamp(changes[row] if row < len(changes) else None)})"


LISTED: dict[str, RowValue] = {
    "96.71": lambda shot, row: shot.cover_month(row).text,
    "96.2.2": _change,
}


def value(entry: Entry, row: int | None, shot: Snapshot) -> str:
    """The brackets of one line; an event that never happened prints zeros by its layout."""
    is_gen3 = shot.spec.profile.generation == 3
    if is_gen3 and row is not None and entry.code in values_gen3.LISTED:
        return values_gen3.LISTED[entry.code](shot, row)
    if row is None:
        own = values_gen3.CURRENT.get(entry.code) if is_gen3 else None
        found = own or CURRENT.get(entry.code)
        return found(entry, shot) if found else EMPTY[entry.layout]
    if entry.code in MONTHLY:
        return MONTHLY[entry.code](entry, shot.month(row))
    if entry.code in SPAN_LISTS:
        return _span(SPAN_LISTS[entry.code](shot), row)
    if entry.code in LISTED:
        return LISTED[entry.code](shot, row)
    return EMPTY[entry.layout]
