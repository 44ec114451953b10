"""Which areas are out of supply, so that nobody estimates there (D-21)?"""

from datetime import datetime

from sqlalchemy import Connection, select, update

from osos.mdm.keeping.tables import storms
from osos.store import insert, record_event


def open_storm(conn: Connection, *, area: str, since: datetime, by: str, reason: str, now: datetime) -> None:
    """From this instant the area is out; opening it again changes nothing."""
    row = {"area": area, "since": since, "reason": reason, "actor": by, "known_since": now}
    new = insert(conn, storms).values(row).on_conflict_do_nothing().returning(storms.c.area)
    added = conn.execute(new).first()  # PostgreSQL counts no rows of a conflict
    if added is not None:
        after = {"since": since.isoformat(), "reason": reason}
        record_event(conn, at=now, actor=by, act="storm mode on", subject=f"area {area}", after=after)


def end_storm(conn: Connection, *, area: str, until: datetime, by: str, now: datetime) -> int:
    """The area is supplied again; how many storms that ended."""
    open_ = (storms.c.area == area) & storms.c.until.is_(None)
    ended = conn.execute(update(storms).where(open_).values(until=until)).rowcount
    if ended:
        after = {"until": until.isoformat()}
        record_event(conn, at=now, actor=by, act="storm mode off", subject=f"area {area}", after=after)
    return ended


def areas_out(conn: Connection, *, at: datetime) -> set[str]:
    """Areas that are out at this instant, as far as anybody said."""
    query = select(storms.c.area, storms.c.until).where(storms.c.since <= at)
    return {row.area for row in conn.execute(query) if row.until is None or row.until > at}
