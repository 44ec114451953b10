"""The network with dated facts, its balances day by day, and what the radar suspects.

The two tables of 0008 are made anew: no command could fill them, and their facts had no dates.
"""

import sqlalchemy as sa
from alembic import op

from osos.store.types import Blob, Exact, Id, Instant, Json, Words

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.drop_table("network_points")
    op.drop_table("network_nodes")
    _registry()
    _days()
    _radar()


def _registry() -> None:
    op.create_table(
        "network_nodes",
        sa.Column("id", Id, primary_key=True),
        sa.Column("public_id", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", Words, nullable=False),
        sa.UniqueConstraint("kind", "name"),
    )
    op.create_table(
        "network_terms",
        sa.Column("id", Id, primary_key=True),
        sa.Column("node_id", Id, sa.ForeignKey("network_nodes.id"), nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.Column("until", Instant),
        sa.Column("above_id", Id, sa.ForeignKey("network_nodes.id")),
        sa.Column("rated_kva", Exact),
        sa.Column("primary_kv", Exact),
        sa.Column("main_side", sa.Text),
        sa.Column("line_ohm", Exact),
        sa.Column("line_kv", Exact),
        sa.Column("loss_pct", Exact),
    )
    op.create_index("ix_network_terms_node_id_since", "network_terms", ["node_id", "since"], unique=True)
    op.create_table(
        "network_points",
        sa.Column("id", Id, primary_key=True),
        sa.Column("node_id", Id, sa.ForeignKey("network_nodes.id"), nullable=False),
        sa.Column("point_id", Id, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.Column("until", Instant),
    )
    op.create_index("ix_network_points_node_id", "network_points", ["node_id"])
    op.create_index("ix_network_points_point_id", "network_points", ["point_id"])


def _days() -> None:
    op.create_table(
        "network_days",
        sa.Column("node_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("seen", Blob, nullable=False),
        sa.Column("main_wh", sa.BigInteger, nullable=False),
        sa.Column("below_wh", sa.BigInteger, nullable=False),
        sa.Column("technical_wh", sa.BigInteger),
        sa.Column("open_wh", sa.BigInteger, nullable=False),
        sa.Column("slots", sa.SmallInteger, nullable=False),
        sa.Column("estimated", sa.SmallInteger, nullable=False),
        sa.Column("members", sa.Integer, nullable=False),
        sa.Column("lacking", Json, nullable=False),
        sa.Column("counted_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("node_id", "day"),
        sqlite_with_rowid=False,
    )


def _radar() -> None:
    op.create_table(
        "suspicions",
        sa.Column("id", Id, primary_key=True),
        sa.Column("public_id", sa.Text, nullable=False, unique=True),
        sa.Column("node_id", sa.Integer, nullable=False),
        sa.Column("point_id", sa.Integer, nullable=False),
        sa.Column("pattern", sa.Text, nullable=False),
        sa.Column("other_id", sa.Integer),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("first_day", sa.Integer, nullable=False),
        sa.Column("until_day", sa.Integer, nullable=False),
        sa.Column("recoverable_wh", sa.BigInteger, nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("found_at", Instant, nullable=False),
        sa.Column("looked_at", Instant, nullable=False),
        sa.Column("decided_at", Instant),
        sa.Column("decided_by", Words),
        sa.Column("note", Words),
        sa.UniqueConstraint("node_id", "point_id", "pattern"),
    )
    op.create_index("ix_suspicions_state_recoverable_wh", "suspicions", ["state", "recoverable_wh"])
    op.create_table(
        "radar_looks",
        sa.Column("node_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("until_day", sa.Integer, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("node_id"),
        sqlite_with_rowid=False,
    )
