"""What is kept of decisions, closed periods, papers of meters, outages?

Every key begins with the thing it is spread by (point or meter), so that Citus can lay rows of one point on
one server; `storms` is small and lies on all of them.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, SmallInteger, Table, Text, text

from osos.store import Blob, Id, Instant, Json, Words, metadata


def _key(name: str) -> Column[int]:
    return Column(name, Integer, primary_key=True, autoincrement=False)


def _nth() -> Column[int]:
    return Column("number", SmallInteger, primary_key=True, autoincrement=False)


def _by_whom() -> list[Column[object]]:
    return [
        Column("reason", Words, nullable=False),
        Column("actor", Words, nullable=False),
        Column("known_since", Instant, nullable=False),
    ]


decisions = Table(
    "decisions",
    metadata,
    _key("point_id"),
    _key("day"),  # since 2000-01-01
    _nth(),  # of this point and day, the later counts
    Column("kind", Text, nullable=False),  # decisions.Kind
    Column("of_number", SmallInteger),  # the row of the same day that this one is about
    Column("root_day", Integer, nullable=False),  # the first row of what was decided at once over days
    Column("root_number", SmallInteger, nullable=False),
    Column("first_slot", SmallInteger, nullable=False),
    Column("until_slot", SmallInteger, nullable=False),
    Column("period_min", SmallInteger, nullable=False),
    Column("channels", Text, nullable=False),  # codes, a blank between
    Column("payload", Blob, nullable=False),  # a value a channel and slot, as `packing` writes them
    Column("method", Text),
    Column("method_version", SmallInteger),
    Column("code", Text, nullable=False),  # IEC 61968-9
    Column("inputs", Json),
    Column("uncertainty_wh", BigInteger),
    Column("reason", Words, nullable=False),
    Column("actor", Words, nullable=False),
    Column("moves_money", Boolean, nullable=False),
    Column("known_since", Instant, nullable=False),
    # the few that wait for a second person, among as many rows as there are estimates
    Index(
        None,
        "point_id",
        "day",
        sqlite_where=text('"moves_money" = 1'),
        postgresql_where=text('"moves_money"'),
    ),
    sqlite_with_rowid=False,
)

period_closings = Table(
    "period_closings",
    metadata,
    _key("point_id"),  # 0: all points
    _key("month"),  # year × 12 + month - 1
    Column("closed_at", Instant, nullable=False),
    Column("closed_by", Words, nullable=False),
    sqlite_with_rowid=False,
)

corrections = Table(
    "corrections",
    metadata,
    _key("point_id"),
    _key("day"),
    _nth(),
    Column("state", Text, nullable=False),  # corrections.State
    Column("settled_hash", Blob),  # of the block it would replace; NULL: there was none
    Column("period_min", SmallInteger),
    Column("segments", Text),
    Column("content_hash", Blob),  # NULL: nothing is known of the day any more
    Column("payload", Blob),
    Column("differences", Json, nullable=False),  # channel → primary Wh or varh more, as text
    Column("known_since", Instant, nullable=False),
    Column("frame_id", Id),
    Column("decided_at", Instant),
    Column("decided_by", Words),
    Column("asked_state", Text),  # the first person's word, until another one agrees (D-22)
    Column("asked_by", Words),
    Column("asked_reason", Words),
    Column("asked_at", Instant),
    Index(None, "state", "point_id", "day", "number"),  # those that wait, in the order they are listed
    sqlite_with_rowid=False,
)

clock_regimes = Table(
    "clock_regimes",
    metadata,
    _key("meter_id"),
    Column("since", Instant, primary_key=True),
    _nth(),
    Column("clock", Text, nullable=False),  # clocks.Clock
    *_by_whom(),
    sqlite_with_rowid=False,
)

installation_registers = Table(
    "installation_registers",
    metadata,
    _key("point_id"),
    _key("meter_id"),
    Column("edge", Text, primary_key=True),  # first, last
    Column("at", Instant, primary_key=True),
    _nth(),
    Column("registers", Json, nullable=False),  # code → Wh or varh
    *_by_whom(),
    sqlite_with_rowid=False,
)

check_points = Table(
    "check_points",
    metadata,
    _key("point_id"),
    Column("since", Instant, primary_key=True),
    Column("check_point_id", Integer, nullable=False),
    Column("until", Instant),
    *_by_whom(),
    sqlite_with_rowid=False,
)

interruptions = Table(
    "interruptions",
    metadata,
    _key("meter_id"),
    Column("since", Instant, primary_key=True),
    Column("code", Text, primary_key=True),  # 96.77.0: all phases; 96.77.1 … one of them
    Column("until", Instant, nullable=False),
    Column("frame_id", Id),
    Column("known_since", Instant, nullable=False),
    sqlite_with_rowid=False,
)

meter_states = Table(
    "meter_states",
    metadata,
    _key("meter_id"),
    Column("name", Text, primary_key=True),  # states.NAMES
    Column("since", Instant, primary_key=True),  # when it was read first with this value
    Column("value", Words, nullable=False),
    Column("frame_id", Id),
    Column("known_since", Instant, nullable=False),
    sqlite_with_rowid=False,
)

storms = Table(
    "storms",
    metadata,
    Column("area", Words, primary_key=True),
    Column("since", Instant, primary_key=True),
    Column("until", Instant),
    *_by_whom(),
    sqlite_with_rowid=False,
)
