"""How do the changes a list asks for get into the tables, each with its event?"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Table, bindparam

from osos.quantities import DeviceId
from osos.registry.calling import CallingPlace
from osos.registry.known import KnownMeter, KnownModem
from osos.registry.tables import (
    ADMITTED,
    installations,
    metering_points,
    meters,
    modem_meters,
    modems,
    quarantine,
)
from osos.store import Event, append, record_events


@dataclass(slots=True)
class Changes:
    """What is new or different, ready to be written table by table."""

    new_modems: list[KnownModem] = field(default_factory=list)
    plain_until: dict[DeviceId, tuple[KnownModem, datetime | None]] = field(
        default_factory=dict
    )  # with the old
    listens: dict[DeviceId, tuple[KnownModem, CallingPlace | None]] = field(default_factory=dict)
    introduces: dict[DeviceId, tuple[KnownModem, tuple[str | None, str | None]]] = field(
        default_factory=dict
    )  # with the IMEI and first line of before
    released: dict[DeviceId, dict[str, object]] = field(default_factory=dict)  # out of quarantine
    new_meters: list[KnownMeter] = field(default_factory=list)
    new_flags: list[KnownMeter] = field(default_factory=list)
    new_links: list[tuple[KnownMeter, KnownModem]] = field(default_factory=list)
    new_points: list[KnownMeter] = field(default_factory=list)
    new_multipliers: list[tuple[KnownMeter, Decimal]] = field(default_factory=list)  # with the old one

    def count(self) -> int:
        """How many changes are noted."""
        meters = len(self.new_meters) + len(self.new_flags) + len(self.new_links) + len(self.new_points)
        modems = len(self.new_modems) + len(self.plain_until) + len(self.listens) + len(self.introduces)
        return modems + meters + len(self.new_multipliers)


def write(conn: Connection, changes: Changes, *, by: str, now: datetime, since: datetime) -> None:
    """Write all of it in the caller's transaction."""
    _write_modems(conn, changes, now)
    _write_meters(conn, changes)
    links = [
        {"modem_id": modem.id, "meter_id": meter.id, "since": since} for meter, modem in changes.new_links
    ]
    append(conn, modem_meters, links)
    _write_installations(conn, changes, since)
    record_events(conn, _events(changes, by=by, now=now, since=since))


def _write_modems(conn: Connection, changes: Changes, now: datetime) -> None:
    rows = [
        {
            "flag": modem.device.flag,
            "serial": modem.device.serial,
            "state": ADMITTED,
            "plain_until": modem.plain_until,
            "admitted_at": now,
            **_columns(modem.listens),
            "imei": modem.imei,
            "first_line": modem.first_line,
        }
        for modem in changes.new_modems
    ]
    for modem, modem_id in zip(changes.new_modems, _insert(conn, modems, rows), strict=True):
        modem.id = modem_id
    if changes.plain_until:
        changed = modems.update().where(modems.c.id == bindparam("modem"))
        values = [
            {"modem": modem.id, "until": modem.plain_until} for modem, _ in changes.plain_until.values()
        ]
        conn.execute(changed.values(plain_until=bindparam("until")), values)
    if changes.listens:
        moved = modems.update().where(modems.c.id == bindparam("modem"))
        places = [{"modem": modem.id, **_columns(modem.listens)} for modem, _ in changes.listens.values()]
        names = ("listens_host", "listens_port", "listens_how")
        conn.execute(moved.values({name: bindparam(name) for name in names}), places)
    if changes.introduces:
        told = modems.update().where(modems.c.id == bindparam("modem"))
        lines = [
            {"modem": modem.id, "told_imei": modem.imei, "told_line": modem.first_line}
            for modem, _ in changes.introduces.values()
        ]
        conn.execute(told.values(imei=bindparam("told_imei"), first_line=bindparam("told_line")), lines)
    if changes.released:
        gone = quarantine.delete().where(
            quarantine.c.flag == bindparam("of_flag"), quarantine.c.serial == bindparam("of_serial")
        )
        devices = [{"of_flag": device.flag, "of_serial": device.serial} for device in changes.released]
        conn.execute(gone, devices)


def _write_meters(conn: Connection, changes: Changes) -> None:
    rows = [
        {"flag": meter.device.flag, "serial": meter.device.serial, "admitted_as": str(meter.device)}
        for meter in changes.new_meters
    ]
    for meter, meter_id in zip(changes.new_meters, _insert(conn, meters, rows), strict=True):
        meter.id = meter_id
    if changes.new_flags:
        named = meters.update().where(meters.c.id == bindparam("meter")).values(flag=bindparam("of_flag"))
        conn.execute(named, [{"meter": one.id, "of_flag": one.device.flag} for one in changes.new_flags])


def _write_installations(conn: Connection, changes: Changes, since: datetime) -> None:
    points = [{"public_id": meter.public_id} for meter in changes.new_points]
    for meter, point_id in zip(changes.new_points, _insert(conn, metering_points, points), strict=True):
        meter.point_id = point_id
    moved = [meter for meter, _ in changes.new_multipliers]
    if moved:
        ended = (installations.c.meter_id == bindparam("meter")) & installations.c.until.is_(None)
        conn.execute(
            installations.update().where(ended).values(until=since), [{"meter": meter.id} for meter in moved]
        )
    rows = [
        {
            "point_id": meter.point_id,
            "meter_id": meter.id,
            "multiplier": meter.multiplier,
            "since": since,
        }
        for meter in [*changes.new_points, *moved]
    ]
    append(conn, installations, rows)


def _insert(conn: Connection, table: Table, rows: list[dict[str, Any]]) -> list[int]:
    """The ids of the new rows, in the order of the rows."""
    if not rows:
        return []
    statement = table.insert().returning(table.c.id, sort_by_parameter_order=True)
    return list(conn.scalars(statement, rows))


def _events(changes: Changes, *, by: str, now: datetime, since: datetime) -> Iterator[Event]:
    def event(act: str, subject: str, before: object, after: object) -> Event:
        return Event(at=now, actor=by, act=act, subject=subject, before=before, after=after)

    for modem in changes.new_modems:
        after = {"state": ADMITTED, "plain_until": _instant(modem.plain_until)}
        yield event("modem admitted", f"modem {modem.device}", changes.released.get(modem.device), after)
    for modem, old in changes.plain_until.values():
        before, after = {"plain_until": _instant(old)}, {"plain_until": _instant(modem.plain_until)}
        yield event("plain link changed", f"modem {modem.device}", before, after)
    for modem, place in changes.listens.values():
        before, after = {"listens": _place(place)}, {"listens": _place(modem.listens)}
        yield event("listening address changed", f"modem {modem.device}", before, after)
    for modem, (imei, line) in changes.introduces.values():
        told = {"imei": modem.imei, "first_line": modem.first_line}
        yield event("first line changed", f"modem {modem.device}", {"imei": imei, "first_line": line}, told)
    for meter in changes.new_flags:
        before = {"flag": ""}
        yield event("maker named", f"meter {meter.device}", before, {"flag": meter.device.flag})
    for meter, modem in changes.new_links:
        told = {"modem": str(modem.device), "since": _instant(since)}
        yield event("meter put behind modem", f"meter {meter.device}", None, told)
    for meter in changes.new_points:
        told = {"point": meter.public_id, "multiplier": str(meter.multiplier), "since": _instant(since)}
        yield event("meter installed", f"meter {meter.device}", None, told)
    for meter, multiplier in changes.new_multipliers:
        told = {"point": meter.public_id, "multiplier": str(meter.multiplier), "since": _instant(since)}
        yield event("multiplier changed", f"meter {meter.device}", {"multiplier": str(multiplier)}, told)


def _columns(place: CallingPlace | None) -> dict[str, Any]:
    host, port, how = (None, None, None) if place is None else (place.host, place.port, place.how)
    return {"listens_host": host, "listens_port": port, "listens_how": how}


def _place(place: CallingPlace | None) -> str | None:
    return None if place is None else str(place)


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(UTC).isoformat()
