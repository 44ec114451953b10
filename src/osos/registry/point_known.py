"""What does the registry know already of the points a list describes?"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Row, Table, select

from osos.quantities import DeviceId
from osos.registry.point_history import History, Stretch
from osos.registry.point_rows import TERMS, ServicePointRow
from osos.registry.point_tables import (
    customers,
    point_customers,
    point_suppliers,
    point_terms,
    service_points,
    suppliers,
)
from osos.registry.tables import installations, metering_points, meters

_AT_ONCE = 500  # values in one IN (…): both engines plan it well
PLACE = ("installation_no", "etso", "etso_reason", "region", "centre", "district")


@dataclass(slots=True, eq=False)
class KnownCustomer:
    """A customer as he is, or (id 0) as he will be."""

    public_id: str
    kind: str
    title: str
    login: str | None
    id: int = 0


@dataclass(slots=True, eq=False)
class KnownSupplier:
    """A supplier as it is, or (id 0) as it will be."""

    public_id: str
    name: str
    id: int = 0


@dataclass(slots=True)
class KnownPoint:
    """A metering point with all that is known of it; `place` is empty until somebody describes it."""

    id: int
    public_id: str
    installed: datetime | None = None  # since when its first meter hangs
    place: dict[str, Any] = field(default_factory=dict)
    terms: History = field(default_factory=History)
    customers: History = field(default_factory=History)
    suppliers: History = field(default_factory=History)


@dataclass(slots=True)
class KnownPoints:
    """All that a list touches, read in a few queries."""

    by_id: dict[int, KnownPoint] = field(default_factory=dict)
    by_public_id: dict[str, KnownPoint] = field(default_factory=dict)
    by_serial: dict[str, list[tuple[DeviceId, KnownPoint]]] = field(default_factory=dict)
    by_installation_no: dict[str, KnownPoint] = field(default_factory=dict)
    by_etso: dict[str, KnownPoint] = field(default_factory=dict)
    customers: dict[str, KnownCustomer] = field(default_factory=dict)  # by login
    suppliers: dict[str, KnownSupplier] = field(default_factory=dict)  # by folded name


def look_up_points(conn: Connection, rows: Sequence[ServicePointRow]) -> KnownPoints:
    """What is known of the points these rows name, of their neighbours by number, and of all they mention."""
    known = KnownPoints()
    _read_points(conn, known, metering_points.c.public_id, {row.point for row in rows if row.point})
    _read_serials(conn, known, {row.meter.serial for row in rows if row.meter is not None})
    for name in ("installation_no", "etso"):
        told = {row.facts[name] for row in rows if isinstance(row.facts.get(name), str)}
        _read_points(conn, known, service_points.c[name], told)
    who = {row.facts["customer_login"] for row in rows if "customer_login" in row.facts}
    found = {one.id: one for one in _customers(conn, customers.c.login, who)}
    known.customers = {one.login: one for one in found.values() if one.login is not None}
    _read_histories(conn, known, found)
    return known


def _read_points(conn: Connection, known: KnownPoints, column: Column[Any], values: Collection[str]) -> None:
    for some in portions(values):
        for row in conn.execute(_points().where(column.in_(some))):
            _point(known, row)


def _points() -> Any:
    joined = metering_points.outerjoin(service_points, service_points.c.point_id == metering_points.c.id)
    own = (service_points.c[name] for name in PLACE)
    return select(metering_points.c.id, metering_points.c.public_id, *own).select_from(joined)


def _point(known: KnownPoints, row: Row[Any]) -> KnownPoint:
    point = known.by_id.get(row.id)
    if point is None:
        point = KnownPoint(row.id, row.public_id)
        known.by_id[row.id] = known.by_public_id[row.public_id] = point
        if row.installation_no is not None:
            point.place = {name: row._mapping[name] for name in PLACE}
            known.by_installation_no[row.installation_no] = point
        if row.etso is not None:
            known.by_etso[row.etso] = point
    return point


def _read_serials(conn: Connection, known: KnownPoints, serials: Collection[str]) -> None:
    joined = (
        meters.join(
            installations, (installations.c.meter_id == meters.c.id) & installations.c.until.is_(None)
        )
        .join(metering_points, metering_points.c.id == installations.c.point_id)
        .outerjoin(service_points, service_points.c.point_id == metering_points.c.id)
    )
    own = [service_points.c[name] for name in PLACE]
    columns = (metering_points.c.id, metering_points.c.public_id, meters.c.flag, meters.c.serial)
    for some in portions(serials):
        query = select(*columns, *own).select_from(joined).where(meters.c.serial.in_(some))
        for row in conn.execute(query):
            device = DeviceId(row.flag, row.serial)
            known.by_serial.setdefault(row.serial, []).append((device, _point(known, row)))


def _customers(conn: Connection, column: Column[Any], values: Collection[Any]) -> Iterator[KnownCustomer]:
    for some in portions(values):
        for row in conn.execute(select(customers).where(column.in_(some))):
            yield KnownCustomer(row.public_id, row.kind, row.title, row.login, row.id)


def _read_histories(conn: Connection, known: KnownPoints, found: dict[int, KnownCustomer]) -> None:
    for row in _of_points(conn, installations, known):
        point = known.by_id[row.point_id]
        point.installed = min(point.installed or row.since, row.since)
    for row in _of_points(conn, point_terms, known):
        _add(known.by_id[row.point_id].terms, row, {name: row._mapping[name] for name in TERMS})
    holders = list(_of_points(conn, point_customers, known))
    missing = {row.customer_id for row in holders} - found.keys()
    found |= {one.id: one for one in _customers(conn, customers.c.id, missing)}
    for row in holders:
        _add(known.by_id[row.point_id].customers, row, found[row.customer_id])
    all_suppliers = {}
    for row in conn.execute(select(suppliers)):
        supplier = KnownSupplier(row.public_id, row.name, row.id)
        known.suppliers[row.folded] = all_suppliers[row.id] = supplier
    for row in _of_points(conn, point_suppliers, known):
        _add(known.by_id[row.point_id].suppliers, row, all_suppliers[row.supplier_id])


def _add(history: History, row: Row[Any], value: Any) -> None:
    history.stretches.append(Stretch(row.since, row.until, value))


def _of_points(conn: Connection, table: Table, known: KnownPoints) -> Iterator[Row[Any]]:
    for some in portions(known.by_id):
        yield from conn.execute(select(table).where(table.c.point_id.in_(some)).order_by(table.c.since))


def portions(values: Collection[Any]) -> Iterator[list[Any]]:
    ordered = sorted(set(values))
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]
