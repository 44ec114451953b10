"""What does the registry know already of the modems and meters a list names?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, select

from osos.quantities import DeviceId
from osos.registry.calling import CallingPlace
from osos.registry.tables import installations, metering_points, meters, modem_meters, modems, quarantine

_AT_ONCE = 500  # serials in one IN (…): both engines plan it well


@dataclass(slots=True)
class KnownModem:
    """A modem as it is, or (id 0) as it will be."""

    device: DeviceId
    plain_until: datetime | None
    id: int = 0
    line: int = 0  # of the list that named it first
    listens: CallingPlace | None = None
    imei: str | None = None
    first_line: str | None = None


@dataclass(slots=True)
class KnownMeter:
    """A meter as it is, or (id 0) as it will be; `behind` and `multiplier` are of the present."""

    device: DeviceId
    id: int = 0
    behind: DeviceId | None = None
    point_id: int = 0
    public_id: str = ""
    multiplier: Decimal | None = None
    since: datetime | None = None


@dataclass(slots=True)
class Known:
    """All that a list touches, read in a few queries."""

    modems: dict[DeviceId, KnownModem] = field(default_factory=dict)
    meters: dict[str, list[KnownMeter]] = field(default_factory=dict)  # by serial: the flag may be unknown
    imeis: dict[str, DeviceId] = field(default_factory=dict)  # whose they are
    quarantined: dict[DeviceId, dict[str, object]] = field(default_factory=dict)

    def meter(self, wanted: DeviceId, *, modem: DeviceId) -> KnownMeter | None:
        """The meter a list means: an unknown flag fits any, the one behind this modem best."""
        fitting = [
            one
            for one in self.meters.get(wanted.serial, ())
            if wanted.flag == one.device.flag or "" in (wanted.flag, one.device.flag)
        ]
        return min(fitting, key=lambda one: (one.behind != modem, one.device != wanted), default=None)


def look_up(
    conn: Connection, devices: Iterable[DeviceId], serials: Iterable[str], imeis: Iterable[str] = ()
) -> Known:
    """What is known of these modems, of the meters with these serials, of who has these IMEIs."""
    known = Known()
    for some in _portions(set(imeis)):
        for row in conn.execute(select(modems).where(modems.c.imei.in_(some))):
            known.imeis[row.imei] = DeviceId(row.flag, row.serial)
    for some in _portions({device.serial for device in devices}):
        for row in conn.execute(select(modems).where(modems.c.serial.in_(some))):
            device = DeviceId(row.flag, row.serial)
            known.modems[device] = KnownModem(
                device,
                row.plain_until,
                row.id,
                listens=CallingPlace.of_columns(row.listens_host, row.listens_port, row.listens_how),
                imei=row.imei,
                first_line=row.first_line,
            )
        for row in conn.execute(select(quarantine).where(quarantine.c.serial.in_(some))):
            seen = {"first_seen": row.first_seen.isoformat(), "tries": row.tries, "address": row.address}
            known.quarantined[DeviceId(row.flag, row.serial)] = seen
    for some in _portions(set(serials)):
        for meter in _meters(conn, some):
            known.meters.setdefault(meter.device.serial, []).append(meter)
    return known


def _meters(conn: Connection, serials: list[str]) -> Iterator[KnownMeter]:
    line = (modem_meters.c.meter_id == meters.c.id) & modem_meters.c.until.is_(None)
    place = (installations.c.meter_id == meters.c.id) & installations.c.until.is_(None)
    joined = (
        meters.outerjoin(modem_meters, line)
        .outerjoin(modems, modems.c.id == modem_meters.c.modem_id)
        .outerjoin(installations, place)
        .outerjoin(metering_points, metering_points.c.id == installations.c.point_id)
    )
    columns = (
        meters.c.id,
        meters.c.flag,
        meters.c.serial,
        modems.c.flag.label("modem_flag"),
        modems.c.serial.label("modem_serial"),
        installations.c.point_id,
        metering_points.c.public_id,
        installations.c.multiplier,
        installations.c.since,
    )
    for row in conn.execute(select(*columns).select_from(joined).where(meters.c.serial.in_(serials))):
        behind = None if row.modem_serial is None else DeviceId(row.modem_flag, row.modem_serial)
        yield KnownMeter(
            DeviceId(row.flag, row.serial),
            row.id,
            behind,
            row.point_id or 0,
            row.public_id or "",
            row.multiplier,
            row.since,
        )


def _portions(serials: set[str]) -> Iterator[list[str]]:
    ordered = sorted(serials)
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]
