"""How long is each kind of data kept, and how is its destruction proved (D-6)?

No legal period was found in a readable text (regulation b5): the figures are proposals and a table, so that a
company sets its own. What is destroyed leaves a list of hashes in the event log: whoever still has a copy can
be shown that this very thing was there and went.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, exists, func, select

from osos.mdm.keeping.tables import decisions, interruptions
from osos.mdm.labels import day_number
from osos.mdm.tables import (
    alarms,
    canonical_blocks,
    canonical_history,
    frames,
    readings,
    readings_history,
    said_blocks,
    said_history,
)
from osos.quantities import to_local
from osos.store import record_event

YEAR = timedelta(days=365)
HASHES_AN_EVENT = 500


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of data, how long it is kept, and why that long."""

    kind: str
    keep: timedelta
    purpose: str
    personal: bool  # the profile of a home tells of those who live there (KVKK)


RULES = (
    Rule("frames", 2 * YEAR, "proof of what a meter said while a bill may be contested", True),
    Rule("versions", 10 * YEAR, "what was known when: commercial books", True),
    Rule("blocks", 10 * YEAR, "settlement and bills: commercial books", True),
    Rule("readings", 10 * YEAR, "settlement and bills: commercial books", True),
    Rule("alarms", 10 * YEAR, "audit of seals and covers", False),
)


@dataclass(frozen=True, slots=True)
class Destroyed:
    """What went: how many rows of a kind, and the hash over the list of their hashes."""

    kind: str
    rows: int
    proof: str


def destroy_expired(
    conn: Connection, *, now: datetime, by: str, rules: Sequence[Rule] = RULES
) -> tuple[Destroyed, ...]:
    """Destroy what is older than its rule says; a frame that a kept block still rests on is kept with it."""
    found = []
    for rule in rules:
        hashes: list[str] = []
        for table, condition in _expired(rule.kind, now - rule.keep):
            hashes += _hashes(conn, table, condition)
            conn.execute(delete(table).where(condition))
        if hashes:
            found.append(_prove(conn, rule, hashes, now=now, by=by))
    return tuple(found)


def _expired(kind: str, before: datetime) -> list[tuple[Table, ColumnElement[bool]]]:
    day = day_number(to_local(before).date())
    if kind == "frames":
        resting = [exists(select(t.c.frame_id).where(t.c.frame_id == frames.c.id)) for t in _RESTING]
        return [(frames, and_(frames.c.received_at < before, *(~one for one in resting)))]
    if kind == "versions":
        return [(t, t.c.replaced_at < before) for t in (said_history, canonical_history, readings_history)]
    if kind == "blocks":
        return [(t, t.c.day < day) for t in (said_blocks, canonical_blocks, decisions)]
    if kind == "readings":
        return [(readings, readings.c.at < before)]
    return [(alarms, alarms.c.received_at < before)]


_RESTING = (said_blocks, said_history, readings, interruptions)


def _hashes(conn: Connection, table: Table, condition: ColumnElement[bool]) -> list[str]:
    """Of each row that goes: its own content hash where it has one, else the hash of all it says."""
    own = next((table.c[name] for name in ("content_hash", "payload_hash") if name in table.c), None)
    key = list(table.primary_key.columns)
    if own is not None:
        return [value.hex() for value in conn.scalars(select(own).where(condition).order_by(*key))]
    rows = conn.execute(select(table).where(condition).order_by(*key))
    return [hashlib.blake2b(repr(tuple(row)).encode(), digest_size=16).hexdigest() for row in rows]


def _prove(conn: Connection, rule: Rule, hashes: list[str], *, now: datetime, by: str) -> Destroyed:
    """Write the list down in portions, and in the end what ties them together."""
    proof = hashlib.blake2b("".join(hashes).encode(), digest_size=16).hexdigest()
    for start in range(0, len(hashes), HASHES_AN_EVENT):
        part = hashes[start : start + HASHES_AN_EVENT]
        after = {"list": proof, "from": start, "hashes": part}
        record_event(conn, at=now, actor=by, act="destroyed", subject=f"retention {rule.kind}", after=after)
    total = {"list": proof, "rows": len(hashes), "kept_days": rule.keep.days, "purpose": rule.purpose}
    record_event(
        conn, at=now, actor=by, act="destruction proved", subject=f"retention {rule.kind}", after=total
    )
    return Destroyed(rule.kind, len(hashes), proof)


def oldest(conn: Connection) -> dict[str, datetime | None]:
    """Since when each kind goes back, for the page that shows the rules."""
    return {
        "frames": conn.scalar(select(func.min(frames.c.received_at))),
        "readings": conn.scalar(select(func.min(readings.c.at))),
        "alarms": conn.scalar(select(func.min(alarms.c.received_at))),
    }
