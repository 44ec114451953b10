"""Which register readings are held?"""

from collections.abc import Iterable

from sqlalchemy import Connection, and_, delete, select

from osos.mdm.register_readings import RegisterReading
from osos.mdm.source import Source
from osos.mdm.tables import readings, readings_history
from osos.store import insert

_SAME = ("amount", "scale", "base_unit", "text", "stamp", "quality")  # what makes a reading another one


def tell(
    conn: Connection,
    *,
    meter_id: int,
    values: Iterable[RegisterReading],
    source: Source,
) -> int:
    """Keep each reading once; how many were new or differ from what was held, which then is kept as older."""
    new = 0
    for value in values:
        row = _row(meter_id, value, source)
        added = conn.execute(
            insert(conn, readings)
            .values(**row, version=1)
            .on_conflict_do_nothing(index_elements=["meter_id", "code", "history", "at"])
            .returning(readings.c.version)
        ).scalar()
        new += added is not None or _replace(conn, row)
    return new


def _replace(conn: Connection, row: dict[str, object]) -> bool:
    key = and_(*(readings.c[name] == row[name] for name in ("meter_id", "code", "history", "at")))
    held = dict(conn.execute(select(readings).where(key)).one()._mapping)
    if all(held[name] == row[name] for name in _SAME):
        return False
    replaced = {"replaced_at": row["received_at"], "replaced_by": row["frame_id"]}
    conn.execute(readings_history.insert().values(**held, **replaced))
    conn.execute(delete(readings).where(key))
    conn.execute(readings.insert().values(**row, version=held["version"] + 1))
    return True


def _row(meter_id: int, value: RegisterReading, source: Source) -> dict[str, object]:
    return {
        "meter_id": meter_id,
        "code": value.code,
        "history": value.history,
        "at": value.at,
        "amount": value.amount,
        "scale": value.scale,
        "base_unit": value.base_unit,
        "text": value.text,
        "unit": value.unit,
        "stamp": value.stamp,
        "row": value.row,
        "time_from": value.time_from,
        "quality": value.quality.mark,
        "frame_id": source.frame_id,
        "received_at": source.known_since,
    }
