"""What is in the registry, one line a thing?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, select

from osos.quantities import DeviceId
from osos.registry.tables import installations, metering_points, meters, modem_meters, modems


@dataclass(frozen=True, slots=True)
class ListedModem:
    """A modem and the meters behind it now."""

    modem_id: int
    device: DeviceId
    state: str
    plain_until: datetime | None
    last_seen: datetime | None
    meters: tuple[DeviceId, ...]


@dataclass(frozen=True, slots=True)
class ListedMeter:
    """A meter, the modem it hangs behind now, and the point it measures now."""

    meter_id: int
    device: DeviceId
    modem: DeviceId | None
    point: str | None
    multiplier: Decimal | None
    kind: str | None
    ways: int | None
    admitted_as: str  # the operator's own writing: with FLAG or without


@dataclass(frozen=True, slots=True)
class ListedPoint:
    """A metering point and the meter that measures it now."""

    point_id: int
    public_id: str
    meter: DeviceId | None
    multiplier: Decimal | None
    since: datetime | None


def list_modems(conn: Connection) -> Iterator[ListedModem]:
    """By flag and serial."""
    behind: dict[int, list[DeviceId]] = {}
    links = (
        select(modem_meters.c.modem_id, meters.c.flag, meters.c.serial)
        .join(meters, meters.c.id == modem_meters.c.meter_id)
        .where(modem_meters.c.until.is_(None))
        .order_by(meters.c.serial, meters.c.flag)
    )
    for row in conn.execute(links):
        behind.setdefault(row.modem_id, []).append(DeviceId(row.flag, row.serial))
    for row in conn.execute(select(modems).order_by(modems.c.flag, modems.c.serial)):
        yield ListedModem(
            row.id,
            DeviceId(row.flag, row.serial),
            row.state,
            row.plain_until,
            row.last_seen,
            tuple(behind.get(row.id, ())),
        )


def list_meters(conn: Connection) -> Iterator[ListedMeter]:
    """By serial and flag."""
    line = (modem_meters.c.meter_id == meters.c.id) & modem_meters.c.until.is_(None)
    place = (installations.c.meter_id == meters.c.id) & installations.c.until.is_(None)
    query = (
        select(
            meters,
            modems.c.flag.label("modem_flag"),
            modems.c.serial.label("modem_serial"),
            installations.c.multiplier,
            metering_points.c.public_id,
        )
        .select_from(
            meters.outerjoin(modem_meters, line)
            .outerjoin(modems, modems.c.id == modem_meters.c.modem_id)
            .outerjoin(installations, place)
            .outerjoin(metering_points, metering_points.c.id == installations.c.point_id)
        )
        .order_by(meters.c.serial, meters.c.flag)
    )
    for row in conn.execute(query):
        yield ListedMeter(
            row.id,
            DeviceId(row.flag, row.serial),
            None if row.modem_serial is None else DeviceId(row.modem_flag, row.modem_serial),
            row.public_id,
            row.multiplier,
            row.kind,
            row.ways,
            row.admitted_as,
        )


def list_points(conn: Connection) -> Iterator[ListedPoint]:
    """In the order they were made."""
    place = (installations.c.point_id == metering_points.c.id) & installations.c.until.is_(None)
    query = (
        select(
            metering_points.c.id,
            metering_points.c.public_id,
            installations.c.multiplier,
            installations.c.since,
            meters.c.flag,
            meters.c.serial,
        )
        .select_from(
            metering_points.outerjoin(installations, place).outerjoin(
                meters, meters.c.id == installations.c.meter_id
            )
        )
        .order_by(metering_points.c.id)
    )
    for row in conn.execute(query):
        meter = None if row.serial is None else DeviceId(row.flag, row.serial)
        yield ListedPoint(row.id, row.public_id, meter, row.multiplier, row.since)
