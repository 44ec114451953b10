"""What do thousands of whole days of one layout derive to, and which rows are kept of them?

The rows are those that `points` writes of each day by itself: sums, hash, what the fleet's counters hear.
Only days with every record, under one installation with a clock at +03:00, come here.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from osos.mdm import canonical_packing, day_changes
from osos.mdm.block import SaidBlock
from osos.mdm.canonical import (
    CHANNELS,
    GREATEST_W,
    ROLLS_OVER_AT,
    RULE_VERSION,
    CanonicalBlock,
    Channel,
    Installed,
    Marks,
    Segment,
    _segment_facts,
)
from osos.mdm.labels import DAY_MIN, HOUR_MIN, Ints
from osos.mdm.points import COLUMN_OF
from osos.quantities import Quality

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class WholeDay:
    """A day with every record, and the last record of the day before if that is known."""

    point_id: int
    block: SaidBlock
    before: SaidBlock | None
    installed: Installed
    known_since: datetime


@dataclass(frozen=True, slots=True)
class Rows:
    """Of `canonical_blocks` and of `day_changes`."""

    days: list[dict[str, Any]]
    changes: list[dict[str, Any]]


def rows_of(days: Sequence[WholeDay]) -> Rows:
    """In the order given; all of one layout and one period."""
    found = Rows([], [])
    for start in range(0, len(days), _AT_ONCE):
        some = _rows(days[start : start + _AT_ONCE])
        found.days.extend(some.days)
        found.changes.extend(some.changes)
    return found


def _rows(days: Sequence[WholeDay]) -> Rows:
    layout, period = days[0].block.layout, DAY_MIN // days[0].block.labels.size
    columns = {code: column for column, code in enumerate(layout.codes)}
    channels = tuple(channel for channel in CHANNELS if channel.value in columns)
    edged = np.array([one.before is not None for one in days])
    registers = _registers(days, [columns[channel.value] for channel in channels])
    energies, quality = _derived(registers, edged, GREATEST_W * period // HOUR_MIN)
    firsts = registers[:, :, 0].T.tolist()
    lasts = registers[:, :, -1].T.tolist()
    sums, greatest = energies.sum(axis=2).T.tolist(), energies.max(axis=2, initial=0).T.tolist()
    by_marks: dict[bytes, _Marked] = {}
    found = Rows([], [])
    energies = np.ascontiguousarray(energies.transpose(1, 0, 2), dtype="<i8")
    for place, one in enumerate(days):
        marks = quality[place].tobytes()
        if marks not in by_marks:
            by_marks[marks] = _marked(quality[place], period)
        known = by_marks[marks]
        segment = Segment(0, DAY_MIN // period, one.installed.meter_id, one.installed.multiplier)
        first = firsts[place] if one.before is not None else [None] * len(channels)
        facts = [RULE_VERSION, one.block.day, period, [c.value for c in channels]]
        head = json.dumps(
            [*facts, first, lasts[place], [_segment_facts(segment)]], separators=(",", ":")
        ).encode()
        content = hashlib.blake2b(head, digest_size=16)
        content.update(energies[place])
        content.update(marks)
        found.days.append(
            {
                "point_id": one.point_id,
                "day": one.block.day,
                "period_min": period,
                "suspect": known.suspect,
                "missing": known.missing,
                **dict.fromkeys(COLUMN_OF.values()),
                **{COLUMN_OF[c]: n for c, n in zip(channels, sums[place], strict=True)},
                "max_a_plus_wh": greatest[place][0] if Channel.A_PLUS in channels else None,
                "segments": _segment_text(segment),
                "content_hash": content.digest(),
                "version": 1,
                "known_since": one.known_since,
                "payload": b"",
            }
        )
        found.changes.append(
            {
                "point_id": one.point_id,
                "day": one.block.day,
                "before": b"",
                "after": known.bits,
                "last_label": one.block.day * DAY_MIN + known.last_min,
                "known_since": one.known_since,
            }
        )
    return found


def _registers(days: Sequence[WholeDay], columns: list[int]) -> Ints:
    """(channels, days, edges) in whole Wh and varh; nought where the first edge is not known."""
    parts = []
    for column in columns:
        whole = np.stack([one.block.in_whole_units(column) for one in days])
        first = [0 if one.before is None else int(one.before.in_whole_units(column)[-1]) for one in days]
        parts.append(np.column_stack((np.array(first, dtype=np.int64), whole)))
    return np.stack(parts)


def _derived(registers: Ints, edged: np.ndarray, most: int) -> tuple[Ints, Marks]:
    """Energies (channels, days, slots) and marks (days, slots), as `canonical.build` has them."""
    steps = np.diff(registers, axis=2)
    rolled = (steps < 0) & (steps + ROLLS_OVER_AT <= most)
    steps = np.where(rolled, steps + ROLLS_OVER_AT, steps)
    believable = (steps >= 0) & (steps <= most)
    energies: Ints = np.where(believable, steps, 0)
    marks = np.where(believable.all(axis=0), Quality.MEASURED.mark, Quality.SUSPECT.mark).astype(np.uint8)
    energies[:, ~edged, 0] = 0
    marks[~edged, 0] = Quality.MISSING.mark
    return energies, marks


@dataclass(frozen=True, slots=True)
class _Marked:
    """What the marks of a day come to; few days differ in them."""

    suspect: int
    missing: int
    bits: bytes
    last_min: int


def _marked(marks: Marks, period: int) -> _Marked:
    none = np.zeros((0, marks.size), dtype=np.int64)
    block = CanonicalBlock(0, period, (), none, marks, (), (), ())
    last = day_changes.last_known(block) or 0
    bits = day_changes.pack(block)
    return _Marked(block.count(Quality.SUSPECT), block.count(Quality.MISSING), bits, last)


def _segment_text(segment: Segment) -> str:
    return canonical_packing._segment_text(segment, segment.until_slot)
