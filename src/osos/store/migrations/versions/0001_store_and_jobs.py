"""The event log, the marks of a database, the queue and its schedules."""

import sqlalchemy as sa
from alembic import op

from osos.store.types import Blob, Id, Instant, Json, Words

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("id", Id, primary_key=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("actor", Words, nullable=False),
        sa.Column("act", Words, nullable=False),
        sa.Column("subject", Words, nullable=False),
        sa.Column("before", Json),
        sa.Column("after", Json),
    )
    op.create_index("ix_events_subject_id", "events", ["subject", "id"])
    op.create_table(
        "marks", sa.Column("name", Words, primary_key=True), sa.Column("value", Words, nullable=False)
    )
    op.create_table(
        "jobs",
        sa.Column("id", Id, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", Words),
        sa.Column("payload", Blob, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("due_at", Instant),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("lapses", sa.Integer, nullable=False),
        sa.Column("worker", Words),
        sa.Column("done", sa.Integer),
        sa.Column("total", sa.Integer),
        sa.Column("result", Json),
        sa.Column("reason", Words),
        sa.Column("changed_at", Instant),
    )
    op.create_index("ix_jobs_kind_key", "jobs", ["kind", "key"], unique=True)
    claimable = sa.text("due_at IS NOT NULL")
    op.create_index(
        "ix_jobs_claim",
        "jobs",
        ["kind", sa.desc("priority"), "due_at", "id"],
        postgresql_where=claimable,
        sqlite_where=claimable,
    )
    op.create_table(
        "schedules",
        sa.Column("name", Words, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("payload", Blob, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("every_s", sa.Integer, nullable=False),
        sa.Column("next_at", Instant, nullable=False),
    )
    op.create_index("ix_schedules_next_at", "schedules", ["next_at"])
