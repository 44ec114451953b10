"""What is kept ready of the network: a balance a day, and what the radar suspects?"""

from sqlalchemy import BigInteger, Column, Index, Integer, SmallInteger, Table, Text, UniqueConstraint

from osos.store import Blob, Id, Instant, Json, Words, metadata

network_days = Table(
    "network_days",
    metadata,
    Column("node_id", Integer, primary_key=True, autoincrement=False),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("seen", Blob, nullable=False),  # of all it rests on; another one: counted anew
    Column("main_wh", BigInteger, nullable=False),  # of the balanced quarter hours, as all below
    Column("below_wh", BigInteger, nullable=False),
    Column("technical_wh", BigInteger),  # NULL: nobody has said what the place is made of
    Column("open_wh", BigInteger, nullable=False),  # where the main meter is known and one below is not
    Column("slots", SmallInteger, nullable=False),  # balanced, of 96
    Column("estimated", SmallInteger, nullable=False),  # of which one meter or more was estimated
    Column("members", Integer, nullable=False),
    Column("lacking", Json, nullable=False),  # [[point, quarter hours]] that kept most from being balanced
    Column("counted_at", Instant, nullable=False),
    sqlite_with_rowid=False,
)

suspicions = Table(
    "suspicions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("public_id", Text, nullable=False, unique=True),
    Column("node_id", Integer, nullable=False),
    Column("point_id", Integer, nullable=False),
    Column("pattern", Text, nullable=False),
    Column("other_id", Integer),  # the place whose voltage the meter follows
    Column("state", Text, nullable=False),  # open, confirmed, dismissed, gone
    Column("first_day", Integer, nullable=False),  # of the days looked at
    Column("until_day", Integer, nullable=False),
    Column("recoverable_wh", BigInteger, nullable=False),
    Column("facts", Json, nullable=False),
    Column("found_at", Instant, nullable=False),
    Column("looked_at", Instant, nullable=False),
    Column("decided_at", Instant),
    Column("decided_by", Words),
    Column("note", Words),
    UniqueConstraint("node_id", "point_id", "pattern"),
    Index(None, "state", "recoverable_wh"),
)

radar_looks = Table(
    "radar_looks",
    metadata,
    Column("node_id", Integer, primary_key=True, autoincrement=False),
    Column("until_day", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    sqlite_with_rowid=False,
)
