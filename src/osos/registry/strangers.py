"""Who calls without having been let in?"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from osos.quantities import DeviceId
from osos.registry.tables import quarantine as _quarantine
from osos.store import insert, record_event

PAYLOAD_KEPT = 4096  # bytes of its last message; enough for an identification
DEVICES_KEPT = 10_000  # a flood of invented names fills a table of this size and not the disk


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A device nobody has admitted: when it called, how often, from where, and what it said last."""

    device: DeviceId
    first_seen: datetime
    last_seen: datetime
    tries: int
    address: str
    reason: str
    payload: bytes


def quarantine(
    conn: Connection,
    *,
    device: DeviceId,
    address: str,
    reason: str,
    payload: bytes,
    now: datetime,
    limit: int = DEVICES_KEPT,
) -> bool:
    """Note a call of a device that is not admitted: one row a device (H-2).

    False when the quarantine is full and this device is not in it: it is turned away unnoted.
    """
    said = {
        "last_seen": now,
        "address": address,
        "reason": reason,
        "payload": payload[:PAYLOAD_KEPT],
    }
    mine = (_quarantine.c.flag == device.flag) & (_quarantine.c.serial == device.serial)
    again = _quarantine.update().where(mine).values(tries=_quarantine.c.tries + 1, **said)
    if conn.execute(again).rowcount:
        return True
    if (conn.scalar(select(func.count()).select_from(_quarantine)) or 0) >= limit:
        return False
    new = insert(conn, _quarantine).values(
        flag=device.flag, serial=device.serial, first_seen=now, tries=1, **said
    )
    conn.execute(
        new.on_conflict_do_update(
            index_elements=["flag", "serial"], set_={"tries": _quarantine.c.tries + 1, **said}
        )
    )
    record_event(
        conn,
        at=now,
        actor=address,
        act="modem quarantined",
        subject=f"modem {device}",
        before=None,
        after={"reason": reason},
    )
    return True


def list_quarantine(conn: Connection, *, limit: int = 1000) -> list[Quarantined]:
    """Who waits to be let in, the latest caller first."""
    rows = conn.execute(
        select(_quarantine).order_by(_quarantine.c.last_seen.desc(), _quarantine.c.id).limit(limit)
    )
    return [
        Quarantined(
            DeviceId(row.flag, row.serial),
            row.first_seen,
            row.last_seen,
            row.tries,
            row.address,
            row.reason,
            row.payload,
        )
        for row in rows
    ]
