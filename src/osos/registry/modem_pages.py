"""Which modems are there, a page at a time, and who has been silent?"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from osos.quantities import DeviceId
from osos.registry.lists import ListedModem
from osos.registry.tables import meters, modem_meters, modems


@dataclass(frozen=True, slots=True)
class ModemPage:
    """Some modems by flag and serial; `after` of the next page, None when this was the last."""

    modems: tuple[ListedModem, ...]
    after: str | None


def modem_page(
    conn: Connection,
    *,
    search: str = "",
    silent_since: datetime | None = None,
    after: str = "",
    limit: int = 50,
) -> ModemPage:
    """Keyset by flag and serial; `search` is the beginning of a serial, with the three letters or without.

    `silent_since`: only those not heard since then, or never.
    """
    query = select(modems).order_by(modems.c.flag, modems.c.serial).limit(limit + 1)
    if search:
        query = query.where(_begins(search))
    if silent_since is not None:
        query = query.where(or_(modems.c.last_seen.is_(None), modems.c.last_seen < silent_since))
    if after:
        flag, serial = after[:3], after[3:]
        query = query.where(or_(modems.c.flag > flag, and_(modems.c.flag == flag, modems.c.serial > serial)))
    rows = conn.execute(query).all()
    behind = _behind(conn, [row.id for row in rows[:limit]])
    found = tuple(
        ListedModem(
            row.id,
            DeviceId(row.flag, row.serial),
            row.state,
            row.plain_until,
            row.last_seen,
            tuple(behind.get(row.id, ())),
        )
        for row in rows[:limit]
    )
    return ModemPage(found, str(found[-1].device) if len(rows) > limit else None)


def modem_before(conn: Connection, meter_id: int) -> DeviceId | None:
    """The modem behind which a meter hangs now."""
    link = (
        select(modems.c.flag, modems.c.serial)
        .join(modem_meters, modem_meters.c.modem_id == modems.c.id)
        .where(modem_meters.c.meter_id == meter_id, modem_meters.c.until.is_(None))
    )
    row = conn.execute(link).one_or_none()
    return None if row is None else DeviceId(row.flag, row.serial)


def meters_named(conn: Connection, device: DeviceId) -> tuple[int, ...]:
    """The meters of this serial; of one maker's alone when the name has his letters."""
    query = select(meters.c.id).where(meters.c.serial == device.serial).order_by(meters.c.id)
    if device.flag:
        query = query.where(meters.c.flag == device.flag)
    return tuple(conn.execute(query).scalars())


def _begins(search: str) -> ColumnElement[bool]:
    wanted = search.strip().upper()
    if wanted[:3].isalpha() and len(wanted) >= 3:
        named = modems.c.flag == wanted[:3]
        return and_(named, modems.c.serial.startswith(wanted[3:], autoescape=True))
    return modems.c.serial.startswith(wanted, autoescape=True)


def _behind(conn: Connection, modem_ids: list[int]) -> dict[int, list[DeviceId]]:
    links = (
        select(modem_meters.c.modem_id, meters.c.flag, meters.c.serial)
        .join(meters, meters.c.id == modem_meters.c.meter_id)
        .where(modem_meters.c.until.is_(None), modem_meters.c.modem_id.in_(modem_ids))
        .order_by(meters.c.serial, meters.c.flag)
    )
    found: dict[int, list[DeviceId]] = {}
    for row in conn.execute(links):
        found.setdefault(row.modem_id, []).append(DeviceId(row.flag, row.serial))
    return found
