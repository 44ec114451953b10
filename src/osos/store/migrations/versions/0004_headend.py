"""Outcomes of conversations with modems, and the plan each modem has acknowledged."""

import sqlalchemy as sa
from alembic import op

from osos.store.types import Id, Instant, Words

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "outcomes",
        sa.Column("id", Id, primary_key=True),
        sa.Column("modem", Words, nullable=False),
        sa.Column("meter", Words, nullable=False),
        sa.Column("what", Words, nullable=False),
        sa.Column("asked_at", Instant, nullable=False),
        sa.Column("ended_at", Instant, nullable=False),
        sa.Column("code", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("tr", Words, nullable=False),
        sa.Column("en", Words, nullable=False),
        sa.Column("reference_id", Words, nullable=False),
        sa.Column("job_id", Id),
    )
    op.create_index("ix_outcomes_modem_id", "outcomes", ["modem", "id"])
    op.create_index("ix_outcomes_reference_id", "outcomes", ["reference_id"])
    op.create_table(
        "modem_plans",
        sa.Column("modem_id", Id, primary_key=True, autoincrement=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("acknowledged_at", Instant, nullable=False),
    )
