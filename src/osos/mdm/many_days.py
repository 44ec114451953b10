"""What do thousands of whole days of one layout derive to, and which rows are kept of them?

The rows are those that `points` writes of each day by itself: sums, hash, what the fleet's counters hear.
Only days with every record, under one installation with a clock at +03:00, come here.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from osos.mdm import canonical_packing, day_changes
from osos.mdm.block import SaidBlock
from osos.mdm.canonical import (
    RULE_VERSION,
    CanonicalBlock,
    Channel,
    Installed,
    Marks,
    Segment,
    _segment_facts,
)
from osos.mdm.labels import DAY_MIN, Ints
from osos.mdm.points import COLUMN_OF
from osos.mdm.whole_days import channels_of, derived, registers
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
    """Of `canonical_blocks` and of `day_changes`, column by column."""

    days: dict[str, list[Any]]
    changes: dict[str, list[Any]]


def rows_of(days: Sequence[WholeDay]) -> Rows:
    """In the order given; all of one layout and one period."""
    texts = _texts({one.installed for one in days}, days[0].block.labels.size)
    known = [_known(days[start : start + _AT_ONCE], texts) for start in range(0, len(days), _AT_ONCE)]
    layout, count = days[0].block.layout, len(days)
    channels = channels_of(layout)
    common: dict[str, list[Any]] = {
        "point_id": [one.point_id for one in days],
        "day": [one.block.day for one in days],
        "known_since": [one.known_since for one in days],
    }
    marked = [mark for some in known for mark in some.marked]
    own: dict[str, list[Any]] = {column: [None] * count for column in (*COLUMN_OF.values(), "max_a_plus_wh")}
    for row, channel in enumerate(channels):
        own[COLUMN_OF[channel]] = [number for some in known for number in some.sums[row]]
    if Channel.A_PLUS in channels:
        own["max_a_plus_wh"] = [number for some in known for number in some.greatest]
    fields: dict[str, list[Any]] = {
        "period_min": [DAY_MIN // days[0].block.labels.size] * count,
        "suspect": [mark.suspect for mark in marked],
        "missing": [mark.missing for mark in marked],
        "segments": [texts[one.installed].kept for one in days],
        "content_hash": [one for some in known for one in some.hashes],
        "version": [1] * count,
        "payload": [b""] * count,
    }
    changes: dict[str, list[Any]] = {
        "before": [b""] * count,
        "after": [mark.bits for mark in marked],
        "last_label": [
            one.block.day * DAY_MIN + mark.last_min for one, mark in zip(days, marked, strict=True)
        ],
    }
    return Rows(common | own | fields, common | changes)


@dataclass(frozen=True, slots=True)
class _Known:
    """What some days come to."""

    marked: list["_Marked"]
    sums: list[list[int]]  # a list a channel
    greatest: list[int]  # of the first channel
    hashes: list[bytes]


def _known(days: Sequence[WholeDay], texts: Mapping[Installed, "_Text"]) -> _Known:
    layout, count = days[0].block.layout, days[0].block.labels.size
    channels = channels_of(layout)
    edged = np.array([one.before is not None for one in days])
    shown = registers([one.block for one in days], [one.before for one in days], channels)
    energies, quality = derived(shown, edged, DAY_MIN // count)
    by_marks: dict[bytes, _Marked] = {}
    for marks in quality:
        key = marks.tobytes()
        if key not in by_marks:
            by_marks[key] = _marked(marks, DAY_MIN // count)
    sums = energies.sum(axis=2).tolist()
    greatest = energies[0].max(axis=1).tolist() if channels else []
    hashes = _hashes(
        days, texts=texts, channels=channels, registers=shown, energies=energies, quality=quality
    )
    return _Known([by_marks[marks.tobytes()] for marks in quality], sums, greatest, hashes)


@dataclass(frozen=True, slots=True)
class _Text:
    """The one segment of a whole day, as the row keeps it and as the hash has it."""

    kept: str
    hashed: str


def _texts(installed: Iterable[Installed], slots: int) -> dict[Installed, _Text]:
    found = {}
    for one in installed:
        segment = Segment(0, slots, one.meter_id, one.multiplier)
        hashed = json.dumps([_segment_facts(segment)], separators=(",", ":"))
        found[one] = _Text(canonical_packing._segment_text(segment, slots), hashed)
    return found


def _hashes(
    days: Sequence[WholeDay],
    *,
    texts: Mapping[Installed, _Text],
    channels: Sequence[Channel],
    registers: Ints,
    energies: Ints,
    quality: Marks,
) -> list[bytes]:
    """See `CanonicalBlock.content_hash`; the text is put together from parts that many days share."""
    slots = days[0].block.labels.size
    codes = json.dumps([channel.value for channel in channels], separators=(",", ":"))
    firsts, lasts = registers[:, :, 0].T.tolist(), registers[:, :, -1].T.tolist()
    unknown = json.dumps([None] * len(channels), separators=(",", ":"))
    raw = np.ascontiguousarray(energies.transpose(1, 0, 2), dtype="<i8")
    found = []
    for place, one in enumerate(days):
        first = unknown if one.before is None else str(firsts[place]).replace(" ", "")
        last, hung = str(lasts[place]).replace(" ", ""), texts[one.installed].hashed
        head = f"[{RULE_VERSION},{one.block.day},{DAY_MIN // slots},{codes},{first},{last},{hung}]"
        content = hashlib.blake2b(head.encode(), digest_size=16)
        content.update(raw[place])
        content.update(quality[place])
        found.append(content.digest())
    return found


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
