"""How are many frames kept that nobody has seen yet, at a fraction of the price?

One statement run over all of them. A fleet's heartbeats come by the hundred, and each is kept like any frame.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Insert, false, select

from osos.mdm.ledger import FrameOutcome, WireFrame, new_row, once_of, reference_known
from osos.mdm.tables import frames

_AT_ONCE = 400  # values in one IN (…)
_built: dict[bool, Insert] = {}


@dataclass(frozen=True, slots=True)
class Marked:
    """A frame, what it came to, and the marks by which it is known again."""

    frame: WireFrame
    payload_hash: bytes
    once: bytes | None
    outcome: FrameOutcome | None = None
    reason: str | None = None


def mark(frame: WireFrame, outcome: FrameOutcome | None = None, reason: str | None = None) -> Marked:
    payload_hash = hashlib.blake2b(frame.payload, digest_size=16).digest()
    return Marked(frame, payload_hash, once_of(frame, payload_hash), outcome, reason)


def seen_before(conn: Connection, marked: Sequence[Marked]) -> set[int]:
    """Which of these the ledger has already, byte for byte, by their places; also twins among themselves."""
    places: dict[bytes, int] = {}
    found: set[int] = set()
    for place, one in enumerate(marked):
        if one.once is not None and places.setdefault(one.once, place) != place:
            found.add(place)
    ordered = list(places)
    for start in range(0, len(ordered), _AT_ONCE):
        query = select(frames.c.once).where(frames.c.once.in_(ordered[start : start + _AT_ONCE]))
        found |= {places[bytes(once)] for once in conn.scalars(query)}
    return found


def keep_many(conn: Connection, marked: Sequence[Marked]) -> None:
    """Keep them in the caller's transaction, each with what it came to.

    None of them may be there: else this raises the driver's IntegrityError.
    """
    for has_reference in (True, False):
        rows = [
            new_row(one.frame, one.payload_hash, one.once) | {"outcome": one.outcome, "reason": one.reason}
            for one in marked
            if (one.once is not None) == has_reference
        ]
        if rows:
            conn.execute(_keeping(has_reference=has_reference), rows)


def _keeping(*, has_reference: bool) -> Insert:
    if has_reference not in _built:
        reused = reference_known() if has_reference else false()
        _built[has_reference] = frames.insert().values(repeats=0, reference_reused=reused)
    return _built[has_reference]
