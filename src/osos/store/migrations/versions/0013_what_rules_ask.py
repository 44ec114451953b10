"""What a meter says of its own state, what a point may give back, the first of two words on a correction."""

import sqlalchemy as sa
from alembic import op

from osos.store.types import Exact, Id, Instant, Words

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("point_terms", sa.Column("generation_kw", Exact))
    for name, kind in (
        ("asked_state", sa.Text),
        ("asked_by", Words),
        ("asked_reason", Words),
        ("asked_at", Instant),
    ):
        op.add_column("corrections", sa.Column(name, kind))
    op.create_table(
        "meter_states",
        sa.Column("meter_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.Column("value", Words, nullable=False),
        sa.Column("frame_id", Id),
        sa.Column("known_since", Instant, nullable=False),
        sa.PrimaryKeyConstraint("meter_id", "name", "since"),
        sqlite_with_rowid=False,
    )
