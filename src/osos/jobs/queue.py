"""Who does which piece of work, and what if he never comes back?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, select, union_all

from osos.jobs.tables import DEAD, DONE, RUNNING, WAITING, jobs
from osos.store import insert

LAPSES_UNTIL_DEAD = 3  # a job that kills its worker three times is poison (F52)
_ORDER = (jobs.c.priority.desc(), jobs.c.due_at, jobs.c.id)


@dataclass(frozen=True, slots=True)
class Put:
    """What became of a `put`: the job, and whether its key was known already."""

    job_id: int
    repeated: bool


@dataclass(frozen=True, slots=True)
class Job:
    """A job in the hands of one worker; `fence` says which claim of it this is."""

    id: int
    kind: str
    key: str | None
    payload: bytes
    priority: int
    fence: int
    worker: str
    lease_until: datetime


class StaleLease(Exception):
    """Another worker has the job by now, or it is over; what this one did must not count (F6).

    Raised inside the worker's transaction, so that its effects go with it.
    """

    def __init__(self, job: Job) -> None:
        super().__init__(
            f"job {job.id} ({job.kind}) is no longer held by {job.worker} under number {job.fence}; "
            f"its work is not kept, the newer holder does it"
        )
        self.job = job


def put(
    conn: Connection,
    *,
    kind: str,
    payload: bytes,
    not_before: datetime,
    key: str | None = None,
    priority: int = 0,
) -> Put:
    """Put a job in the caller's transaction; the same key of the same kind is put once, ever until purged."""
    new = {
        "kind": kind,
        "key": key,
        "payload": payload,
        "priority": priority,
        "state": WAITING,
        "due_at": not_before,
        "fence": 0,
        "lapses": 0,
    }
    statement = insert(conn, jobs).values(new).on_conflict_do_nothing(index_elements=["kind", "key"])
    job_id = conn.scalar(statement.returning(jobs.c.id))
    if job_id is not None:
        return Put(job_id, repeated=False)
    known = select(jobs.c.id).where(jobs.c.kind == kind, jobs.c.key == key)
    return Put(conn.execute(known).scalar_one(), repeated=True)


def claim(
    conn: Connection, *, kinds: Iterable[str], worker: str, now: datetime, lease_s: float
) -> Job | None:
    """The most urgent job that is due, for this worker alone until its lease ends."""
    claimed = claim_many(conn, kinds=kinds, worker=worker, now=now, lease_s=lease_s, limit=1)
    return claimed[0] if claimed else None


def claim_many(
    conn: Connection, *, kinds: Iterable[str], worker: str, now: datetime, lease_s: float, limit: int
) -> list[Job]:
    """Up to `limit` due jobs; the kind whose first job is most urgent comes first.

    A job whose lease has run out is due again, under a higher number. One that has outlived
    LAPSES_UNTIL_DEAD leases becomes a dead letter instead.
    """
    claimed: list[Job] = []
    for kind in _by_urgency(conn, list(kinds), now):
        while len(claimed) < limit:
            rows = _lock_due(conn, kind, now, limit - len(claimed))
            poison = [row for row in rows if _is_poison(row)]
            for row in poison:
                _bury_poison(conn, row, now)
            sound = [row for row in rows if not _is_poison(row)]
            claimed += [_take(conn, row, worker, now, _later(now, lease_s)) for row in sound]
            if not poison:
                break
    return claimed


def extend(conn: Connection, job: Job, lease_s: float, now: datetime) -> Job:
    """Hold on to the job until `lease_s` from now."""
    until = _later(now, lease_s)
    _change(conn, job, now, due_at=until)
    return Job(job.id, job.kind, job.key, job.payload, job.priority, job.fence, job.worker, until)


def progress(conn: Connection, job: Job, done: int, total: int, now: datetime) -> None:
    """Say how far it is."""
    _change(conn, job, now, done=done, total=total)


def finish(conn: Connection, job: Job, result: Any, now: datetime) -> None:
    """The work is done; `result` is a JSON document. Raises StaleLease."""
    _change(conn, job, now, state=DONE, due_at=None, result=result, reason=None)


def fail(conn: Connection, job: Job, reason: str, now: datetime, retry_at: datetime | None = None) -> None:
    """It did not work: try again at `retry_at`, or keep it as a dead letter, bytes and all."""
    if retry_at is None:
        _change(conn, job, now, state=DEAD, due_at=None, reason=reason)
    else:
        _change(conn, job, now, state=WAITING, due_at=retry_at, reason=reason, lapses=0)


def _change(conn: Connection, job: Job, now: datetime, **values: Any) -> None:
    held = (jobs.c.id == job.id) & (jobs.c.fence == job.fence) & (jobs.c.state == RUNNING)
    if conn.execute(jobs.update().where(held).values(changed_at=now, **values)).rowcount != 1:
        raise StaleLease(job)


def _later(now: datetime, lease_s: float) -> datetime:
    return now.astimezone(UTC) + timedelta(seconds=lease_s)


def _due(kind: str, now: datetime, limit: int) -> Select[Any]:
    due = (jobs.c.kind == kind) & jobs.c.due_at.is_not(None) & (jobs.c.due_at <= now)
    return select(jobs).where(due).order_by(*_ORDER).limit(limit)


def _by_urgency(conn: Connection, kinds: list[str], now: datetime) -> list[str]:
    if len(kinds) < 2:
        return kinds
    heads = union_all(*(select(_due(kind, now, 1).subquery()) for kind in kinds)).subquery()
    order = (heads.c.priority.desc(), heads.c.due_at, heads.c.id)
    return list(conn.scalars(select(heads.c.kind).order_by(*order)))


def _lock_due(conn: Connection, kind: str, now: datetime, limit: int) -> list[Row[Any]]:
    # SQLite leaves FOR UPDATE out: a writing transaction is alone there.
    return list(conn.execute(_due(kind, now, limit).with_for_update(skip_locked=True)))


def _take(conn: Connection, row: Row[Any], worker: str, now: datetime, until: datetime) -> Job:
    lapses = row.lapses + (row.state == RUNNING)
    conn.execute(
        jobs.update()
        .where(jobs.c.id == row.id)
        .values(
            state=RUNNING, due_at=until, fence=row.fence + 1, lapses=lapses, worker=worker, changed_at=now
        )
    )
    return Job(row.id, row.kind, row.key, row.payload, row.priority, row.fence + 1, worker, until)


def _is_poison(row: Row[Any]) -> bool:
    return bool(row.state == RUNNING and row.lapses + 1 >= LAPSES_UNTIL_DEAD)


def _bury_poison(conn: Connection, row: Row[Any], now: datetime) -> None:
    reason = (
        f"{LAPSES_UNTIL_DEAD} workers in a row took it and never came back, {row.worker} last: "
        f"look at its bytes, then revive it"
    )
    conn.execute(
        jobs.update()
        .where(jobs.c.id == row.id)
        .values(
            state=DEAD,
            due_at=None,
            fence=row.fence + 1,
            lapses=LAPSES_UNTIL_DEAD,
            reason=reason,
            changed_at=now,
        )
    )
