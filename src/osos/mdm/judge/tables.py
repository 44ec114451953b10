"""What is kept of judging: verdicts with their older versions, rule books, settings of the operator?

A clean day costs a row without findings; `rules` has a bit for each rule that warned or failed and is not
settled by a decision, and those rows alone are in the index that the work bench asks by rule.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, SmallInteger, Table, Text, UniqueConstraint, text

from osos.mdm.column_types import Moment
from osos.store import Blob, Id, Instant, Json, Words, metadata

_SMALL_ID = SmallInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows only in an INTEGER key
_ASKED = text('"rules" > 0')

rule_books = Table(
    "rule_books",
    metadata,
    Column("id", _SMALL_ID, primary_key=True),
    Column("content", Text, nullable=False),  # all settings and the version of each rule
    Column("content_hash", Blob, nullable=False),
    Column("first_used", Instant, nullable=False),
    UniqueConstraint("content_hash"),
)

rule_settings = Table(
    "rule_settings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("rule", Text, nullable=False),
    Column("threshold", Text, nullable=False),
    Column("value", BigInteger, nullable=False),
    Column("since_day", Integer, nullable=False),
    Column("until_day", Integer),
    Column("scope", Json, nullable=False),
    Column("by", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("set_at", Instant, nullable=False),
)

_FACTS = (
    ("judged_at", Moment, False),
    ("version", SmallInteger, False),
    ("block_version", SmallInteger, False),
    ("book_id", SmallInteger, False),
    ("worst", SmallInteger, False),  # -1 nothing found, 0 noted, 1 warned, 2 failed
    ("suspect", SmallInteger, False),  # slots
    ("still", SmallInteger, False),  # the day's longest run of one value, in slots: what is usual here
    ("rules", BigInteger, False),
    ("findings", Blob, False),
)


def _key(*more: str) -> list[Column[int]]:
    return [
        Column(name, Integer if name != "version" else SmallInteger, primary_key=True, autoincrement=False)
        for name in ("point_id", "day", *more)
    ]


def _columns(*without: str) -> list[Column[object]]:
    return [Column(name, kind, nullable=nullable) for name, kind, nullable in _FACTS if name not in without]


verdicts = Table(
    "verdicts",
    metadata,
    *_key(),
    *_columns(),
    Index("ix_verdicts_day_asked", "day", "point_id", postgresql_where=_ASKED, sqlite_where=_ASKED),
    sqlite_with_rowid=False,
)
verdicts_history = Table(
    "verdicts_history",
    metadata,
    *_key("version"),
    *_columns("version"),
    Column("replaced_at", Instant, nullable=False),
    sqlite_with_rowid=False,
)
