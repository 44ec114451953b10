"""What is a rule, and what does it say of a day?

A rule is pure: arrays in, hits out; it never raises (D-10, style 15). The hits become findings with words,
what was expected and what was seen, and a quality code of IEC 61968-9 (D-11).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from osos.mdm.canonical import Channel
from osos.mdm.labels import HOUR_MIN, Ints
from osos.mdm.rules.facts import UNKNOWN, DayFacts, Flags

Limits = Mapping[str, Ints]  # threshold → () for all rows, or (rows,)
Runs = tuple[tuple[int, int], ...]


class Severity(IntEnum):
    """What a finding asks for."""

    NOTE = 0  # nothing: it explains something
    WARN = 1  # a look
    FAIL = 2  # the slots are suspect until a person or better data says otherwise


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Hits:
    """Rows of a batch that a rule found something in."""

    rows: Ints  # (hits,)
    expected: Ints | None = None  # (hits,)
    seen: Ints | None = None  # (hits,)
    slots: Flags | None = None  # (hits, slots); None: the day as a whole
    channel: Channel | None = None
    severity: Severity | None = None  # None: the rule's own
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One question asked of every day."""

    id: str
    number: int  # its bit in a verdict; never given to another rule
    version: int  # goes up when the same facts would be judged otherwise
    severity: Severity
    code: str  # IEC 61968-9: system 3 (meter data management), category, index
    unit: str  # of expected and seen
    name_tr: str
    name_en: str
    words_tr: str  # filled with expected, seen, count, from_, until, channel
    words_en: str
    find: Callable[[DayFacts, Limits], Iterable[Hits]]

    def judge(self, day: DayFacts, limits: Limits) -> list["Finding"]:
        """Every finding in the batch, in the order of its rows."""
        if not day.rows:
            return []
        found = [one for hits in self.find(day, limits) for one in _findings(self, day, limits, hits)]
        return [finding for _, finding in sorted(found, key=lambda pair: pair[0])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one rule says of one day of one point."""

    rule: str
    version: int
    severity: Severity
    code: str
    point_id: int
    day: int
    period_min: int
    slots: Runs  # [from, until); empty: the day as a whole
    channel: Channel | None
    expected: int | None
    seen: int | None
    unit: str

    @property
    def slot_count(self) -> int:
        return sum(until - first for first, until in self.slots)

    def facts(self) -> dict[str, object]:
        """What its words are filled with."""
        first, until = (self.slots[0][0], self.slots[-1][1]) if self.slots else (0, 0)
        return {
            "expected": "–" if self.expected is None else self.expected,
            "seen": "–" if self.seen is None else self.seen,
            "count": self.slot_count,
            "from_": _clock(first * self.period_min),
            "until": _clock(until * self.period_min),
            "channel": "" if self.channel is None else self.channel.value,
        }


def _clock(minute: int) -> str:
    return f"{minute // HOUR_MIN:02d}:{minute % HOUR_MIN:02d}"


def _findings(rule: Rule, day: DayFacts, limits: Limits, hits: Hits) -> Iterator[tuple[int, Finding]]:
    on = np.broadcast_to(limits["enabled"], (day.rows,))
    for place, row in enumerate(hits.rows.tolist()):
        if not on[row]:
            continue
        yield (
            row,
            Finding(
                rule=rule.id,
                version=rule.version,
                severity=rule.severity if hits.severity is None else hits.severity,
                code=hits.code or rule.code,
                point_id=int(day.points[row]),
                day=int(day.days[row]),
                period_min=day.period_min,
                slots=() if hits.slots is None else runs_of(hits.slots[place]),
                channel=hits.channel,
                expected=_number(hits.expected, place),
                seen=_number(hits.seen, place),
                unit=rule.unit,
            ),
        )


def _number(values: Ints | None, place: int) -> int | None:
    if values is None:
        return None
    value = int(values[place])
    return None if value == UNKNOWN else value


def runs_of(flags: Flags) -> Runs:
    """Where it is true: [from, until) …

    >>> runs_of(np.array([True, True, False, True]))
    ((0, 2), (3, 4))
    """
    edges = np.flatnonzero(np.diff(flags, prepend=False, append=False))
    return tuple(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def per_slot(limit: Ints) -> Ints:
    """A threshold of each row, to compare with its slots."""
    return limit[..., None]


def of_rows(limit: Ints, rows: Ints) -> Ints:
    """A threshold for these rows only."""
    return np.broadcast_to(limit, rows.shape) if limit.ndim == 0 else limit[rows]
