"""What is kept ready, so that no page of the fleet counts a million rows?"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text, UniqueConstraint

from osos.store import Blob, Id, Instant, Json, Words, metadata


def _key(name: str) -> Column[int]:
    return Column(name, Integer, primary_key=True, autoincrement=False)


fleet_areas = Table(
    "fleet_areas",
    metadata,
    Column("id", Id, primary_key=True),
    Column("region", Words, nullable=False),
    Column("centre", Words, nullable=False),
    Column("district", Words, nullable=False),
    Column("point_class", Words, nullable=False),
    UniqueConstraint("region", "centre", "district", "point_class"),
)

fleet_points = Table(
    "fleet_points",
    metadata,
    _key("point_id"),
    Column("area_id", Integer, nullable=False),
    Column("last_label", Integer, nullable=False),  # known until; before anything was: when it was hung
    Column("hangs", Boolean, nullable=False),
    Index(None, "last_label"),
    sqlite_with_rowid=False,
)

fleet_days = Table(
    "fleet_days",
    metadata,
    _key("day"),
    _key("area_id"),
    Column("points", Integer, nullable=False),  # with a meter at some time of the day
    Column("read", Integer, nullable=False),  # of which at least a quarter hour was said
    Column("due_total", BigInteger, nullable=False),  # sums of the blobs, for months
    Column("known_total", BigInteger, nullable=False),
    Column("due", Blob, nullable=False),  # 96 counts: points with a meter in each quarter hour
    Column("said", Blob, nullable=False),  # points whose meter told it
    Column("filled", Blob, nullable=False),  # points for which it was estimated or edited
    sqlite_with_rowid=False,
)

fleet_figures = Table(
    "fleet_figures",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Json, nullable=False),
    Column("at", Instant, nullable=False),
)

fleet_point_months = Table(
    "fleet_point_months",
    metadata,
    _key("month"),  # year × 12 + month - 1
    _key("point_id"),
    Column("known", Integer, nullable=False),  # quarter hours that are said or filled
    sqlite_with_rowid=False,
)
