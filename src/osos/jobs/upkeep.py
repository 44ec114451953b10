"""What lies in the queue, and what became of the dead?"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from osos.jobs.tables import DEAD, DONE, WAITING, jobs


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A job nobody will try again unless a person revives it; its bytes are as they were put."""

    job_id: int
    kind: str
    key: str | None
    payload: bytes
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class JobStatus:
    """How far a job is: waiting, running, done or dead."""

    job_id: int
    kind: str
    state: str
    done: int | None
    total: int | None
    result: object
    reason: str | None


def job_status(conn: Connection, job_id: int) -> JobStatus | None:
    row = conn.execute(select(jobs).where(jobs.c.id == job_id)).one_or_none()
    if row is None:
        return None
    return JobStatus(row.id, row.kind, row.state, row.done, row.total, row.result, row.reason)


@dataclass(frozen=True, slots=True)
class ListedJob:
    """A job in a list: how far it is and what it was put with."""

    status: JobStatus
    payload: bytes
    changed_at: datetime | None  # None: nobody has taken it yet


def recent_jobs(conn: Connection, *, kind: str, limit: int = 50) -> list[ListedJob]:
    """The jobs of a kind, the latest put first."""
    query = select(jobs).where(jobs.c.kind == kind).order_by(jobs.c.id.desc()).limit(limit)
    return [
        ListedJob(
            JobStatus(row.id, row.kind, row.state, row.done, row.total, row.result, row.reason),
            row.payload,
            row.changed_at,
        )
        for row in conn.execute(query)
    ]


def job_payload(conn: Connection, job_id: int) -> bytes:
    """What a job was put with; nothing when there is no such job."""
    return conn.execute(select(jobs.c.payload).where(jobs.c.id == job_id)).scalar_one_or_none() or b""


def counts(conn: Connection) -> dict[tuple[str, str], int]:
    """How many jobs there are of each (kind, state)."""
    rows = conn.execute(select(jobs.c.kind, jobs.c.state, func.count()).group_by(jobs.c.kind, jobs.c.state))
    return {(kind, state): number for kind, state, number in rows}


def dead_letters(conn: Connection, *, limit: int = 1000) -> list[DeadLetter]:
    """The dead, oldest first."""
    rows = conn.execute(select(jobs).where(jobs.c.state == DEAD).order_by(jobs.c.id).limit(limit))
    return [DeadLetter(row.id, row.kind, row.key, row.payload, row.reason, row.changed_at) for row in rows]


def revive(conn: Connection, job_id: int, *, not_before: datetime) -> bool:
    """Let a dead letter be tried once more; False when there is no such dead letter."""
    dead = (jobs.c.id == job_id) & (jobs.c.state == DEAD)
    values = {"state": WAITING, "due_at": not_before, "lapses": 0}
    return conn.execute(jobs.update().where(dead).values(values)).rowcount == 1


def purge(conn: Connection, *, before: datetime) -> int:
    """Forget what was done before this instant, keys included; dead letters stay."""
    old = (jobs.c.state == DONE) & (jobs.c.changed_at < before)
    return conn.execute(jobs.delete().where(old)).rowcount
