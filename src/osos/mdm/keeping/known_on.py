"""What was known on a past date (D-3)?

Every version says since when it was known and when it was replaced; the blocks of the time answer, not
today's.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, Row, select

from osos.mdm import canonical_packing, points
from osos.mdm.points import HeldDay
from osos.mdm.tables import canonical_blocks, canonical_history, readings, readings_history
from osos.mdm.varint import BlockDamaged

_AT_ONCE = 400


def load(
    conn: Connection, *, point_ids: Iterable[int], days: Iterable[int], known_on: datetime
) -> Mapping[tuple[int, int], HeldDay]:
    """The blocks of these points and days as they stood at that instant."""
    wanted_points, wanted_days = sorted(set(point_ids)), sorted(set(days))
    found: dict[tuple[int, int], HeldDay] = {}
    for row in _older(conn, wanted_points, wanted_days, known_on):
        found.setdefault((row.point_id, row.day), _held(row))  # the first replaced after that instant
    still = _known_since(conn, wanted_points, wanted_days, known_on) - found.keys()
    for point_id in {point_id for point_id, _ in still}:
        days_of_it = [day for one, day in still if one == point_id]
        found |= points.load(conn, point_ids=[point_id], days=days_of_it)
    return found


def reading(
    conn: Connection, *, meter_id: int, code: str, history: int, at: datetime, known_on: datetime
) -> Row[tuple[object, ...]] | None:
    """The register reading of that moment as it was held then; None when it was not known yet."""
    older = (
        select(readings_history)
        .where(*_same(readings_history, meter_id, code, history, at))
        .where(readings_history.c.received_at <= known_on, readings_history.c.replaced_at > known_on)
        .order_by(readings_history.c.replaced_at)
        .limit(1)
    )
    found = conn.execute(older).first()
    if found is not None:
        return found
    present = select(readings).where(*_same(readings, meter_id, code, history, at))
    return conn.execute(present.where(readings.c.received_at <= known_on)).first()


def _same(table, meter_id: int, code: str, history: int, at: datetime):  # type: ignore[no-untyped-def]  # SQLAlchemy's own expression types
    c = table.c
    return (c.meter_id == meter_id, c.code == code, c.history == history, c.at == at)


def _older(
    conn: Connection, point_ids: list[int], days: list[int], known_on: datetime
) -> list[Row[tuple[object, ...]]]:
    c = canonical_history.c
    found: list[Row[tuple[object, ...]]] = []
    for start in range(0, len(point_ids), _AT_ONCE):
        for first in range(0, len(days), _AT_ONCE):
            query = (
                select(canonical_history)
                .where(c.point_id.in_(point_ids[start : start + _AT_ONCE]))
                .where(c.day.in_(days[first : first + _AT_ONCE]))
                .where(c.known_since <= known_on, c.replaced_at > known_on)
                .order_by(c.point_id, c.day, c.version)
            )
            found += conn.execute(query).all()
    return found


def _known_since(
    conn: Connection, point_ids: list[int], days: list[int], known_on: datetime
) -> set[tuple[int, int]]:
    c = canonical_blocks.c
    found: set[tuple[int, int]] = set()
    for start in range(0, len(point_ids), _AT_ONCE):
        for first in range(0, len(days), _AT_ONCE):
            query = select(c.point_id, c.day).where(
                c.point_id.in_(point_ids[start : start + _AT_ONCE]),
                c.day.in_(days[first : first + _AT_ONCE]),
                c.known_since <= known_on,
            )
            found |= {(row.point_id, row.day) for row in conn.execute(query)}
    return found


def _held(row: Row[tuple[object, ...]]) -> HeldDay:
    facts = row._mapping
    day, period = facts["day"], facts["period_min"]
    segments = canonical_packing.segments_of(facts["segments"], period_min=period)
    block = canonical_packing.unpack(facts["payload"], day=day, period_min=period, segments=segments)
    if block.content_hash() != facts["content_hash"]:
        raise BlockDamaged(f"version {facts['version']} of point {facts['point_id']}, day {day} is damaged")
    names = ("point_id", "version", "known_since", "content_hash")
    return HeldDay(block=block, is_whole=True, **{name: facts[name] for name in names})
