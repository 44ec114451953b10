"""What passed in the quarter hour in which meters were exchanged (F43)?

The papers of an exchange say what the old meter showed last and the new one first. With the records before
and after it the slot is known to the Wh. Where the two multiply differently its energy is kept in a unit that
suits both (primary Wh, or tenths of it), so that energy times the segment's multiplier stays exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np

from osos.mdm.canonical import (
    GREATEST_W,
    ROLLS_OVER_AT,
    CanonicalBlock,
    Channel,
    EdgeRegisters,
    Installed,
    Said,
    Segment,
)
from osos.mdm.keeping.clocks import Flags
from osos.mdm.labels import DAY_MIN, HOUR_MIN, edge_of_day, instant_of_label
from osos.quantities import Quality

_LARGEST = 2**31 - 1  # the columns of a day's sums are 32 bits wide


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot of the day by its instants."""

    place: int
    start: datetime
    end: datetime


def stitch(block: CanonicalBlock, *, installed: Sequence[Installed], said: Said) -> CanonicalBlock:
    """The day with the slots at the edges of installations filled from papers, where these tell."""
    for slot in edge_slots(block.day, block.period_min, installed):
        if block.quality[slot.place] != Quality.MISSING.mark:
            continue
        there = sharing(slot, installed)
        pieces = [_piece(one, slot, block, said) for one in there]
        if pieces and all(piece is not None for piece in pieces):
            block = _placed(block, slot, there, [piece or {} for piece in pieces])
    return block


def edge_slots(day: int, period_min: int, installed: Sequence[Installed]) -> list[Slot]:
    """The slots of a day in which, or at whose edge, a meter came or went and paper tells a register."""
    midnight, length = instant_of_label(edge_of_day(day)), timedelta(minutes=period_min)
    found: set[int] = set()
    for one in installed:
        if one.first is not None:
            found.add((one.since - midnight) // length)
        if one.last is not None and one.until is not None:
            found.add(-((midnight - one.until) // length) - 1)
    return [slot_of(day, period_min, n) for n in sorted(found) if 0 <= n < DAY_MIN // period_min]


def slot_of(day: int, period_min: int, place: int) -> Slot:
    first = edge_of_day(day) + place * period_min
    return Slot(place, instant_of_label(first), instant_of_label(first + period_min))


def sharing(slot: Slot, installed: Sequence[Installed]) -> list[Installed]:
    """Who hung there for a part of the slot, in order."""
    there = [
        one for one in installed if one.since < slot.end and (one.until is None or one.until > slot.start)
    ]
    return sorted(there, key=lambda one: one.since)


def shared_unit(there: Sequence[Installed]) -> Decimal:
    """By what a slot's energy is multiplied that these meters share: their own, or what is exact for all."""
    multipliers = {one.multiplier.normalize() for one in there}
    if len(multipliers) == 1:
        return there[0].multiplier
    finest = min(_exponent(one) for one in multipliers)
    return Decimal(1).scaleb(min(0, finest))


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _piece(one: Installed, slot: Slot, block: CanonicalBlock, said: Said) -> dict[Channel, int] | None:
    """What this meter counted in the slot; None when that cannot be told or believed."""
    clock = next((s.clock for s in block.segments if s.meter_id == one.meter_id), None)
    registers = EdgeRegisters(one.meter_id, block.day, block.period_min, said, *([clock] if clock else []))
    begun = _shown(registers, slot.place) if one.since <= slot.start else None
    ended = _shown(registers, slot.place + 1) if one.until is None or one.until >= slot.end else None
    if begun is None and one.since >= slot.start:
        begun = None if one.first is None else dict(one.first)
    if ended is None and one.until is not None and one.until <= slot.end:
        ended = None if one.last is None else dict(one.last)
    if begun is None or ended is None:
        return None
    steps = {channel: advance(begun[channel], ended[channel]) for channel in begun.keys() & ended.keys()}
    most = GREATEST_W * block.period_min // HOUR_MIN
    if not steps or any(step is None or step > most for step in steps.values()):
        return None
    return {channel: step for channel, step in steps.items() if step is not None}


def advance(first: int, last: int, *, most: int | None = None) -> int | None:
    """What a register counted between two readings, over at most one rollover; None: it went back (F42)."""
    step = last - first
    if step >= 0:
        return step if most is None or step <= most else None
    rolled = step + ROLLS_OVER_AT
    allowed = GREATEST_W if most is None else most
    return rolled if 0 <= rolled <= allowed else None


def _shown(registers: EdgeRegisters, edge: int) -> dict[Channel, int] | None:
    found = {c: value for c in registers.at_edges if (value := registers.index(c, edge)) is not None}
    return found or None


def _placed(
    block: CanonicalBlock, slot: Slot, there: Sequence[Installed], pieces: Sequence[dict[Channel, int]]
) -> CanonicalBlock:
    unit = shared_unit(there)
    energies, quality = block.energies.copy(), block.quality.copy()
    for row, channel in enumerate(block.channels):
        parts = [
            piece.get(channel, 0) * one.multiplier / unit for one, piece in zip(there, pieces, strict=True)
        ]
        total = int(sum(parts, Decimal(0)))
        if total > _LARGEST:
            return block
        energies[row, slot.place] = total
    quality[slot.place] = Quality.MEASURED.mark
    return replace(block, energies=energies, quality=quality, segments=covering(block, slot.place, there))


def covering(block: CanonicalBlock, place: int, there: Sequence[Installed]) -> tuple[Segment, ...]:
    """The day's segments with one for this slot, if it has none yet."""
    if any(s.from_slot <= place < s.until_slot for s in block.segments):
        return block.segments
    own = Segment(place, place + 1, there[-1].meter_id, shared_unit(there))
    return tuple(sorted((*block.segments, own), key=lambda segment: segment.from_slot))


def unowned(block: CanonicalBlock) -> Flags:
    """The slots that belong to no segment."""
    free = np.ones(block.quality.size, dtype=bool)
    for segment in block.segments:
        free[segment.from_slot : segment.until_slot] = False
    return free
