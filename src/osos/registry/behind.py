"""Behind which modems was this meter read, and when?"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from osos.quantities import DeviceId
from osos.registry.tables import modem_meters, modems


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
