"""What do the lines of a consumer port's telegram (DSMR P1) say?

Source: P1 companion standard 2.2 … 5.0 and the captures. M-Bus meters hang on channels 0-1 … 0-4; their value
stands behind the stamp at which it was taken.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from osos.iec62056 import Complaint, DataLine
from osos.meters.interpret import interpret
from osos.meters.profiles import MeterProfile
from osos.meters.readouts import read_lines
from osos.meters.stamps import is_season_stamp, never, season_time
from osos.meters.telegram import Telegram, complaint
from osos.meters.units import scaled
from osos.quantities import Reading

_HOURLY = "24.3.0"  # DSMR 2 and 3: (stamp)(status)(minutes)(n), n × (code)(unit), then n values a period
_BUFFERS = frozenset({"99.97.0", "98.1.0"})  # (n), k × (code), then n × k + 1 values, the first a stamp
_CLOCKS = frozenset({"1.0.0", _HOURLY})  # DSMR 2 and 3 print their stamps without a season
_NUMBER = re.compile(r"\d{1,12}(?:\.\d{1,8})?")
_MOST = 64  # brackets of an hourly line: a P1 port sends one value, not a history
_SHOWN = 80  # characters of a line that a complaint quotes


def read_p1(telegram: bytes, profile: MeterProfile | None) -> Telegram:
    """A whole telegram; its lines are those of mode C, its check is a CRC-16."""
    return read_lines(telegram, profile, "dsmr", read_p1_lines)


def read_p1_lines(
    lines: Sequence[DataLine], profile: MeterProfile, telegram: bytes
) -> tuple[list[Reading], list[Complaint]]:
    readings: list[Reading] = []
    complaints: list[Complaint] = []
    for line in _joined(lines):
        found = interpret(line, profile)
        if found.complaints:  # only then is it worth counting lines
            found = interpret(line, profile, number=telegram.count(b"\n", 0, line.offset) + 1)
        timed = list(_timed(found.readings, line.code))
        complaints += [*found.complaints, *_wrong_stamps(timed, line, telegram)]
        if line.code == _HOURLY:
            timed, wrong = _hourly(timed, line, telegram)
            complaints += wrong
        elif line.code in _BUFFERS:
            complaints += _wrong_count(line, telegram)
        readings += timed
    return readings, complaints


def _joined(lines: Iterable[DataLine]) -> Iterator[DataLine]:
    """DSMR 2 and 3 print the value of an M-Bus meter on a line of its own."""
    before: DataLine | None = None
    for line in lines:
        if before is not None and before.code == _HOURLY and not line.code and len(before.brackets) < _MOST:
            before = before._replace(
                brackets=before.brackets + line.brackets, raw=f"{before.raw}\r\n{line.raw}"
            )
            continue
        if before is not None:
            yield before
        before = line
    if before is not None:
        yield before


def _is_stamp(text: str, code: str) -> bool:
    return is_season_stamp(text, bare=code in _CLOCKS)


def _timed(readings: Iterable[Reading], code: str) -> Iterator[Reading]:
    """A number was true at the stamp printed before it."""
    stamp: datetime | None = None
    for one in readings:
        if _is_stamp(one.text, code):
            stamp = season_time(one.text)
            yield one._replace(time=stamp)
        elif stamp is not None and one.amount is not None and one.time is None:
            yield one._replace(time=stamp)
        else:
            yield one


def _wrong_stamps(readings: Iterable[Reading], line: DataLine, telegram: bytes) -> Iterator[Complaint]:
    for one in readings:
        if _is_stamp(one.text, line.code) and one.time is None and not never(one.text):
            words = "a stamp that is neither a time nor none; kept as it stands"
            yield complaint(
                "no-time", telegram, line.offset, words, found=one.text, expected="YYMMDDhhmmssW|S"
            )


def _hourly(
    readings: list[Reading], line: DataLine, telegram: bytes
) -> tuple[list[Reading], list[Complaint]]:
    """The values behind the head take their unit from it, and their time."""
    head = line.brackets[2:4]
    columns = int(head[1]) if len(head) == 2 and all(_is_small(one) for one in head) else 0
    first = 4 + 2 * columns
    count = len(line.brackets) - first
    if columns < 1 or count < columns or count % columns:
        words = "not a record here"
        expected = "(stamp)(status)(minutes)(n)(code)(unit)…(value)…"
        found = line.raw[:_SHOWN]
        return readings, [
            complaint("record-damaged", telegram, line.offset, words, found=found, expected=expected)
        ]
    start, period = season_time(line.brackets[0]), timedelta(minutes=int(head[0]))
    return [
        one
        if one.index < first
        else _of_column(one, one.index - first, line.brackets[5:first:2], start, period)
        for one in readings
    ], []


def _of_column(
    one: Reading, at: int, units: Sequence[str], start: datetime | None, period: timedelta
) -> Reading:
    unit = units[at % len(units)] or None
    time = start + at // len(units) * period if start is not None else None
    measured = scaled(one.text, unit) if _NUMBER.fullmatch(one.text) else None
    amount, scale, base = measured if measured else (None, 0, None)
    return one._replace(unit=unit, amount=amount, scale=scale, base_unit=base, time=time)


def _is_small(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 4


def _wrong_count(line: DataLine, telegram: bytes) -> list[Complaint]:
    """A log or history that announces more or fewer entries than it holds."""
    announced, *rest = line.brackets
    if not _is_small(announced):
        return []
    columns = next((k for k, text in enumerate(rest) if ":" not in text), len(rest))
    entries, left = divmod(len(rest) - columns, columns + 1)
    if entries == int(announced) and not left:
        return []
    words = "not as many entries as announced"
    held = f"{entries} and {left} values" if left else str(entries)
    return [complaint("count-wrong", telegram, line.offset, words, found=held, expected=str(int(announced)))]
