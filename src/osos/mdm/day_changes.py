"""Which quarter hours of which days came to be known, or known otherwise, since the fleet was last counted?

Noted in the transaction that changes a block, so that no count can miss one; 48 bytes a change.
"""

from collections.abc import Mapping
from datetime import datetime

import numpy as np
import numpy.typing as npt
from sqlalchemy import Column, Connection, Integer, Table

from osos.mdm.canonical import CanonicalBlock
from osos.mdm.labels import NOMINAL_MIN, edge_of_day
from osos.quantities import Quality
from osos.store import Blob, Id, Instant, append, metadata

QUARTERS = 96
_BYTES = QUARTERS // 8
_FILLED = (Quality.ESTIMATED.mark, Quality.EDITED.mark)

# Written with the change itself, taken away by the next count of the fleet (docs/why/fleet-counters.md).
day_changes = Table(
    "day_changes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("point_id", Integer, nullable=False),
    Column("day", Integer, nullable=False),
    Column("before", Blob, nullable=False),  # which quarter hours were said, which filled; empty: no block
    Column("after", Blob, nullable=False),
    Column("last_label", Integer),  # the end of the last quarter hour that is known now
    Column("known_since", Instant, nullable=False),
)

Change = tuple[CanonicalBlock | None, CanonicalBlock | None]  # before, after
Bits = npt.NDArray[np.uint8]


def note(conn: Connection, *, point_id: int, changes: Mapping[int, Change], at: datetime) -> None:
    """By day; a change that leaves the same quarter hours known is none."""
    rows = []
    for day, (before, after) in changes.items():
        was, now = pack(before), pack(after)
        if was != now:
            last = None if after is None else last_known(after)
            rows.append(
                {
                    "point_id": point_id,
                    "day": day,
                    "before": was,
                    "after": now,
                    "last_label": last,
                    "known_since": at,
                }
            )
    append(conn, day_changes, rows)


def pack(block: CanonicalBlock | None) -> bytes:
    """A bit a quarter hour: 12 bytes said, 12 bytes filled; nothing for no block."""
    if block is None:
        return b""
    marks = np.repeat(block.quality, block.period_min // NOMINAL_MIN)
    filled = np.isin(marks, _FILLED)
    said = (marks != Quality.MISSING.mark) & ~filled
    return np.packbits(said).tobytes() + np.packbits(filled).tobytes()


def unpack(packed: bytes) -> tuple[Bits, Bits]:
    """Said and filled, 96 zeros and ones each."""
    bits = np.unpackbits(np.frombuffer(packed or bytes(2 * _BYTES), dtype=np.uint8))
    return bits[:QUARTERS], bits[QUARTERS:]


def last_known(block: CanonicalBlock) -> int | None:
    """The label at which the last known slot ends."""
    known = np.flatnonzero(block.quality != Quality.MISSING.mark)
    return None if not known.size else edge_of_day(block.day) + (int(known[-1]) + 1) * block.period_min
