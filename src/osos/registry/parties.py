"""Which customers and suppliers are there?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from osos.registry.point_tables import customers, point_customers, service_points, suppliers
from osos.registry.points import held_at


@dataclass(frozen=True, slots=True)
class Customer:
    """Who uses points under contract."""

    id: int
    public_id: str
    kind: str  # person or company
    title: str
    login: str | None  # e-mail, when one is known


@dataclass(frozen=True, slots=True)
class Supplier:
    """Who sells energy at points."""

    id: int
    public_id: str
    name: str
    eic: str | None


def find_customer(conn: Connection, customer: int | str) -> Customer | None:
    """By number, or by public id."""
    column = customers.c.id if isinstance(customer, int) else customers.c.public_id
    row = conn.execute(select(customers).where(column == customer)).one_or_none()
    return None if row is None else _customer(row)


def find_supplier(conn: Connection, supplier: int | str) -> Supplier | None:
    """By number, or by public id."""
    column = suppliers.c.id if isinstance(supplier, int) else suppliers.c.public_id
    row = conn.execute(select(suppliers).where(column == supplier)).one_or_none()
    return None if row is None else _supplier(row)


def customer_at(conn: Connection, installation_no: str, *, at: datetime) -> Customer | None:
    """Who holds the point of this installation number at that moment."""
    query = (
        select(customers)
        .join(point_customers, point_customers.c.customer_id == customers.c.id)
        .join(service_points, service_points.c.point_id == point_customers.c.point_id)
        .where(service_points.c.installation_no == installation_no, held_at(point_customers, at))
    )
    row = conn.execute(query).one_or_none()
    return None if row is None else _customer(row)


def list_customers(conn: Connection, *, after_id: int = 0, limit: int = 1000) -> Iterator[Customer]:
    query = select(customers).where(customers.c.id > after_id).order_by(customers.c.id).limit(limit)
    return (_customer(row) for row in conn.execute(query))


def all_customers(conn: Connection) -> Iterator[Customer]:
    """Each of them, a thousand at a time."""
    after = 0
    while some := list(list_customers(conn, after_id=after)):
        yield from some
        after = some[-1].id


def list_suppliers(conn: Connection) -> Iterator[Supplier]:
    return (_supplier(row) for row in conn.execute(select(suppliers).order_by(suppliers.c.id)))


def _customer(row: Row[Any]) -> Customer:
    return Customer(row.id, row.public_id, row.kind, row.title, row.login)


def _supplier(row: Row[Any]) -> Supplier:
    return Supplier(row.id, row.public_id, row.name, row.eic)
