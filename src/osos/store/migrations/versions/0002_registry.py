"""Modems, quarantine, meters, metering points, and what hangs behind what since when."""

import sqlalchemy as sa
from alembic import op

from osos.store.types import Blob, Exact, Id, Instant, Json, Words

revision = "0002"
down_revision = "0001"
_OPEN = sa.text('"until" IS NULL')


def upgrade() -> None:
    op.create_table(
        "modems",
        sa.Column("id", Id, primary_key=True),
        sa.Column("flag", sa.Text, nullable=False),
        sa.Column("serial", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("plain_until", Instant),
        sa.Column("identification", Json),
        sa.Column("last_seen", Instant),
        sa.Column("admitted_at", Instant, nullable=False),
    )
    op.create_index("ix_modems_flag_serial", "modems", ["flag", "serial"], unique=True)
    op.create_table(
        "quarantine",
        sa.Column("id", Id, primary_key=True),
        sa.Column("flag", sa.Text, nullable=False),
        sa.Column("serial", sa.Text, nullable=False),
        sa.Column("first_seen", Instant, nullable=False),
        sa.Column("last_seen", Instant, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("address", Words, nullable=False),
        sa.Column("reason", Words, nullable=False),
        sa.Column("payload", Blob, nullable=False),
    )
    op.create_index("ix_quarantine_flag_serial", "quarantine", ["flag", "serial"], unique=True)
    op.create_table(
        "meters",
        sa.Column("id", Id, primary_key=True),
        sa.Column("flag", sa.Text, nullable=False),
        sa.Column("serial", sa.Text, nullable=False),
        sa.Column("admitted_as", sa.Text, nullable=False),
        sa.Column("kind", sa.Text),
        sa.Column("ways", sa.Integer),
        sa.Column("identification", Words),
        sa.Column("learned_at", Instant),
    )
    op.create_index("ix_meters_serial_flag", "meters", ["serial", "flag"], unique=True)
    op.create_table(
        "metering_points",
        sa.Column("id", Id, primary_key=True),
        sa.Column("public_id", sa.Text, nullable=False, unique=True),
    )
    _create_links()


def _create_links() -> None:
    op.create_table(
        "installations",
        sa.Column("id", Id, primary_key=True),
        sa.Column("point_id", Id, sa.ForeignKey("metering_points.id"), nullable=False),
        sa.Column("meter_id", Id, sa.ForeignKey("meters.id"), nullable=False),
        sa.Column("multiplier", Exact, nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.Column("until", Instant),
    )
    _unique_while_open("installations", "point_id")
    _unique_while_open("installations", "meter_id")
    op.create_table(
        "modem_meters",
        sa.Column("id", Id, primary_key=True),
        sa.Column("modem_id", Id, sa.ForeignKey("modems.id"), nullable=False),
        sa.Column("meter_id", Id, sa.ForeignKey("meters.id"), nullable=False),
        sa.Column("serial_port", Words),
        sa.Column("line", Json),
        sa.Column("since", Instant, nullable=False),
        sa.Column("until", Instant),
    )
    op.create_index("ix_modem_meters_modem_id", "modem_meters", ["modem_id"])
    _unique_while_open("modem_meters", "meter_id")


def _unique_while_open(table: str, column: str) -> None:
    op.create_index(
        f"ix_{table}_{column}", table, [column], unique=True, postgresql_where=_OPEN, sqlite_where=_OPEN
    )
