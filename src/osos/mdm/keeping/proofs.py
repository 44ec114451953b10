"""What was destroyed when, by whom, and does its list of hashes still hold (D-6)?"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from osos.mdm.keeping.retention import RULES, proof_of
from osos.store import Event, list_events
from osos.store.events import events

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One destruction; `holds`: its hashes are all there and give the hash that was written down for them."""

    at: datetime
    by: str
    kind: str
    rows: int
    proof: str
    kept_days: int
    purpose: str
    holds: bool


def proofs(conn: Connection) -> Iterator[Proof]:
    """Every destruction, kind by kind, the oldest first."""
    for rule in RULES:
        hashes: list[str] = []
        for event in _events(conn, rule.kind):
            if event.act == "destroyed":
                hashes += event.after["hashes"]
                continue
            told = event.after
            yield Proof(
                at=event.at,
                by=event.actor,
                kind=rule.kind,
                rows=told["rows"],
                proof=told["list"],
                kept_days=told["kept_days"],
                purpose=told["purpose"],
                holds=proof_of(hashes) == told["list"] and len(hashes) == told["rows"],
            )
            hashes = []


def destroyed(conn: Connection, data: bytes) -> Proof | None:
    """The destruction by which these very bytes of a frame went; None: they are on no list."""
    wanted = hashlib.blake2b(data, digest_size=16).hexdigest()
    lists = {
        event.after["list"] for event in _events(conn, "frames") if wanted in event.after.get("hashes", ())
    }
    return next((one for one in proofs(conn) if one.kind == "frames" and one.proof in lists), None)


def _events(conn: Connection, kind: str) -> Iterator[Event]:
    """All of one kind, a portion at a time."""
    subject, after = f"retention {kind}", 0
    while True:
        ids = list(
            conn.scalars(
                events.select()
                .with_only_columns(events.c.id)
                .where(events.c.subject == subject, events.c.id > after)
                .order_by(events.c.id)
                .limit(_AT_ONCE)
            )
        )
        yield from list_events(conn, subject=subject, after_id=after, limit=_AT_ONCE)
        if len(ids) < _AT_ONCE:
            return
        after = ids[-1]
