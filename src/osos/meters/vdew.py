"""What do load profiles P.01 and event logs P.98 of the VDEW form say?

Source: VDEW Lastenheft elektronische Lastgangzähler 2.1.2, and two meters' captures. A head
`P.01(stamp)(status)(minutes)(n)` with n pairs `(code)(unit)` is followed by lines of n brackets, one a
period, the first of them at the stamp; the next head begins anew. `P.98(stamp)(status)()(n)` has n pairs and
n values.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from osos.iec62056 import Complaint, DataLine
from osos.iec62056.data_lines import take_code_apart
from osos.meters.interpret import interpret
from osos.meters.profiles import MeterProfile
from osos.meters.stamps import is_no_time, stamp_time
from osos.meters.telegram import complaint
from osos.meters.units import scaled
from osos.quantities import Obis, Quality, Reading

_LOG = re.compile(r"P\.(?:9[89]|2\d\d)")  # P.98, P.99; of newer meters P.200, P.210 …
_PROFILE = re.compile(r"P\.\d\d")
_NUMBER = re.compile(r" *[+-]?\d{1,12}(?:\.\d{1,8})? *")


@dataclass
class _Head:
    """A head in force: where the next record stands in time, and what its columns are."""

    next: datetime | None
    period: timedelta
    columns: Sequence[tuple[str, str]]  # (code, unit)


def read_vdew(
    lines: Sequence[DataLine], profile: MeterProfile, telegram: bytes
) -> tuple[list[Reading], list[Complaint]]:
    """One value a column with the record's time; of an event its status word and its elements."""
    readings: list[Reading] = []
    complaints: list[Complaint] = []
    head: _Head | None = None
    for line in lines:
        if _LOG.fullmatch(line.code):
            readings += _event(line)
            if not _is_event(line):
                complaints.append(_damaged("record-damaged", line, telegram, "(stamp)(status)()(n)…"))
        elif _PROFILE.fullmatch(line.code):
            head = _head(line)
            if head is None:
                complaints.append(
                    _damaged("head-damaged", line, telegram, "(stamp)(status)(minutes)(n)(code)(unit)…")
                )
        elif line.code:
            found = interpret(line, profile)
            readings, complaints = readings + found.readings, complaints + found.complaints
        elif head is None or len(line.brackets) != len(head.columns):
            expected = f"{len(head.columns)} columns" if head else "a head P.01 before it"
            complaints.append(_damaged("record-damaged", line, telegram, expected))
        else:
            readings += _record(line, head)
    return readings, complaints


def _head(line: DataLine) -> _Head | None:
    brackets = line.brackets
    if len(brackets) < 4 or not brackets[2].isdecimal() or not brackets[3].isdecimal():
        return None
    pairs = brackets[4:]
    if len(pairs) != 2 * int(brackets[3][:4]) or len(brackets[2]) > 4:
        return None
    columns = list(zip(pairs[::2], pairs[1::2], strict=True))
    return _Head(stamp_time(brackets[0]), timedelta(minutes=int(brackets[2])), columns)


def _record(line: DataLine, head: _Head) -> list[Reading]:
    time = head.next
    head.next = time + head.period if time is not None else None
    return [
        _value(code, index, text, unit or None, time)
        for index, (text, (code, unit)) in enumerate(zip(line.brackets, head.columns, strict=True))
    ]


def _value(code: str, index: int, text: str, unit: str | None, time: datetime | None) -> Reading:
    measured = scaled(text, unit) if unit is not None and _NUMBER.fullmatch(text) else None
    amount, scale, base = measured if measured else (None, 0, None)
    return Reading(_obis(code), index, text, unit, amount, scale, base, time, text, Quality.MEASURED)


def _obis(code: str) -> Obis:
    """A column may be named in full, `1-1:1.5.0`."""
    parts = take_code_apart(code)
    return Obis(code) if parts is None or not code else Obis(parts[1], parts[2], parts[0])


def _is_event(line: DataLine) -> bool:
    """Whether its time is one, and it holds as many elements as it announces."""
    brackets = line.brackets
    is_timed = stamp_time(brackets[0]) is not None or is_no_time(brackets[0])
    if len(brackets) < 4 or not brackets[3].isdecimal() or len(brackets[3]) > 3:
        return is_timed and len(brackets) == 2
    count, rest = int(brackets[3]), len(brackets) - 4
    return is_timed and rest in (2 * count, 3 * count)


def _event(line: DataLine) -> list[Reading]:
    """The status word under the log's own name, then the elements under theirs (old clock, old date …)."""
    brackets = line.brackets
    time = stamp_time(brackets[0])
    readings = [_value(line.code, 1, brackets[1], None, time)] if len(brackets) > 1 else []
    count = int(brackets[3][:4]) if len(brackets) > 3 and brackets[3].isdecimal() else 0
    names, values = brackets[4 : 4 + 2 * count : 2], brackets[4 + 2 * count :]
    first = 4 + 2 * count
    pairs = zip(names, values, strict=False)  # an event without its values has none
    return readings + [_value(code, first + k, text, None, time) for k, (code, text) in enumerate(pairs)]


def _damaged(code: str, line: DataLine, telegram: bytes, expected: str) -> Complaint:
    words = (
        "a head of a load profile that says not what follows"
        if code == "head-damaged"
        else "not a record here"
    )
    return complaint(code, telegram, line.offset, words, found=line.raw[:80], expected=expected)
