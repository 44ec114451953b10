"""Where does a point lie, who uses it and who supplies it at a moment?"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, and_, or_, select

from osos.quantities import Interval
from osos.registry.point_known import portions
from osos.registry.point_tables import point_customers, point_suppliers, point_terms, service_points
from osos.registry.tables import metering_points
from osos.store import among

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)  # the end of what is still open


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePoint:
    """A point and what holds there at one moment (P-3); None: nobody has said."""

    point_id: int
    public_id: str
    installation_no: str | None = None
    etso: str | None = None
    region: str | None = None
    centre: str | None = None
    district: str | None = None
    title: str | None = None
    point_class: str | None = None
    tariff_group: str | None = None
    rate: str | None = None  # single or three
    installed_kva: Decimal | None = None
    contract_kw: Decimal | None = None
    voltage_level: str | None = None  # low, medium or high
    generation_kw: Decimal | None = None  # what may be given back; 0: nothing may


@dataclass(frozen=True, slots=True)
class Holding:
    """A customer or supplier and the time in which the point was his."""

    party: int
    period: Interval


@dataclass(frozen=True, slots=True)
class Holders:
    """Who held a point when, oldest first."""

    customers: tuple[Holding, ...] = ()
    suppliers: tuple[Holding, ...] = ()


_PLACE = ("installation_no", "etso", "region", "centre", "district")
_TERMS = (
    *("title", "point_class", "tariff_group", "rate", "installed_kva", "contract_kw", "voltage_level"),
    "generation_kw",
)


def service_point(conn: Connection, point: int | str, *, at: datetime) -> ServicePoint | None:
    """The point of this id (a number) or public id (a word), as it was at that moment."""
    column = metering_points.c.id if isinstance(point, int) else metering_points.c.public_id
    row = conn.execute(points_at(at).where(column == point)).one_or_none()
    return None if row is None else point_of(row)


def service_points_of(
    conn: Connection, point_ids: Collection[int], *, at: datetime
) -> dict[int, ServicePoint]:
    """Several at once, by their ids."""
    found = (
        point_of(row)
        for some in portions(point_ids)
        for row in conn.execute(points_at(at).where(metering_points.c.id.in_(some)))
    )
    return {one.point_id: one for one in found}


def holdings(conn: Connection, point_ids: Collection[int]) -> dict[int, Holders]:
    """Who held each of these points when: customers by contract, suppliers by portfolio."""
    found = {point_id: Holders() for point_id in point_ids}
    users = _held(conn, point_customers, "customer_id", point_ids)
    sellers = _held(conn, point_suppliers, "supplier_id", point_ids)
    return {one: Holders(tuple(users.get(one, ())), tuple(sellers.get(one, ()))) for one in found}


def points_of_party(
    conn: Connection, *, customer: int | None = None, supplier: int | None = None
) -> dict[int, tuple[Interval, ...]]:
    """The points this customer or supplier ever held, and when."""
    table, column, party = holding_table(customer=customer, supplier=supplier)
    found: dict[int, list[Interval]] = {}
    rows = conn.execute(select(table).where(table.c[column] == party).order_by(table.c.since))
    for row in rows:
        found.setdefault(row.point_id, []).append(Interval(row.since, row.until or FOREVER))
    return {point_id: tuple(periods) for point_id, periods in found.items()}


def holding_table(*, customer: int | None, supplier: int | None) -> tuple[Table, str, int]:
    """Where the holdings of this one party stand."""
    if customer is not None and supplier is None:
        return point_customers, "customer_id", customer
    if supplier is not None and customer is None:
        return point_suppliers, "supplier_id", supplier
    raise ValueError("name one customer or one supplier")


def points_at(at: datetime) -> Select[Any]:
    """Every point with what holds at that moment; to be narrowed by the caller."""
    joined = metering_points.outerjoin(
        service_points, service_points.c.point_id == metering_points.c.id
    ).outerjoin(point_terms, and_(point_terms.c.point_id == metering_points.c.id, held_at(point_terms, at)))
    own = (service_points.c[name] for name in _PLACE)
    agreed = (point_terms.c[name] for name in _TERMS)
    return select(metering_points.c.id, metering_points.c.public_id, *own, *agreed).select_from(joined)


def point_of(row: Row[Any]) -> ServicePoint:
    of = row._mapping
    return ServicePoint(
        point_id=of["id"], public_id=of["public_id"], **{name: of[name] for name in (*_PLACE, *_TERMS)}
    )


def held_at(table: Table, at: datetime) -> ColumnElement[bool]:
    return (table.c.since <= at) & or_(table.c.until.is_(None), table.c.until > at)


def _held(
    conn: Connection, table: Table, column: str, point_ids: Collection[int]
) -> dict[int, list[Holding]]:
    found: dict[int, list[Holding]] = {}
    for row in _rows(conn, table, point_ids):
        period = Interval(row.since, row.until or FOREVER)
        found.setdefault(row.point_id, []).append(Holding(row._mapping[column], period))
    return found


def _rows(conn: Connection, table: Table, point_ids: Collection[int]) -> Iterator[Row[Any]]:
    for some in portions(point_ids):
        yield from conn.execute(_of_points(table)(conn), {"points": some}).all()


@cache
def _of_points(table: Table) -> Callable[[Connection], Select[Any]]:
    return among(select(table).order_by(table.c.since), points=table.c.point_id)
