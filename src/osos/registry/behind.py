"""Which meters hung at these points, and behind which modems were they read?"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from osos.quantities import DeviceId
from osos.registry.meters import Installation
from osos.registry.point_known import portions
from osos.registry.tables import installations, meters, modem_meters, modems
from osos.store import among


@dataclass(frozen=True, slots=True)
class ModemBefore:
    """A modem that read a meter for `[since, until)`."""

    modem_id: int
    device: DeviceId
    since: datetime
    until: datetime | None
    last_seen: datetime | None


def modems_of_meter(conn: Connection, meter_id: int) -> tuple[ModemBefore, ...]:
    """The present one last."""
    query = (
        select(modem_meters.c.since, modem_meters.c.until, modems)
        .join(modems, modems.c.id == modem_meters.c.modem_id)
        .where(modem_meters.c.meter_id == meter_id)
        .order_by(modem_meters.c.since)
    )
    return tuple(
        ModemBefore(row.id, DeviceId(row.flag, row.serial), row.since, row.until, row.last_seen)
        for row in conn.execute(query)
    )


def installations_of(conn: Connection, point_ids: Collection[int]) -> dict[int, tuple[Installation, ...]]:
    """Who measured each of these points and when, the oldest first."""
    found: dict[int, list[Installation]] = {point_id: [] for point_id in point_ids}
    for some in portions(point_ids):
        for row in conn.execute(_at_points(conn), {"points": some}).all():
            device = DeviceId(row.flag, row.serial)
            one = Installation(row.point_id, row.meter_id, device, row.multiplier, row.since, row.until)
            found[row.point_id].append(one)
    return {point_id: tuple(hung) for point_id, hung in found.items()}


_at_points = among(
    select(installations, meters.c.flag, meters.c.serial)
    .join(meters, meters.c.id == installations.c.meter_id)
    .order_by(installations.c.since, installations.c.id),
    points=installations.c.point_id,
)
