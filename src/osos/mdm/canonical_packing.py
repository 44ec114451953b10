"""In how few bytes can a canonical block be kept when no block as said lies beside it?

A present block needs none: it is what the blocks as said derive to, and its hash says so. An older version,
and later an estimated or edited one, is kept in full.
"""

from decimal import Decimal

import numpy as np

from osos.mdm import packing
from osos.mdm.canonical import CHANNELS, CanonicalBlock, Marks, Segment, multiplier_text
from osos.mdm.keeping.clocks import Clock
from osos.mdm.labels import DAY_MIN
from osos.mdm.varint import BlockDamaged, Cursor, put

_CLOCK_MARKS = "".join(clock.mark for clock in Clock)


def pack(block: CanonicalBlock) -> bytes:
    """Channels, indices, qualities in runs, energies."""
    mask = sum(1 << CHANNELS.index(channel) for channel in block.channels)
    indices = [0 if index is None else index + 1 for index in (*block.first_index, *block.last_index)]
    starts = np.flatnonzero(np.diff(block.quality, prepend=np.uint8(255)))
    lengths = np.diff(np.append(starts, block.quality.size))
    runs = [int(n) for pair in zip(lengths, block.quality[starts], strict=True) for n in pair]
    return put((mask, *indices, len(starts), *runs)) + packing.pack(block.energies)


def unpack(data: bytes, *, day: int, period_min: int, segments: tuple[Segment, ...]) -> CanonicalBlock:
    cursor = Cursor(data)
    mask = cursor.number()
    channels = tuple(channel for place, channel in enumerate(CHANNELS) if mask >> place & 1)
    indices = [None if (n := cursor.number()) == 0 else n - 1 for _ in range(2 * len(channels))]
    quality = _qualities(cursor, DAY_MIN // period_min)
    energies = packing.unpack(cursor.rest(), rows=len(channels), count=quality.size)
    first, last = tuple(indices[: len(channels)]), tuple(indices[len(channels) :])
    return CanonicalBlock(day, period_min, channels, energies, quality, first, last, segments)


def segments_text(block: CanonicalBlock) -> str:
    """`17:40`, meter and multiplier; for a part of the day `0-41:17:40`, from slot, until before slot.

    A clock other than the country's stands behind: `17:40s` (still changes to summer time), `17:40w` (wrong).
    """
    return " ".join(_segment_text(segment, block.quality.size) for segment in block.segments)


def segments_of(text: str, *, period_min: int) -> tuple[Segment, ...]:
    return tuple(_segment(part.split(":"), DAY_MIN // period_min) for part in text.split())


def _segment_text(segment: Segment, slots: int) -> str:
    which = f"{segment.meter_id}:{multiplier_text(segment.multiplier)}{segment.clock.mark}"
    if (segment.from_slot, segment.until_slot) == (0, slots):
        return which
    return f"{segment.from_slot}-{segment.until_slot}:{which}"


def _segment(parts: list[str], slots: int) -> Segment:
    *place, meter_id, multiplier = parts
    first, until = place[0].split("-") if place else (0, slots)
    number = multiplier.rstrip(_CLOCK_MARKS)
    clock = Clock.of_mark(multiplier[len(number) :])
    return Segment(int(first), int(until), int(meter_id), Decimal(number), clock)


def _qualities(cursor: Cursor, slots: int) -> Marks:
    runs = [(cursor.number(), cursor.number()) for _ in range(min(cursor.number(), slots))]
    if sum(length for length, _ in runs) != slots or any(mark > 255 for _, mark in runs):
        raise BlockDamaged(f"the qualities of a block are not of {slots} slots")
    return np.repeat(np.array([mark for _, mark in runs], dtype=np.uint8), [length for length, _ in runs])
