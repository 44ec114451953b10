"""How are many frames kept that nobody has seen yet, at a fraction of the price?

One statement run over all of them. A fleet's heartbeats come by the hundred, and each is kept like any frame.
"""

import hashlib
from collections.abc import Sequence

from sqlalchemy import Connection, Insert, false, select

from osos.mdm.ledger import FrameOutcome, WireFrame, new_row, once_of, reference_known
from osos.mdm.tables import frames

_AT_ONCE = 400  # values in one IN (…)
_built: dict[bool, Insert] = {}


def seen_before(conn: Connection, sent: Sequence[WireFrame]) -> set[int]:
    """Which of these the ledger has already, byte for byte, by their places; also twins among themselves."""
    marks: dict[bytes, int] = {}
    found: set[int] = set()
    for number, frame in enumerate(sent):
        mark = once_of(frame, _hash(frame))
        if mark is not None and marks.setdefault(mark, number) != number:
            found.add(number)
    ordered = list(marks)
    for start in range(0, len(ordered), _AT_ONCE):
        some = ordered[start : start + _AT_ONCE]
        query = select(frames.c.once).where(frames.c.once.in_(some))
        found |= {marks[bytes(mark)] for mark in conn.scalars(query)}
    return found


def keep_many(conn: Connection, sent: Sequence[tuple[WireFrame, FrameOutcome | None, str | None]]) -> None:
    """Keep them in the caller's transaction, each with what it came to.

    None of them may be there: else this raises the driver's IntegrityError.
    """
    rows: dict[bool, list[dict[str, object]]] = {True: [], False: []}
    for frame, outcome, reason in sent:
        payload_hash = _hash(frame)
        row = new_row(frame, payload_hash, once_of(frame, payload_hash))
        row |= {"outcome": outcome.value if outcome is not None else None, "reason": reason}
        rows[row["once"] is not None].append(row)
    for has_reference, some in rows.items():
        if some:
            conn.execute(_keeping(has_reference=has_reference), some)


def _keeping(*, has_reference: bool) -> Insert:
    if has_reference not in _built:
        reused = reference_known() if has_reference else false()
        _built[has_reference] = frames.insert().values(repeats=0, reference_reused=reused)
    return _built[has_reference]


def _hash(frame: WireFrame) -> bytes:
    return hashlib.blake2b(frame.payload, digest_size=16).digest()
