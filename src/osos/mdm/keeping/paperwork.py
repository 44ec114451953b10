"""What does late paperwork change in the past, and in exactly which days (F43, F44)?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, func, select

from osos import registry
from osos.mdm.canonical import Channel
from osos.mdm.installed import installed_at, points_of
from osos.mdm.keeping.clocks import Clock
from osos.mdm.keeping.papers import note_clock, note_registers
from osos.mdm.labels import DAY_MIN, edge_of_day, instant_of_label
from osos.mdm.rederiving import rederive
from osos.mdm.tables import canonical_blocks, said_blocks
from osos.quantities import DeviceId, Interval


@dataclass(frozen=True, slots=True)
class Redone:
    """The (point, day) that have a new version because of a paper."""

    point_days: tuple[tuple[int, int], ...]


def exchange(
    conn: Connection,
    *,
    point_id: int,
    meter: DeviceId,
    at: datetime,
    multiplier: Decimal,
    removed: Mapping[Channel, int] | None,
    placed: Mapping[Channel, int] | None,
    by: str,
    reason: str,
    now: datetime,
) -> Redone:
    """A meter took another one's place; `removed` and `placed` are their registers then, in Wh and varh."""
    done = registry.exchange_meter(
        conn, point_id=point_id, meter=meter, at=at, multiplier=multiplier, by=by, reason=reason, now=now
    )
    told = {"point_id": point_id, "at": at, "by": by, "reason": reason, "now": now}
    if removed is not None:
        note_registers(conn, meter_id=done.removed.meter_id, edge="last", registers=removed, **told)  # type: ignore[arg-type]  # the facts above
    if placed is not None:
        note_registers(conn, meter_id=done.placed.meter_id, edge="first", registers=placed, **told)  # type: ignore[arg-type]  # the same
    return _redo(conn, point_id, since=at, until=done.placed.until, now=now)


def put_multiplier_right(
    conn: Connection,
    *,
    point_id: int,
    since: datetime,
    until: datetime | None,
    multiplier: Decimal,
    by: str,
    reason: str,
    now: datetime,
) -> Redone:
    """Another multiplier held than was written down; days before and after stay as they are."""
    registry.correct_multiplier(
        conn,
        point_id=point_id,
        since=since,
        until=until,
        multiplier=multiplier,
        by=by,
        reason=reason,
        now=now,
    )
    return _redo(conn, point_id, since=since, until=until, now=now)


def set_clock(
    conn: Connection, *, meter_id: int, since: datetime, clock: Clock, by: str, reason: str, now: datetime
) -> Redone:
    """A meter's clock runs like this from here on; its labels of that time are read anew."""
    note_clock(conn, meter_id=meter_id, since=since, clock=clock, by=by, reason=reason, now=now)
    redone = [
        _redo(conn, point_id, since=since, until=None, now=now)
        for point_id in points_of(conn, meter_id=meter_id)
    ]
    return Redone(tuple(key for one in redone for key in one.point_days))


def _redo(
    conn: Connection, point_id: int, *, since: datetime, until: datetime | None, now: datetime
) -> Redone:
    last = _last_known(conn, point_id)
    end = last if until is None else min(until, last)
    if end <= since:
        return Redone(())
    days = rederive(conn, point_id=point_id, period=Interval(since, end), now=now)
    return Redone(tuple((point_id, day) for day in days))


def _last_known(conn: Connection, point_id: int) -> datetime:
    """The end of the last day of which anything is known."""
    meters = {one.meter_id for one in installed_at(conn, point_id=point_id)}
    held = conn.scalar(
        select(func.max(canonical_blocks.c.day)).where(canonical_blocks.c.point_id == point_id)
    )
    said = conn.scalar(select(func.max(said_blocks.c.day)).where(said_blocks.c.meter_id.in_(meters)))
    return instant_of_label(edge_of_day(max(held or 0, said or 0) + 1) + DAY_MIN)
