"""What stands between the brackets of a 062.B meter's own codes? (M-162)"""

import zlib
from collections.abc import Callable

from osos.meters import Entry
from osos.simulator.meter.alarms import minutes_of
from osos.simulator.meter.dips import NO_DIP, dips
from osos.simulator.meter.profile import profile_columns
from osos.simulator.meter.snapshot import Snapshot
from osos.simulator.meter.spans import NO_SPAN, NO_SPAN_S, Span

Rows = Callable[[Snapshot], list[Span]]  # oldest first
Value = Callable[[Entry, Snapshot], str]
RowValue = Callable[[Snapshot, int], str]

_UNITS = {"1.8": "kWh", "2.8": "kWh", "2.7": "V", "1.7": "A", "4.7": "Hz", "3.7": "-"}


def _count(rows: Rows, *, digits: int) -> Value:
    return lambda _, shot: f"({min(len(rows(shot)), 10**digits - 1):0{digits}d})"


def _open(rows: Rows, *, seconds: bool) -> Value:
    """The row still open, apart from the closed ones (M-110, M-126)."""

    def text(_: Entry, shot: Snapshot) -> str:
        last = rows(shot)[-1:]
        if not last or last[0].end_s is not None:
            return NO_SPAN_S if seconds else NO_SPAN
        return last[0].text_s if seconds else last[0].text

    return text


def _closed(rows: Rows, *, seconds: bool, first_kept: bool = False) -> RowValue:
    """Newest first; of the top cover the first ten, for ever (M-125)."""

    def text(shot: Snapshot, row: int) -> str:
        ended = [span for span in rows(shot) if span.end_s is not None]
        listed = ended[:10][::-1] if first_kept else ended[::-1]
        if row > len(listed):
            return NO_SPAN_S if seconds else NO_SPAN
        return listed[row - 1].text_s if seconds else listed[row - 1].text

    return text


def _lost(number: int) -> Rows:
    return lambda shot: shot.interruptions.spans[number]


def _restarts(shot: Snapshot) -> list[Span]:
    return shot.restarts


def _hundredths(code: str) -> Value:
    phase = int(code[0]) // 2 - 1
    return lambda _, shot: "({:03d}.{:d}0)".format(*divmod(shot.voltage_dv(phase), 10))


def _thousandths(code: str) -> Value:
    phase = int(code[0]) // 2 - 1
    return lambda _, shot: "({:03d}.{:03d})".format(*divmod(shot.current_ma(phase), 1000))


def header(columns: tuple[str, ...]) -> str:
    """`code*unit,…` as in 97.x.0 and after LPCH: (M-109)."""
    codes = [column.split()[0] for column in columns]
    return ",".join(f"{code}*{_UNITS.get(code[-5:-2], 'kvarh')}" for code in codes)


def _contents(name: str) -> Value:
    return lambda _, shot: f"({header(profile_columns(shot.spec, name) or ())})"


def _told_by_the_code(shot: Snapshot) -> str:
    """What the square code of the plate says; the first number is the maker's own."""
    spec, device = shot.spec, shot.spec.device
    plate = (device.flag, spec.model, spec.model, device.serial, f"{spec.produced:%d.%m.%Y}", spec.company)
    return ",".join(("258101", "OSOS", *plate))


def _dips(phase: int, *, swells: bool) -> RowValue:
    def text(shot: Snapshot, row: int) -> str:
        found = dips(shot.timeline, shot.second, shot.spec, phase=phase, swells=swells)
        return found[row - 1].text if row <= len(found) else NO_DIP

    return text


# Count, open row and closed rows: (count code, list code, rows, digits, stamps with seconds).
_LISTS: tuple[tuple[str, str, Rows, int, bool], ...] = (
    *((f"96.7.{k}", f"96.7.1{k}", _lost(k), 4, True) for k in range(4)),
    ("96.77.2", "96.77.20", lambda shot: shot.voltage_alarms, 2, True),
    ("96.77.3", "96.77.30", lambda shot: shot.current_alarms, 2, True),
    ("96.20.15", "96.20.16", lambda shot: shot.magnetic_alarms, 2, True),
    ("96.20.5", "96.20.6", lambda shot: shot.cover_spans("terminal_open"), 2, False),
    ("96.20.0", "96.20.1", lambda shot: shot.cover_spans("top_open"), 2, False),
)

CURRENT: dict[str, Value] = {
    "96.92.0": lambda _, shot: f"({shot.spec.model})",
    "0.2.0": lambda _, shot: f"({shot.spec.firmware.ljust(7, '0')})",
    "0.2.1": lambda _, shot: f"({zlib.crc32(shot.spec.firmware.encode()):08X})",
    "96.91.0": lambda _, shot: f"({shot.settings.button_resets:d})",
    "96.92.1": lambda _, shot: f"({_told_by_the_code(shot)})",
    **{code: _hundredths(code) for code in ("32.7.0", "52.7.0", "72.7.0")},
    **{code: _thousandths(code) for code in ("31.7.0", "51.7.0", "71.7.0")},
    "91.7.0": lambda _, shot: "({:03d}.{:03d})".format(*divmod(shot.neutral_ma, 1000)),
    **{f"97.{n}.0": _contents(f"P.0{n}") for n in (1, 2)},
    **{count: _count(rows, digits=digits) for count, _, rows, digits, _ in _LISTS},
    **{code: _open(rows, seconds=seconds) for _, code, rows, _, seconds in _LISTS},
    "96.20.18": lambda _, shot: f"({min(minutes_of(shot.magnetic_alarms), 99999):05d})*min",
    "96.96.1": lambda _, shot: f"({shot.settings.password})",
    "96.96.2": lambda _, shot: f"({shot.settings.higher[0]})",
    "96.96.3": lambda _, shot: f"({shot.settings.higher[1]})",
    "96.11.0": _count(_restarts, digits=2),
}

LISTED: dict[str, RowValue] = {
    **{f"{head}2.34.0": _dips(phase, swells=False) for phase, head in enumerate("357")},
    **{f"{head}2.38.0": _dips(phase, swells=True) for phase, head in enumerate("357")},
    **{
        code: _closed(rows, seconds=seconds, first_kept=code == "96.20.1")
        for _, code, rows, _, seconds in _LISTS
    },
    "96.11.1": lambda shot, row: (
        f"({shot.restarts[-row].start_text_s})" if row <= len(shot.restarts) else "(00-00-00,00:00:00)"
    ),
}
