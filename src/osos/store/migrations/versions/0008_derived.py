"""Kept ready for pages: counters of the fleet, what changed since they were counted, the network."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from osos.store.types import Blob, Exact, Id, Instant, Json, Words

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    _counters()
    _network()
    _whole_histories()


def _counters() -> None:
    op.create_table(
        "day_changes",
        sa.Column("id", Id, primary_key=True),
        sa.Column("point_id", sa.Integer, nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("before", Blob, nullable=False),
        sa.Column("after", Blob, nullable=False),
        sa.Column("last_label", sa.Integer),
        sa.Column("known_since", Instant, nullable=False),
    )
    op.create_table(
        "fleet_areas",
        sa.Column("id", Id, primary_key=True),
        sa.Column("region", Words, nullable=False),
        sa.Column("centre", Words, nullable=False),
        sa.Column("district", Words, nullable=False),
        sa.Column("point_class", Words, nullable=False),
        sa.UniqueConstraint("region", "centre", "district", "point_class"),
    )
    _create(
        "fleet_points",
        ("point_id",),
        _number("point_id"),
        sa.Column("area_id", sa.Integer, nullable=False),
        sa.Column("last_label", sa.Integer, nullable=False),
        sa.Column("hangs", sa.Boolean, nullable=False),
    )
    op.create_index("ix_fleet_points_last_label", "fleet_points", ["last_label"])
    _create(
        "fleet_days",
        ("day", "area_id"),
        _number("day"),
        _number("area_id"),
        sa.Column("points", sa.Integer, nullable=False),
        sa.Column("read", sa.Integer, nullable=False),
        sa.Column("due_total", sa.BigInteger, nullable=False),
        sa.Column("known_total", sa.BigInteger, nullable=False),
        sa.Column("due", Blob, nullable=False),
        sa.Column("said", Blob, nullable=False),
        sa.Column("filled", Blob, nullable=False),
    )
    op.create_table(
        "fleet_figures",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", Json, nullable=False),
        sa.Column("at", Instant, nullable=False),
    )


def _network() -> None:
    op.create_table(
        "network_nodes",
        sa.Column("id", Id, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", Words, nullable=False),
        sa.Column("above_id", Id, sa.ForeignKey("network_nodes.id")),
        sa.Column("rated_kva", Exact),
        sa.Column("loss_table", sa.Text),
        sa.Column("line", Json),
        sa.UniqueConstraint("kind", "name"),
    )
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


def _whole_histories() -> None:
    """The unique indexes hold what is open only; who ever hung where was found by walking all of it."""
    for table, column in (
        ("installations", "point_id"),
        ("installations", "meter_id"),
        ("modem_meters", "meter_id"),
    ):
        op.create_index(f"ix_{table}_{column}_since", table, [column, "since"])


def _create(name: str, key: tuple[str, ...], *columns: sa.Column[Any]) -> None:
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*key), sqlite_with_rowid=False)


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, autoincrement=False, nullable=False)
