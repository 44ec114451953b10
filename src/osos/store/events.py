"""Who did what, when, to which thing, and what was it before and after?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Index, Table, select

from osos.store.statements import append
from osos.store.types import Id, Instant, Json, Words, metadata

events = Table(
    "events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", Words, nullable=False),
    Column("act", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("before", Json),
    Column("after", Json),
    Index(None, "subject", "id"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of the event log; `before` and `after` are JSON documents, None where there is none."""

    at: datetime
    actor: str
    act: str
    subject: str
    before: Any = None
    after: Any = None


def record_event(
    conn: Connection,
    *,
    at: datetime,
    actor: str,
    act: str,
    subject: str,
    before: Any = None,
    after: Any = None,
) -> None:
    """Write one line in the transaction of the change it tells of, so that neither is kept alone."""
    record_events(conn, [Event(at=at, actor=actor, act=act, subject=subject, before=before, after=after)])


def record_events(conn: Connection, happened: Iterable[Event]) -> None:
    """The same for many changes at once."""
    rows = [
        {
            "at": one.at,
            "actor": one.actor,
            "act": one.act,
            "subject": one.subject,
            "before": one.before,
            "after": one.after,
        }
        for one in happened
    ]
    append(conn, events, rows)


def list_events(
    conn: Connection, *, subject: str | None = None, after_id: int = 0, limit: int = 1000
) -> list[Event]:
    """The log in the order it was written, of one subject or of all."""
    query = select(events).where(events.c.id > after_id).order_by(events.c.id).limit(limit)
    if subject is not None:
        query = query.where(events.c.subject == subject)
    return [
        Event(
            at=row.at, actor=row.actor, act=row.act, subject=row.subject, before=row.before, after=row.after
        )
        for row in conn.execute(query)
    ]
