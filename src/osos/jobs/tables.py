"""What does the queue keep of a job and of a schedule?"""

from sqlalchemy import Column, Index, Integer, Table, Text, desc, text

from osos.store import Blob, Id, Instant, Json, Words, metadata

WAITING, RUNNING, DONE, DEAD = "waiting", "running", "done", "dead"
_CLAIMABLE = text("due_at IS NOT NULL")

jobs = Table(
    "jobs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("key", Words),  # put twice with one key: the second changes nothing
    Column("payload", Blob, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("state", Text, nullable=False),
    # When a worker may take it: not_before while waiting, the end of the lease while running, else NULL.
    Column("due_at", Instant),
    Column("fence", Integer, nullable=False),  # goes up with every claim; an older number may not finish (F6)
    Column("lapses", Integer, nullable=False),  # leases that ran out: the worker died or froze on it (F52)
    Column("worker", Words),
    Column("done", Integer),
    Column("total", Integer),
    Column("result", Json),
    Column("reason", Words),  # of the last failure, in words
    Column("changed_at", Instant),
    Index(None, "kind", "key", unique=True),
    # A claim reads the first entry of this index and no other, however long the queue is.
    Index(
        "ix_jobs_claim",
        "kind",
        desc("priority"),
        "due_at",
        "id",
        postgresql_where=_CLAIMABLE,
        sqlite_where=_CLAIMABLE,
    ),
)

schedules = Table(
    "schedules",
    metadata,
    Column("name", Words, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("payload", Blob, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("every_s", Integer, nullable=False),
    Column("next_at", Instant, nullable=False),
    Index(None, "next_at"),
)
