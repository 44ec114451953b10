"""What came of judging one day of one point, and in how few bytes is it kept?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from osos.mdm.canonical import CHANNELS
from osos.mdm.labels import DAY_MIN
from osos.mdm.rules import BY_ID, RULES, Finding, Severity
from osos.mdm.rules.facts import Flags
from osos.mdm.varint import BlockDamaged, Cursor, put, unzigzag, zigzag

CLEAN = -1  # worst of a day without a finding
_BY_NUMBER = {rule.number: rule for rule in RULES}


@dataclass(frozen=True, eq=False)
class Verdict:
    """The findings of one day of one point, in the order of the rules."""

    point_id: int
    day: int
    period_min: int
    findings: tuple[Finding, ...]

    @property
    def worst(self) -> int:
        return max((int(one.severity) for one in self.findings), default=CLEAN)

    @property
    def rules(self) -> int:
        """A bit for each rule that warned or failed; what is noted only asks for nothing."""
        return sum(
            1 << number
            for number in {BY_ID[one.rule].number for one in self.findings if one.severity > Severity.NOTE}
        )

    @cached_property
    def suspect(self) -> Flags:
        """(slots,): what a rule failed; a failure of the whole day makes all of it suspect."""
        found = np.zeros(DAY_MIN // self.period_min, dtype=bool)
        for one in self.findings:
            if one.severity == Severity.FAIL:
                for first, until in one.slots or ((0, found.size),):
                    found[first:until] = True
        return found


def pack(findings: Sequence[Finding]) -> bytes:
    """Nothing for no findings, else some ten bytes each."""
    if not findings:
        return b""
    numbers = [findings[0].period_min]
    for one in findings:
        numbers += [BY_ID[one.rule].number, one.version, int(one.severity)]
        numbers += [int(part) for part in one.code.split(".")]
        numbers += [0 if one.channel is None else 1 + CHANNELS.index(one.channel)]
        numbers += [*_maybe(one.expected), *_maybe(one.seen), len(one.slots)]
        numbers += [edge for run in one.slots for edge in run]
    return put(numbers)


def unpack(data: bytes, *, point_id: int, day: int) -> tuple[Finding, ...]:
    """What was packed; `BlockDamaged` when these bytes are no findings."""
    cursor, found = Cursor(data), []
    period = cursor.number() if data else 0
    while cursor.at < len(data):
        found.append(_finding(cursor, point_id, day, period))
    return tuple(found)


def _maybe(number: int | None) -> Iterable[int]:
    return (0,) if number is None else (1, zigzag(number))


def _told(cursor: Cursor) -> int | None:
    return unzigzag(cursor.number()) if cursor.number() else None


def _finding(cursor: Cursor, point_id: int, day: int, period: int) -> Finding:
    number, version, severity = (cursor.number() for _ in range(3))
    code = ".".join(str(cursor.number()) for _ in range(3))
    channel = cursor.number()
    if number not in _BY_NUMBER or severity > max(Severity) or channel > len(CHANNELS):
        raise BlockDamaged(f"rule {number}, severity {severity}, channel {channel} in a verdict")
    rule = _BY_NUMBER[number]
    expected, seen = _told(cursor), _told(cursor)
    slots = tuple((cursor.number(), cursor.number()) for _ in range(min(cursor.number(), DAY_MIN)))
    return Finding(
        rule=rule.id,
        version=version,
        severity=Severity(severity),
        code=code,
        point_id=point_id,
        day=day,
        period_min=period,
        slots=slots,
        channel=CHANNELS[channel - 1] if channel else None,
        expected=expected,
        seen=seen,
        unit=rule.unit,
    )
