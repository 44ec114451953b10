"""Which records of a meter told this voltage, current or power factor, and where in their bytes?

A profile screen shows one value a bucket: of maxima the greatest, of minima the least, of the rest the middle
one. Here are all that were told in it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

import numpy as np
from sqlalchemy import Connection

from osos.mdm import said
from osos.mdm.explain.bytes_of import Messages
from osos.mdm.explain.chain import Source
from osos.mdm.faces.electrical import PROFILES, is_momentary
from osos.mdm.faces.points import SeenPoint
from osos.mdm.labels import days_of_period, instant_of_label
from osos.mdm.origins import origins
from osos.mdm.said import HeldBlock
from osos.quantities import DeviceId, Interval
from osos.registry import Installation

_PROFILES_IN_ONE = len(PROFILES)  # lines with one label, of a meter that was asked for all of them at once


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTold:
    """One record's value as the meter said it, before any multiplier, and the message it came with."""

    code: str
    profile: str
    meter: DeviceId
    at: datetime  # the end of its profile period
    label: int  # minutes of the meter's own clock, as it printed them
    value: Decimal
    unit: str
    source: Source | None  # of the record; None: the message is no longer kept
    own: Source | None  # of the value alone, inside the record

    @property
    def digits(self) -> int:
        exponent = self.value.as_tuple().exponent
        return max(0, -exponent) if isinstance(exponent, int) else 0


def records_told(
    conn: Connection, seen: SeenPoint, *, code: str, period: Interval, messages: Messages
) -> Sequence[RecordTold]:
    """Those whose profile period ended in this bucket, in the order of time; of any other column none."""
    if not is_momentary(code):
        return ()
    for profile in reversed(PROFILES):  # where two profiles hold a column, screens show the later one's
        found = [
            told
            for one, sight in _hung(seen, period)
            for held in _blocks(conn, seen, one, sight, profile)
            if code in held.block.layout.codes
            for told in _of_block(conn, held, one, code=code, rows=_rows(held, period, sight), m=messages)
        ]
        if found:
            return sorted(found, key=lambda one: one.at)
    return ()


def shown_of(records: Sequence[RecordTold]) -> RecordTold | None:
    """The one a screen shows for the bucket."""
    if not records:
        return None
    ordered = sorted(records, key=lambda one: one.value)
    if records[0].code.endswith(" max"):
        return ordered[-1]
    return ordered[0] if records[0].code.endswith(" min") else ordered[len(ordered) // 2]


def _hung(seen: SeenPoint, period: Interval) -> Iterator[tuple[Installation, Interval]]:
    """Each meter with what he may see of it in this bucket."""
    for one, part in seen.seen_installations():
        for span in seen.in_sight(period):
            sight = part.overlap(span)
            if sight is not None:
                yield one, sight


def _blocks(
    conn: Connection, seen: SeenPoint, one: Installation, sight: Interval, profile: str
) -> list[HeldBlock]:
    """The day before too: a record of midnight belongs to it."""
    days = days_of_period(sight)
    keys = [(one.meter_id, day) for day in range(days[0] - 1, days[-1] + 1)]
    return list(said.load(conn, profile=profile, keys=keys, shelf=seen.shelf).values())


def _rows(held: HeldBlock, period: Interval, sight: Interval) -> list[int]:
    """A record closes its profile period: that of the bucket's start belongs to the one before."""
    at = [instant_of_label(label) for label in held.block.labels.tolist()]
    ended = [n for n, each in enumerate(at) if period.start < each <= period.end]
    return [n for n in ended if sight.start <= at[n] <= sight.end]


def _of_block(
    conn: Connection, held: HeldBlock, one: Installation, *, code: str, rows: list[int], m: Messages
) -> Iterator[RecordTold]:
    layout, column = held.block.layout, held.block.layout.codes.index(code)
    told = origins(conn, held, None) if rows else []
    for row in rows:
        label, value = int(held.block.labels[row]), int(held.block.values[row, column])
        nth = int(np.count_nonzero(held.block.labels[:row] == label))
        amount = Decimal(value).scaleb(-layout.decimals[column])
        record, own = _place(m, (told[row].frame_id, held.meter_id), (label, nth), column, amount)
        yield RecordTold(
            code=code,
            profile=held.profile,
            meter=one.meter,
            at=instant_of_label(label),
            label=label,
            value=amount,
            unit=layout.units[column],
            source=record,
            own=own,
        )


def _place(
    messages: Messages, whose: tuple[int | None, int], which: tuple[int, int], column: int, value: Decimal
) -> tuple[Source | None, Source | None]:
    """The record and its value; of lines with this label the one that says it, as a message may hold more."""
    (frame_id, meter_id), (label, nth) = whose, which
    if frame_id is None:
        return None, None
    first: Source | None = None
    for n in range(nth, nth + _PROFILES_IN_ONE):
        source = messages.source(frame_id, label, nth=n, meter_id=meter_id)
        if source is None or (first is not None and source == first):
            break
        own = _own(source, messages, column, value)
        if own is not None:
            return source, own
        first = source if first is None else first
    return first, None


def _own(source: Source, messages: Messages, column: int, value: Decimal) -> Source | None:
    """The column's own digits in the record: its place among the values, if they say this very number."""
    if source.offset is None:
        return None
    line = bytes(byte & 0x7F for byte in messages.bytes_of(source))  # the eighth bit is parity
    stamped = re.match(rb"[^(]*\([^)]*\)", line)
    if stamped is None:
        return None
    values = list(re.finditer(rb"-?\d+(?:\.\d+)?(?=[,)*])", line[stamped.end() :]))
    if column >= len(values) or Decimal(values[column][0].decode()) != value:
        return None
    first, until = values[column].span()
    return replace(source, offset=source.offset + stamped.end() + first, length=until - first)
