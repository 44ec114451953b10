"""How do the facts of service points get into the tables, each change with its event?"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select

from osos.registry.counts import note_places_changed
from osos.registry.folding import fold
from osos.registry.point_history import History
from osos.registry.point_known import PLACE, KnownCustomer, KnownPoint, KnownSupplier, portions
from osos.registry.point_tables import (
    customers,
    point_customers,
    point_suppliers,
    point_terms,
    service_points,
    suppliers,
)
from osos.registry.point_words import rebuild_words
from osos.store import Event, append, record_events


@dataclass(frozen=True, slots=True)
class _Told:
    point: KnownPoint
    what: str  # place, terms, customer or supplier
    before: Any
    after: Any
    since: datetime | None


@dataclass(slots=True)
class PointChanges:
    """What is new or different, ready to be written table by table."""

    new_points: set[int] = field(default_factory=set)
    touched: set[int] = field(default_factory=set)
    points: dict[int, KnownPoint] = field(default_factory=dict)
    new_customers: dict[KnownCustomer, None] = field(default_factory=dict)
    new_suppliers: dict[KnownSupplier, None] = field(default_factory=dict)
    corrected: dict[KnownCustomer, tuple[str, str, str | None]] = field(default_factory=dict)  # with the old
    told: list[_Told] = field(default_factory=list)

    def note(self, point: KnownPoint, what: str, before: Any, after: Any, since: datetime | None) -> None:
        self.points[point.id] = point
        self.told.append(_Told(point, what, before, after, since))

    def note_place(self, point: KnownPoint, before: dict[str, Any]) -> None:
        self.note(point, "place", before or None, dict(point.place), None)


def write_points(conn: Connection, changes: PointChanges, *, by: str, now: datetime) -> None:
    """Write all of it in the caller's transaction."""
    events = [_event(told, by=by, now=now) for told in changes.told]
    events += [_corrected(one, old, by=by, now=now) for one, old in changes.corrected.items()]
    _write_parties(conn, changes)
    _write_places(conn, changes)
    points = list(changes.points.values())
    _write_histories(conn, point_terms, [(one.id, one.terms) for one in points], lambda value: value)
    _write_histories(
        conn,
        point_customers,
        [(one.id, one.customers) for one in points],
        lambda value: {"customer_id": value.id},
    )
    _write_histories(
        conn,
        point_suppliers,
        [(one.id, one.suppliers) for one in points],
        lambda value: {"supplier_id": value.id},
    )
    if any(told.what in {"place", "terms"} for told in changes.told):
        note_places_changed(conn)
    rebuild_words(conn, {*changes.points, *_points_of(conn, changes.corrected)})
    record_events(conn, events)


def _write_parties(conn: Connection, changes: PointChanges) -> None:
    old = [
        {"of": one.id, "new_kind": one.kind, "new_title": one.title, "new_login": one.login}
        for one in changes.corrected
    ]
    if old:
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in ("kind", "title", "login")}
        conn.execute(customers.update().where(customers.c.id == bindparam("of")).values(values), old)
    made = [
        {"public_id": one.public_id, "kind": one.kind, "title": one.title, "login": one.login}
        for one in changes.new_customers
    ]
    for one, number in zip(changes.new_customers, _insert(conn, customers, made), strict=True):
        one.id = number
    firms = [
        {"public_id": one.public_id, "name": one.name, "folded": fold(one.name)}
        for one in changes.new_suppliers
    ]
    for firm, number in zip(changes.new_suppliers, _insert(conn, suppliers, firms), strict=True):
        firm.id = number


def _write_places(conn: Connection, changes: PointChanges) -> None:
    told = {told.point.id: told.point for told in changes.told if told.what == "place"}
    for some in portions(told):
        conn.execute(service_points.delete().where(service_points.c.point_id.in_(some)))
    append(
        conn,
        service_points,
        [{"point_id": one.id, **{n: one.place[n] for n in PLACE}} for one in told.values()],
    )


def _write_histories(
    conn: Connection, table: Table, of_points: list[tuple[int, History]], columns: Any
) -> None:
    touched = {point_id: history for point_id, history in of_points if history.touched}
    for some in portions(touched):
        conn.execute(table.delete().where(table.c.point_id.in_(some)))
    rows = [
        {"point_id": point_id, "since": one.since, "until": one.until, **columns(one.value)}
        for point_id, history in touched.items()
        for one in history
    ]
    append(conn, table, rows)


def _insert(conn: Connection, table: Table, rows: list[dict[str, Any]]) -> list[int]:
    """The ids of the new rows, in the order of the rows."""
    if not rows:
        return []
    return list(conn.scalars(table.insert().returning(table.c.id, sort_by_parameter_order=True), rows))


def _points_of(conn: Connection, some: dict[KnownCustomer, Any]) -> set[int]:
    found: set[int] = set()
    for ids in portions([one.id for one in some]):
        query = select(point_customers.c.point_id).where(point_customers.c.customer_id.in_(ids))
        found |= set(conn.scalars(query))
    return found


_ACTS = {
    "place": "service point described",
    "terms": "terms changed",
    "customer": "customer changed",
    "supplier": "supplier changed",
}


def _event(told: _Told, *, by: str, now: datetime) -> Event:
    return Event(
        at=now,
        actor=by,
        act=_ACTS[told.what],
        subject=f"point {told.point.public_id}",
        before=_document(told.before, None),
        after=_document(told.after, told.since),
    )


def _corrected(one: KnownCustomer, old: tuple[str, str, str | None], *, by: str, now: datetime) -> Event:
    names = ("kind", "title", "login")
    after = (one.kind, one.title, one.login)
    changed = [name for name, was, new in zip(names, old, after, strict=True) if was != new]
    # which facts changed, not what they say: the log outlives the customer's right to be forgotten
    return Event(
        at=now,
        actor=by,
        act="customer corrected",
        subject=f"customer {one.public_id}",
        after={"facts": changed},
    )


def _document(value: Any, since: datetime | None) -> Any:
    """Facts as JSON; a customer or supplier by his public id, never by his name."""
    if isinstance(value, KnownCustomer | KnownSupplier):
        value = {"public_id": value.public_id}
    if value is None and since is None:
        return None
    told = {name: str(fact) if isinstance(fact, Decimal) else fact for name, fact in (value or {}).items()}
    return told if since is None else {**told, "since": since.astimezone(UTC).isoformat()}
