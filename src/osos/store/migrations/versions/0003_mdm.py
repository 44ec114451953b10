"""The raw ledger, blocks as said and canonical with their older versions, readings, gaps, alarms."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from osos.store.types import Blob, Id, Instant, Words

revision = "0003"
down_revision = "0002"
_SMALL_ID = sa.SmallInteger().with_variant(sa.Integer, "sqlite")  # SQLite numbers rows only in an INTEGER key
_OPEN = sa.text('"closed_at" IS NULL')


def upgrade() -> None:
    _frames()
    _said()
    _canonical()
    _readings()
    _gaps()
    _alarms()


def _create(
    name: str, key: tuple[str, ...], *columns: sa.Column[Any], sqlite_key: tuple[str, ...] = ()
) -> None:
    """A table whose rows lie in its key; SQLite reads months of all points faster with the day first."""
    first = sqlite_key if sqlite_key and op.get_bind().dialect.name == "sqlite" else key
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*first), sqlite_with_rowid=False)


def _frames() -> None:
    op.create_table(
        "frames",
        sa.Column("id", Id, primary_key=True),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("link", sa.Text, nullable=False),
        sa.Column("address", Words, nullable=False),
        sa.Column("session", Words, nullable=False),
        sa.Column("modem_id", Id),
        sa.Column("flag", Words, nullable=False),
        sa.Column("serial", Words, nullable=False),
        sa.Column("function", Words, nullable=False),
        sa.Column("reference_id", Words, nullable=False),
        sa.Column("part", sa.Integer),
        sa.Column("received_at", Instant, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("payload", Blob, nullable=False),
        sa.Column("payload_hash", Blob, nullable=False),
        sa.Column("once", Blob),
        sa.Column("repeats", sa.Integer, nullable=False),
        sa.Column("last_repeat_at", Instant),
        sa.Column("reference_reused", sa.Boolean, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("reason", Words),
    )
    op.create_index("ix_frames_once", "frames", ["once"], unique=True)
    op.create_index("ix_frames_serial_reference_id", "frames", ["serial", "reference_id"])
    op.create_index("ix_frames_modem_id_id", "frames", ["modem_id", "id"])


def _replaced() -> list[sa.Column[Any]]:
    return [sa.Column("replaced_at", Instant, nullable=False), sa.Column("replaced_by", Id)]


def _said_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("frame_id", Id, nullable=False),
        sa.Column("meter_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("known_since", sa.Integer, nullable=False),
        sa.Column("profile", sa.SmallInteger, autoincrement=False, nullable=False),
        sa.Column("layout_id", sa.SmallInteger, nullable=False),
        sa.Column("version", sa.SmallInteger, autoincrement=False, nullable=False),
        sa.Column("missing", sa.SmallInteger, nullable=False),
        sa.Column("period_min", sa.SmallInteger, nullable=False),
        sa.Column("content_hash", Blob, nullable=False),
        sa.Column("payload", Blob, nullable=False),
    ]


def _said() -> None:
    op.create_table(
        "layouts",
        sa.Column("id", _SMALL_ID, primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
        sa.UniqueConstraint("content"),
    )
    key, days_first = ("meter_id", "day", "profile"), ("day", "meter_id", "profile")
    _create("said_blocks", key, *_said_columns(), sqlite_key=days_first)
    _create("said_history", (*key, "version"), *_said_columns(), *_replaced())


def _canonical_columns() -> list[sa.Column[Any]]:
    sums = ("a_plus_wh", "a_minus_wh", "q1_varh", "q2_varh", "q3_varh", "q4_varh", "max_a_plus_wh")
    return [
        sa.Column("point_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("known_since", sa.Integer, nullable=False),
        sa.Column("version", sa.SmallInteger, autoincrement=False, nullable=False),
        sa.Column("period_min", sa.SmallInteger, nullable=False),
        sa.Column("suspect", sa.SmallInteger, nullable=False),
        sa.Column("missing", sa.SmallInteger, nullable=False),
        *(sa.Column(name, sa.Integer) for name in sums),
        sa.Column("segments", sa.Text, nullable=False),
        sa.Column("content_hash", Blob, nullable=False),
        sa.Column("payload", Blob, nullable=False),
    ]


def _canonical() -> None:
    key = ("point_id", "day")
    _create("canonical_blocks", key, *_canonical_columns(), sqlite_key=("day", "point_id"))
    _create("canonical_history", (*key, "version"), *_canonical_columns(), *_replaced())


def _reading_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("meter_id", Id, autoincrement=False, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("history", sa.SmallInteger, autoincrement=False, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("version", sa.SmallInteger, autoincrement=False, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("scale", sa.SmallInteger, nullable=False),
        sa.Column("base_unit", sa.Text, nullable=False),
        sa.Column("text", Words, nullable=False),
        sa.Column("unit", Words),
        sa.Column("stamp", Instant),
        sa.Column("row", sa.SmallInteger),
        sa.Column("time_from", sa.Text, nullable=False),
        sa.Column("quality", sa.SmallInteger, nullable=False),
        sa.Column("frame_id", Id, nullable=False),
        sa.Column("received_at", Instant, nullable=False),
    ]


def _readings() -> None:
    key = ("meter_id", "code", "history", "at")
    _create("readings", key, *_reading_columns())
    _create("readings_history", (*key, "version"), *_reading_columns(), *_replaced())


def _gaps() -> None:
    op.create_table(
        "gaps",
        sa.Column("id", Id, primary_key=True),
        sa.Column("point_id", Id, nullable=False),
        sa.Column("meter_id", Id, nullable=False),
        sa.Column("profile", sa.Text, nullable=False),
        sa.Column("first_label", sa.Integer, nullable=False),
        sa.Column("last_label", sa.Integer, nullable=False),
        sa.Column("period_min", sa.SmallInteger, nullable=False),
        sa.Column("missing", sa.Integer, nullable=False),
        sa.Column("found_at", Instant, nullable=False),
        sa.Column("answered_empty", sa.Integer, nullable=False),
        sa.Column("answered_at", Instant),
        sa.Column("closed_at", Instant),
    )
    op.create_index(
        "ix_gaps_meter_id_profile_first_label",
        "gaps",
        ["meter_id", "profile", "first_label"],
        postgresql_where=_OPEN,
        sqlite_where=_OPEN,
    )
    op.create_table(
        "gap_marks",
        sa.Column("point_id", Id, primary_key=True, autoincrement=False),
        sa.Column("meter_id", Id, primary_key=True, autoincrement=False),
        sa.Column("profile", sa.Text, primary_key=True),
        sa.Column("since_label", sa.Integer, nullable=False),
        sa.Column("checked_to", sa.Integer, nullable=False),
        sa.Column("period_min", sa.SmallInteger, nullable=False),
    )


def _alarms() -> None:
    op.create_table(
        "alarms",
        sa.Column("id", Id, primary_key=True),
        sa.Column("modem_id", Id, nullable=False),
        sa.Column("meter", Words, nullable=False),
        sa.Column("incident_code", sa.Integer, nullable=False),
        sa.Column("level", Words, nullable=False),
        sa.Column("type", Words, nullable=False),
        sa.Column("description", Words, nullable=False),
        sa.Column("happened_at", Instant, nullable=False),
        sa.Column("received_at", Instant, nullable=False),
        sa.Column("frame_id", Id, nullable=False),
        sa.Column("once", Blob, nullable=False),
        sa.UniqueConstraint("once"),
    )
    op.create_index("ix_alarms_modem_id_happened_at", "alarms", ["modem_id", "happened_at"])
