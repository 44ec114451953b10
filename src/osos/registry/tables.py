"""What does the registry keep of modems, meters and the points they measure?"""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, text

from osos.store import Blob, Exact, Id, Instant, Json, Words, metadata

ADMITTED, REGISTERED = "admitted", "registered"
_OPEN = text('"until" IS NULL')

modems = Table(
    "modems",
    metadata,
    Column("id", Id, primary_key=True),
    Column("flag", Text, nullable=False),
    Column("serial", Text, nullable=False),
    Column("state", Text, nullable=False),  # admitted by a person; registered once configured
    Column("plain_until", Instant),  # a plain link is taken before this instant only (H-2)
    Column("identification", Json),
    Column("last_seen", Instant),
    Column("admitted_at", Instant, nullable=False),
    Column("listens_host", Words),  # a transparent modem that waits to be called
    Column("listens_port", Integer),
    Column("listens_how", Text),  # CallingPlace.how
    Column("imei", Text),  # of a modem whose first line names itself so
    Column("first_line", Words),  # the pattern of such a line
    Index(None, "imei", unique=True),
    Index(None, "flag", "serial", unique=True),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Id, primary_key=True),
    Column("flag", Text, nullable=False),
    Column("serial", Text, nullable=False),
    Column("first_seen", Instant, nullable=False),
    Column("last_seen", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("address", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("payload", Blob, nullable=False),  # the last one, cut
    Index(None, "flag", "serial", unique=True),
)

meters = Table(
    "meters",
    metadata,
    Column("id", Id, primary_key=True),
    Column("flag", Text, nullable=False),  # empty until the first identification tells it
    Column("serial", Text, nullable=False),
    Column("admitted_as", Text, nullable=False),  # the operator's own writing: with FLAG or without
    Column("kind", Text),  # 1p, 3p or combi
    Column("ways", Integer),  # 1 or 2
    Column("identification", Words),
    Column("learned_at", Instant),
    Index(None, "serial", "flag", unique=True),
)

metering_points = Table(
    "metering_points",
    metadata,
    Column("id", Id, primary_key=True),
    Column("public_id", Text, nullable=False, unique=True),  # random: it stands in URLs
)

installations = Table(
    "installations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("point_id", Id, ForeignKey("metering_points.id"), nullable=False),
    Column("meter_id", Id, ForeignKey("meters.id"), nullable=False),
    Column("multiplier", Exact, nullable=False),  # CT ratio × VT ratio
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    Index(None, "point_id", "since"),  # whoever hung there once too
    Index(None, "meter_id", "since"),
    Index(None, "point_id", unique=True, postgresql_where=_OPEN, sqlite_where=_OPEN),
    Index(None, "meter_id", unique=True, postgresql_where=_OPEN, sqlite_where=_OPEN),
)

modem_meters = Table(
    "modem_meters",
    metadata,
    Column("id", Id, primary_key=True),
    Column("modem_id", Id, ForeignKey("modems.id"), nullable=False),
    Column("meter_id", Id, ForeignKey("meters.id"), nullable=False),
    Column("serial_port", Words),  # as the modem names it, learned from its identification (H-14)
    Column("line", Json),  # initBaud, fixBaud, frame, protocol, brand as it told them
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    Index(None, "modem_id"),
    Index(None, "meter_id", "since"),
    Index(None, "meter_id", unique=True, postgresql_where=_OPEN, sqlite_where=_OPEN),
)
