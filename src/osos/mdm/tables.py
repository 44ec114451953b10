"""What does the truth consist of: frames, readings, blocks, gaps, alarms?

Blocks and readings have natural keys and no row number. On SQLite their rows lie in the tree of the key, days
first (a month of one point in 0.4 ms); on PostgreSQL the key is point first. See the migration.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, SmallInteger, Table, Text, text

from osos.mdm.column_types import Moment, ProfileName
from osos.store import Blob, Id, Instant, Words, metadata

ENERGY_COLUMNS = ("a_plus_wh", "a_minus_wh", "q1_varh", "q2_varh", "q3_varh", "q4_varh")
_SMALL_ID = SmallInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows only in an INTEGER key
_OPEN = text('"closed_at" IS NULL')

frames = Table(
    "frames",
    metadata,
    Column("id", Id, primary_key=True),
    Column("direction", Text, nullable=False),  # in, out
    Column("link", Text, nullable=False),  # tcp, tls, mqtt …
    Column("address", Words, nullable=False),
    Column("session", Words, nullable=False),
    Column("modem_id", Id),
    Column("flag", Words, nullable=False),  # empty: nobody could tell
    Column("serial", Words, nullable=False),
    Column("function", Words, nullable=False),
    Column("reference_id", Words, nullable=False),
    Column("part", Integer),
    Column("received_at", Instant, nullable=False),
    Column("size", Integer, nullable=False),
    Column("payload", Blob, nullable=False),  # zstd
    Column("payload_hash", Blob, nullable=False),
    Column("once", Blob),  # BLAKE2b of what makes two frames the same; NULL: cannot be told, each kept
    Column("repeats", Integer, nullable=False),
    Column("last_repeat_at", Instant),
    Column("reference_reused", Boolean, nullable=False),
    Column("outcome", Text),
    Column("reason", Words),
    Index(None, "once", unique=True),
    Index(None, "serial", "reference_id"),
    Index(None, "modem_id", "id"),
)

layouts = Table(
    "layouts",
    metadata,
    Column("id", _SMALL_ID, primary_key=True),
    Column("content", Text, nullable=False, unique=True),  # [[codes], [decimals], [units]]
)

_SAID = (
    ("frame_id", Id, False),
    ("known_since", Moment, False),
    ("layout_id", SmallInteger, False),
    ("version", SmallInteger, False),
    ("missing", SmallInteger, False),  # labels of the day's grid that are not there
    ("period_min", SmallInteger, False),
    ("content_hash", Blob, False),
    ("payload", Blob, False),
)
_CANONICAL = (
    ("known_since", Moment, False),
    ("version", SmallInteger, False),
    ("period_min", SmallInteger, False),
    ("suspect", SmallInteger, False),  # slots that are; what is neither this nor missing is measured
    ("missing", SmallInteger, False),
    *(
        (name, Integer, True) for name in ENERGY_COLUMNS
    ),  # sums of the day; NULL: the meter has no such register
    ("max_a_plus_wh", Integer, True),
    ("segments", Text, False),  # meter:multiplier, see canonical_packing
    ("content_hash", Blob, False),
    ("payload", Blob, False),  # empty: as the blocks of the same day derive
)
_REPLACED = (("replaced_at", Instant, False), ("replaced_by", Id, True))  # when, and by which frame


def _columns(facts: tuple[tuple[str, object, bool], ...]) -> list[Column[object]]:
    return [Column(name, kind, nullable=nullable) for name, kind, nullable in facts]  # type: ignore[arg-type]  # the tables above name types only


def _said_key() -> list[Column[object]]:
    return [
        Column("meter_id", Integer, primary_key=True, autoincrement=False),
        Column("day", Integer, primary_key=True, autoincrement=False),  # since 2000-01-01
        Column("profile", ProfileName, primary_key=True, autoincrement=False),
    ]


def _point_key() -> list[Column[int]]:
    return [
        Column("point_id", Integer, primary_key=True, autoincrement=False),
        Column("day", Integer, primary_key=True, autoincrement=False),
    ]


def _version() -> Column[int]:
    return Column("version", SmallInteger, primary_key=True, autoincrement=False)


_older_said = tuple(fact for fact in _SAID if fact[0] != "version")
_older_canonical = tuple(fact for fact in _CANONICAL if fact[0] != "version")

said_blocks = Table("said_blocks", metadata, *_said_key(), *_columns(_SAID), sqlite_with_rowid=False)
said_history = Table(
    "said_history",
    metadata,
    *_said_key(),
    _version(),
    *_columns(_older_said + _REPLACED),
    sqlite_with_rowid=False,
)
canonical_blocks = Table(
    "canonical_blocks", metadata, *_point_key(), *_columns(_CANONICAL), sqlite_with_rowid=False
)
canonical_history = Table(
    "canonical_history",
    metadata,
    *_point_key(),
    _version(),
    *_columns(_older_canonical + _REPLACED),
    sqlite_with_rowid=False,
)


def _reading_key() -> list[Column[object]]:
    return [
        Column("meter_id", Id, primary_key=True, autoincrement=False),
        Column("code", Text, primary_key=True),
        Column(
            "history", SmallInteger, primary_key=True, autoincrement=False
        ),  # 0 present, 1 kept by the meter
        Column("at", Instant, primary_key=True),
    ]


_READING = (
    ("version", SmallInteger, False),
    ("amount", BigInteger, False),  # amount × 10^scale of base_unit
    ("scale", SmallInteger, False),
    ("base_unit", Text, False),
    ("text", Words, False),  # the meter's own characters
    ("unit", Words, True),  # as printed
    ("stamp", Instant, True),  # of a demand: when it was reached
    ("row", SmallInteger, True),  # n of *n when it was read last
    ("time_from", Text, False),  # whose word the time is: clock, month end, calendar, received
    ("quality", SmallInteger, False),
    ("frame_id", Id, False),
    ("received_at", Instant, False),
)
_older_reading = tuple(fact for fact in _READING if fact[0] != "version")

readings = Table("readings", metadata, *_reading_key(), *_columns(_READING), sqlite_with_rowid=False)
readings_history = Table(
    "readings_history",
    metadata,
    *_reading_key(),
    _version(),
    *_columns(_older_reading + _REPLACED),
    sqlite_with_rowid=False,
)

gaps = Table(
    "gaps",
    metadata,
    Column("id", Id, primary_key=True),
    Column("point_id", Id, nullable=False),
    Column("meter_id", Id, nullable=False),
    Column("profile", Text, nullable=False),
    Column("first_label", Integer, nullable=False),
    Column("last_label", Integer, nullable=False),
    Column("period_min", SmallInteger, nullable=False),
    Column("missing", Integer, nullable=False),
    Column("found_at", Instant, nullable=False),
    Column("answered_empty", Integer, nullable=False),
    Column("answered_at", Instant),
    Column("closed_at", Instant),
    Index(None, "meter_id", "profile", "first_label", postgresql_where=_OPEN, sqlite_where=_OPEN),
)

gap_marks = Table(
    "gap_marks",
    metadata,
    Column("point_id", Id, primary_key=True, autoincrement=False),
    Column("meter_id", Id, primary_key=True, autoincrement=False),
    Column("profile", Text, primary_key=True),
    Column("since_label", Integer, nullable=False),
    Column("checked_to", Integer, nullable=False),  # the last label that was compared
    Column("period_min", SmallInteger, nullable=False),
)

alarms = Table(
    "alarms",
    metadata,
    Column("id", Id, primary_key=True),
    Column("modem_id", Id, nullable=False),
    Column("meter", Words, nullable=False),
    Column("incident_code", Integer, nullable=False),
    Column("level", Words, nullable=False),
    Column("type", Words, nullable=False),
    Column("description", Words, nullable=False),
    Column("happened_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("frame_id", Id, nullable=False),
    Column("once", Blob, nullable=False, unique=True),  # BLAKE2b of all it says: a repeat changes nothing
    Index(None, "modem_id", "happened_at"),
)
