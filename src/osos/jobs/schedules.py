"""What has to be put into the queue again and again, and when next?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from osos.jobs.queue import put
from osos.jobs.tables import schedules
from osos.store import insert


@dataclass(frozen=True, slots=True)
class Due:
    """A schedule whose time had come: the job put for it, and how many times were missed before this one."""

    name: str
    job_id: int
    at: datetime
    missed: int


def schedule(
    conn: Connection,
    *,
    name: str,
    kind: str,
    payload: bytes,
    every_s: int,
    first_at: datetime,
    priority: int = 0,
) -> None:
    """Put a job at `first_at` and every `every_s` seconds after; said again, only what differs changes.

    The beat of a known schedule is kept unless its period changes, so a restart runs nothing twice.
    """
    if every_s <= 0:
        raise ValueError(f"a schedule has a period: every_s={every_s}")
    given = {"kind": kind, "payload": payload, "priority": priority, "every_s": every_s}
    old = conn.scalar(select(schedules.c.every_s).where(schedules.c.name == name))
    changed = given if old == every_s else given | {"next_at": first_at}
    statement = insert(conn, schedules).values(name=name, next_at=first_at, **given)
    conn.execute(statement.on_conflict_do_update(index_elements=["name"], set_=changed))


def unschedule(conn: Connection, *, name: str) -> bool:
    """Put nothing more for this name; False when there was no such schedule."""
    return conn.execute(schedules.delete().where(schedules.c.name == name)).rowcount == 1


def put_due(conn: Connection, now: datetime) -> list[Due]:
    """Put one job for each schedule whose time has come; after a standstill one, not one for each miss."""
    due = select(schedules).where(schedules.c.next_at <= now).order_by(schedules.c.next_at, schedules.c.name)
    told = []
    for row in list(conn.execute(due.with_for_update(skip_locked=True))):
        every = timedelta(seconds=row.every_s)
        missed = (now - row.next_at) // every
        at = row.next_at + missed * every
        # The key holds the beat: whatever the clock does, no beat is put twice (F63).
        made = put(
            conn,
            kind=row.kind,
            payload=row.payload,
            key=f"{row.name}@{at.isoformat()}",
            not_before=at,
            priority=row.priority,
        )
        conn.execute(schedules.update().where(schedules.c.name == row.name).values(next_at=at + every))
        told.append(Due(row.name, made.job_id, at, missed))
    return told
