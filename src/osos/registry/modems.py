"""Which modem is this, may it talk, and what has it told of itself?"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from osos.quantities import DeviceId
from osos.registry.calling import CallingPlace
from osos.registry.tables import REGISTERED, meters, modem_meters, modems
from osos.store import record_event

_AT_ONCE = 500  # values in one IN (…)
SEEN_EVERY = timedelta(seconds=60)  # a modem that talks all day is noted once a minute, not once a message
_FLEETING = {"signal", "deviceDate", "registered"}  # differ in each identification and are no change
_OF_THE_LINE = ("protocol", "type", "brand", "initBaud", "fixBaud", "frame")


@dataclass(frozen=True, slots=True)
class Modem:
    """A modem somebody has admitted."""

    id: int
    device: DeviceId
    state: str  # admitted, or registered once it is configured
    plain_until: datetime | None
    last_seen: datetime | None
    identification: Mapping[str, Any] | None

    def may_be_plain(self, now: datetime) -> bool:
        """Whether a link without encryption is taken from it still (H-2)."""
        return self.plain_until is not None and now < self.plain_until


@dataclass(frozen=True, slots=True)
class Identified:
    """What an identification told that was new."""

    changed: tuple[str, ...]  # names of its fields that differ from the last one's
    unknown_meters: tuple[str, ...]  # serials it names that nobody put behind this modem
    missing_meters: tuple[str, ...]  # serials put behind it that it does not name


def find_modem(conn: Connection, device: DeviceId) -> Modem | None:
    """The admitted modem of this name; a bare serial finds one only if no other maker has it too.

    A modem that tells nothing but its IMEI has it in the serial's place (X-41).
    """
    query = select(modems).where(modems.c.serial == device.serial)
    if device.flag:
        query = query.where(modems.c.flag == device.flag)
    rows = list(conn.execute(query.limit(2)))
    if not rows and not device.flag:
        rows = list(conn.execute(select(modems).where(modems.c.imei == device.serial)))
    return _modem(rows[0]) if len(rows) == 1 else None


def mark_registered(conn: Connection, modem_id: int, now: datetime, *, by: str = "headend") -> bool:
    """Its configuration is accepted (X-22); False when that was so before."""
    row = _locked(conn, modem_id)
    if row.state == REGISTERED:
        return False
    conn.execute(modems.update().where(modems.c.id == modem_id).values(state=REGISTERED, last_seen=now))
    _tell(conn, row, "modem registered", {"state": row.state}, {"state": REGISTERED}, now=now, by=by)
    return True


def note_seen(conn: Connection, modem_id: int, now: datetime) -> None:
    """It has just spoken."""
    stale = modems.c.last_seen.is_(None) | (modems.c.last_seen <= now - SEEN_EVERY)
    conn.execute(modems.update().where((modems.c.id == modem_id) & stale).values(last_seen=now))


@dataclass(frozen=True, slots=True)
class Standing:
    """As much of a modem as it takes to let it speak."""

    id: int
    plain_until: datetime | None
    last_seen: datetime | None


def standings(conn: Connection, devices: Collection[DeviceId]) -> dict[DeviceId, Standing]:
    """Of those among these that are admitted, all in a query or two; each named with its maker."""
    columns = (modems.c.id, modems.c.flag, modems.c.serial, modems.c.plain_until, modems.c.last_seen)
    serials, found = sorted({device.serial for device in devices}), {}
    for start in range(0, len(serials), _AT_ONCE):
        query = select(*columns).where(modems.c.serial.in_(serials[start : start + _AT_ONCE]))
        for row in conn.execute(query):
            found[DeviceId(row.flag, row.serial)] = Standing(row.id, row.plain_until, row.last_seen)
    return {device: found[device] for device in devices if device in found}


def note_all_seen(conn: Connection, modem_ids: Collection[int], now: datetime) -> None:
    """They have all just spoken."""
    ordered = sorted(modem_ids)
    for start in range(0, len(ordered), _AT_ONCE):
        some = modems.c.id.in_(ordered[start : start + _AT_ONCE])
        conn.execute(modems.update().where(some).values(last_seen=now))


def note_identification(
    conn: Connection, modem_id: int, body: Mapping[str, Any], now: datetime, *, by: str = "headend"
) -> Identified:
    """Keep what it says of itself, and how each of its meters hangs on which port (H-14, H-48)."""
    row = _locked(conn, modem_id)
    old, new = _lasting(row.identification or {}), _lasting(body)
    changed = tuple(sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name)))
    conn.execute(
        modems.update().where(modems.c.id == modem_id).values(identification=dict(body), last_seen=now)
    )
    if changed:
        before, after = ({name: one.get(name) for name in changed} for one in (old, new))
        _tell(conn, row, "modem identified", before, after, now=now, by=by)
    return Identified(changed, *_note_meters(conn, modem_id, body))


def _note_meters(
    conn: Connection, modem_id: int, body: Mapping[str, Any]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Keep the line settings of the meters it names; which are unknown here, and which it does not name."""
    told = body.get("meters")
    named = {
        str(one["serialNumber"]): one
        for one in (told if isinstance(told, list) else [])
        if isinstance(one, Mapping) and "serialNumber" in one
    }
    here = (modem_meters.c.modem_id == modem_id) & modem_meters.c.until.is_(None)
    columns = (
        modem_meters.c.id,
        modem_meters.c.serial_port,
        modem_meters.c.line,
        meters.c.flag,
        meters.c.serial,
    )
    rows = list(
        conn.execute(select(*columns).join(meters, meters.c.id == modem_meters.c.meter_id).where(here))
    )
    ours: dict[str, str] = {}
    for row in rows:
        name = next((name for name in (row.serial, f"{row.flag}{row.serial}") if name in named), None)
        ours[row.serial] = name or ""
        if name is not None:
            _note_line(conn, row, named[name])
    unknown = tuple(sorted(named.keys() - set(ours.values())))
    return unknown, tuple(sorted(serial for serial, name in ours.items() if not name))


def _note_line(conn: Connection, row: Any, said: Mapping[str, Any]) -> None:
    port = said.get("serialPort")
    values = {
        "serial_port": None if port is None else str(port),
        "line": {name: said[name] for name in _OF_THE_LINE if said.get(name) is not None},
    }
    if values != {"serial_port": row.serial_port, "line": row.line}:
        conn.execute(modem_meters.update().where(modem_meters.c.id == row.id).values(**values))


def _lasting(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in _FLEETING}


@dataclass(frozen=True, slots=True)
class Listening:
    """A transparent modem that waits to be called (X-40)."""

    modem_id: int
    device: DeviceId
    host: str
    port: int
    place: CallingPlace


def listening_modems(conn: Connection) -> list[Listening]:
    """Every modem with an address to call."""
    names = ("id", "flag", "serial", "listens_host", "listens_port", "listens_how")
    there = modems.c.listens_host.is_not(None) & modems.c.listens_port.is_not(None)
    found = []
    for row in conn.execute(select(*(modems.c[name] for name in names)).where(there).order_by(modems.c.id)):
        place = CallingPlace.of_columns(row.listens_host, row.listens_port, row.listens_how)
        assert place is not None  # host and port are there
        device = DeviceId(row.flag, row.serial)
        found.append(Listening(row.id, device, place.host, place.port, place))
    return found


def first_lines(conn: Connection) -> list[str]:
    """The patterns of all modems that introduce themselves in words of their own (X-41), each once."""
    told = select(modems.c.first_line).where(modems.c.first_line.is_not(None)).distinct()
    return sorted(conn.scalars(told))


def _locked(conn: Connection, modem_id: int) -> Row[Any]:
    return conn.execute(select(modems).where(modems.c.id == modem_id).with_for_update()).one()


def _tell(
    conn: Connection, row: Row[Any], act: str, before: object, after: object, *, now: datetime, by: str
) -> None:
    subject = f"modem {DeviceId(row.flag, row.serial)}"
    record_event(conn, at=now, actor=by, act=act, subject=subject, before=before, after=after)


def _modem(row: Row[Any]) -> Modem:
    device = DeviceId(row.flag, row.serial)
    return Modem(row.id, device, row.state, row.plain_until, row.last_seen, row.identification)
