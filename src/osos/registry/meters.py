"""Which meters hang behind a modem, where do they measure, and what have they told of themselves?"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Connection, Table, or_, select

from osos.quantities import DeviceId
from osos.registry.tables import installations as _installations
from osos.registry.tables import meters, modem_meters
from osos.store import record_event


@dataclass(frozen=True, slots=True)
class MeterBehind:
    """A meter that a modem reads, and the point it measures."""

    meter_id: int
    meter: DeviceId
    point_id: int
    multiplier: Decimal
    kind: str | None  # 1p, 3p or combi; None until it has identified itself
    ways: int | None
    serial_port: str | None
    line: dict[str, object] | None  # initBaud, fixBaud, frame … as the modem told them (H-14)


@dataclass(frozen=True, slots=True)
class Installation:
    """A meter at a point for a time `[since, until)`, with the multiplier that held."""

    point_id: int
    meter_id: int
    meter: DeviceId
    multiplier: Decimal
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Learned:
    """What was new in what a meter told; `conflict` in words when it cannot be true of this meter (F51)."""

    changed: tuple[str, ...]
    conflict: str | None = None


def meters_behind(conn: Connection, modem_id: int, at: datetime) -> list[MeterBehind]:
    """The meters behind this modem at that instant, by serial."""
    query = (
        select(
            meters.c.id,
            meters.c.flag,
            meters.c.serial,
            meters.c.kind,
            meters.c.ways,
            modem_meters.c.serial_port,
            modem_meters.c.line,
            _installations.c.point_id,
            _installations.c.multiplier,
        )
        .join(modem_meters, modem_meters.c.meter_id == meters.c.id)
        .join(_installations, _installations.c.meter_id == meters.c.id)
        .where(modem_meters.c.modem_id == modem_id, _held(modem_meters, at), _held(_installations, at))
        .order_by(meters.c.serial, meters.c.flag)
    )
    return [
        MeterBehind(
            row.id,
            DeviceId(row.flag, row.serial),
            row.point_id,
            row.multiplier,
            row.kind,
            row.ways,
            row.serial_port,
            row.line,
        )
        for row in conn.execute(query)
    ]


def installations(
    conn: Connection,
    *,
    point_id: int | None = None,
    meter_id: int | None = None,
    beside: int | None = None,
    at: datetime | None = None,
    begun_at: datetime | None = None,
) -> list[Installation]:
    """Who measured where and when, oldest first: of one point, of one meter, at one instant, or all.

    `beside` a meter: of every point at which it ever hung; `begun_at`: those that begin then.
    """
    query = select(_installations, meters.c.flag, meters.c.serial).join(
        meters, meters.c.id == _installations.c.meter_id
    )
    if point_id is not None:
        query = query.where(_installations.c.point_id == point_id)
    if meter_id is not None:
        query = query.where(_installations.c.meter_id == meter_id)
    if beside is not None:
        its = select(_installations.c.point_id).where(_installations.c.meter_id == beside)
        query = query.where(_installations.c.point_id.in_(its))
    if at is not None:
        query = query.where(_held(_installations, at))
    if begun_at is not None:
        query = query.where(_installations.c.since == begun_at)
    rows = conn.execute(query.order_by(_installations.c.since, _installations.c.id))
    return [
        Installation(
            row.point_id,
            row.meter_id,
            DeviceId(row.flag, row.serial),
            row.multiplier,
            row.since,
            row.until,
        )
        for row in rows
    ]


def kind_of(conn: Connection, meter_id: int) -> str | None:
    """1p, 3p or combi; None until it has identified itself."""
    return conn.scalar(select(meters.c.kind).where(meters.c.id == meter_id))


def learn_meter(
    conn: Connection,
    meter_id: int,
    *,
    now: datetime,
    flag: str | None = None,
    identification: str | None = None,
    kind: str | None = None,
    ways: int | None = None,
    by: str = "headend",
) -> Learned:
    """Keep what a meter has told of itself; None leaves a fact as it is.

    A flag is learned once. A meter of this serial that names another maker, or that is another meter of the
    registry, is a meter changed without notice: nothing is kept but the event, and `conflict` says so.
    """
    row = conn.execute(select(meters).where(meters.c.id == meter_id).with_for_update()).one()
    told = {"flag": flag, "identification": identification, "kind": kind, "ways": ways}
    after = {name: value for name, value in told.items() if value and value != getattr(row, name)}
    if not after:
        return Learned(())
    before = {name: getattr(row, name) for name in after}
    conflict = _conflict(conn, DeviceId(row.flag, row.serial), after.get("flag"))
    subject = f"meter {DeviceId(row.flag, row.serial)}"
    act = "meter identified" if conflict is None else "meter contradicts itself"
    record_event(conn, at=now, actor=by, act=act, subject=subject, before=before, after=after)
    if conflict is not None:
        return Learned((), conflict)
    conn.execute(meters.update().where(meters.c.id == meter_id).values(learned_at=now, **after))
    return Learned(tuple(sorted(after)))


def _conflict(conn: Connection, meter: DeviceId, flag: object) -> str | None:
    if flag is None:
        return None
    told = DeviceId(str(flag), meter.serial)
    if meter.flag:
        return f"meter {meter} now calls itself {told}: see which meter hangs there"
    twin = select(meters.c.id).where(meters.c.flag == told.flag, meters.c.serial == told.serial)
    if conn.scalar(twin) is None:
        return None
    return f"meter {meter} calls itself {told}, which the registry has elsewhere: take one of the two out"


def _held(table: Table, at: datetime) -> ColumnElement[bool]:
    return (table.c.since <= at) & or_(table.c.until.is_(None), table.c.until > at)
