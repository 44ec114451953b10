"""What rules found in days, by which book of thresholds, and what the operator set."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from osos.store.types import Blob, Id, Instant, Json, Words

revision = "0009"
down_revision = "0008"
_SMALL_ID = sa.SmallInteger().with_variant(sa.Integer, "sqlite")  # SQLite numbers rows only in an INTEGER key
_ASKED = sa.text('"rules" > 0')


def upgrade() -> None:
    _books()
    _verdicts()


def _books() -> None:
    op.create_table(
        "rule_books",
        sa.Column("id", _SMALL_ID, primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("content_hash", Blob, nullable=False),
        sa.Column("first_used", Instant, nullable=False),
        sa.UniqueConstraint("content_hash"),
    )
    op.create_table(
        "rule_settings",
        sa.Column("id", Id, primary_key=True),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("threshold", sa.Text, nullable=False),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.Column("since_day", sa.Integer, nullable=False),
        sa.Column("until_day", sa.Integer),
        sa.Column("scope", Json, nullable=False),
        sa.Column("by", Words, nullable=False),
        sa.Column("reason", Words, nullable=False),
        sa.Column("set_at", Instant, nullable=False),
    )


def _columns() -> list[sa.Column[Any]]:
    small = ("version", "block_version", "book_id", "worst", "suspect", "still")
    return [
        sa.Column("point_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("judged_at", sa.Integer, nullable=False),
        *(sa.Column(name, sa.SmallInteger, autoincrement=False, nullable=False) for name in small),
        sa.Column("rules", sa.BigInteger, nullable=False),
        sa.Column("findings", Blob, nullable=False),
    ]


def _verdicts() -> None:
    days_first = op.get_bind().dialect.name == "sqlite"  # as the blocks lie, see 0003
    op.create_table(
        "verdicts",
        *_columns(),
        sa.PrimaryKeyConstraint(*(("day", "point_id") if days_first else ("point_id", "day"))),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_verdicts_day_asked",
        "verdicts",
        ["day", "point_id"],
        postgresql_where=_ASKED,
        sqlite_where=_ASKED,
    )
    op.create_table(
        "verdicts_history",
        *_columns(),
        sa.Column("replaced_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("point_id", "day", "version"),
        sqlite_with_rowid=False,
    )
