"""What does the head-end itself remember?"""

from sqlalchemy import Column, Index, Integer, Table, Text

from osos.store import Id, Instant, Words, metadata

outcomes = Table(
    "outcomes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("modem", Words, nullable=False),  # flag and serial; empty: nobody could tell
    Column("meter", Words, nullable=False),  # serial; empty: the modem itself
    Column("what", Words, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=False),
    Column("code", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("tr", Words, nullable=False),
    Column("en", Words, nullable=False),
    Column("reference_id", Words, nullable=False),
    Column("job_id", Id),
    Index(None, "modem", "id"),
    Index(None, "reference_id"),
)

modem_plans = Table(
    "modem_plans",
    metadata,
    Column("modem_id", Id, primary_key=True, autoincrement=False),
    Column("fingerprint", Text, nullable=False),  # of the directives and schedules it has acknowledged
    Column("acknowledged_at", Instant, nullable=False),
)
