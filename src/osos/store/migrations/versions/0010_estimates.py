"""Estimated and edited slots with method, inputs, person; closed periods, corrections, papers of meters."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from osos.store.types import Blob, Id, Instant, Json, Words

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    _decisions()
    _closing()
    _papers()
    _outages()


def _create(name: str, key: tuple[str, ...], *columns: sa.Column[Any]) -> None:
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*key), sqlite_with_rowid=False)


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, autoincrement=False, nullable=False)


def _small(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.SmallInteger, autoincrement=False, nullable=nullable)


def _decisions() -> None:
    _create(
        "decisions",
        ("point_id", "day", "number"),
        _number("point_id"),
        _number("day"),
        _small("number"),
        sa.Column("kind", sa.Text, nullable=False),
        _small("of_number", nullable=True),
        _number("root_day"),
        _small("root_number"),
        _small("first_slot"),
        _small("until_slot"),
        _small("period_min"),
        sa.Column("channels", sa.Text, nullable=False),
        sa.Column("payload", Blob, nullable=False),
        sa.Column("method", sa.Text),
        _small("method_version", nullable=True),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("inputs", Json),
        sa.Column("uncertainty_wh", sa.BigInteger),
        sa.Column("reason", Words, nullable=False),
        sa.Column("actor", Words, nullable=False),
        sa.Column("moves_money", sa.Boolean, nullable=False),
        sa.Column("known_since", Instant, nullable=False),
    )


def _closing() -> None:
    _create(
        "period_closings",
        ("point_id", "month"),
        _number("point_id"),
        _number("month"),
        sa.Column("closed_at", Instant, nullable=False),
        sa.Column("closed_by", Words, nullable=False),
    )
    _create(
        "corrections",
        ("point_id", "day", "number"),
        _number("point_id"),
        _number("day"),
        _small("number"),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("settled_hash", Blob),
        _small("period_min", nullable=True),
        sa.Column("segments", sa.Text),
        sa.Column("content_hash", Blob),
        sa.Column("payload", Blob),
        sa.Column("differences", Json, nullable=False),
        sa.Column("known_since", Instant, nullable=False),
        sa.Column("frame_id", Id),
        sa.Column("decided_at", Instant),
        sa.Column("decided_by", Words),
    )


def _papers() -> None:
    _create(
        "clock_regimes",
        ("meter_id", "since", "number"),
        _number("meter_id"),
        sa.Column("since", Instant, nullable=False),
        _small("number"),
        sa.Column("clock", sa.Text, nullable=False),
        *_by_whom(),
    )
    _create(
        "installation_registers",
        ("point_id", "meter_id", "edge", "at", "number"),
        _number("point_id"),
        _number("meter_id"),
        sa.Column("edge", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        _small("number"),
        sa.Column("registers", Json, nullable=False),
        *_by_whom(),
    )
    _create(
        "check_points",
        ("point_id", "since"),
        _number("point_id"),
        sa.Column("since", Instant, nullable=False),
        _number("check_point_id"),
        sa.Column("until", Instant),
        *_by_whom(),
    )


def _by_whom() -> list[sa.Column[Any]]:
    return [
        sa.Column("reason", Words, nullable=False),
        sa.Column("actor", Words, nullable=False),
        sa.Column("known_since", Instant, nullable=False),
    ]


def _outages() -> None:
    _create(
        "interruptions",
        ("meter_id", "since", "code"),
        _number("meter_id"),
        sa.Column("since", Instant, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("until", Instant, nullable=False),
        sa.Column("frame_id", Id),
        sa.Column("known_since", Instant, nullable=False),
    )
    _create(
        "storms",
        ("area", "since"),
        sa.Column("area", Words, nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.Column("until", Instant),
        *_by_whom(),
    )
