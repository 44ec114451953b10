"""How does a list of service points become part of the registry?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from osos.registry.admitting import random_public_id
from osos.registry.folding import fold
from osos.registry.point_history import History
from osos.registry.point_known import (
    PLACE,
    KnownCustomer,
    KnownPoint,
    KnownPoints,
    KnownSupplier,
    look_up_points,
)
from osos.registry.point_rows import NOBODY, TERMS, ServicePointRow
from osos.registry.point_writing import PointChanges, write_points
from osos.registry.problems import BadCell, LineProblem
from osos.store import alone


@dataclass(frozen=True, slots=True)
class PointReport:
    """What a list changed, in numbers, and which of its lines were refused."""

    points_new: int = 0
    points_changed: int = 0
    points_unchanged: int = 0
    customers_new: int = 0
    suppliers_new: int = 0
    problems: list[LineProblem] = field(default_factory=list)


def admit_service_points(
    conn: Connection,
    rows: Sequence[ServicePointRow],
    *,
    by: str,
    now: datetime,
    new_public_id: Callable[[], str] = random_public_id,
) -> PointReport:
    """Describe these points, with their customers and suppliers, each fact from its own day on.

    What held before keeps its time. A line that contradicts the registry is refused whole; every other one
    is kept. The same list again changes nothing. Each change leaves an event.
    """
    alone(conn, "registry.admit")
    plan = _Plan(look_up_points(conn, rows), PointChanges(), now, new_public_id)
    problems: list[LineProblem] = []
    for row in rows:
        try:
            plan.take(row)
        except BadCell as bad:
            problems.append(LineProblem(row.line, _name(row), bad.what, bad.do))
    write_points(conn, plan.changes, by=by, now=now)
    return PointReport(
        points_new=len(plan.changes.new_points),
        points_changed=len(plan.changes.touched - plan.changes.new_points),
        points_unchanged=len(plan.unchanged - plan.changes.touched),
        customers_new=len(plan.changes.new_customers),
        suppliers_new=len(plan.changes.new_suppliers),
        problems=problems,
    )


def _name(row: ServicePointRow) -> str:
    return row.point or str(row.meter or row.facts.get("installation_no", ""))


@dataclass(slots=True)
class _Plan:
    """What the list changes so far; later lines see it."""

    known: KnownPoints
    changes: PointChanges
    now: datetime
    new_public_id: Callable[[], str]
    unchanged: set[int] = field(default_factory=set)

    def take(self, row: ServicePointRow) -> None:
        """Note what this line changes; raises BadCell, before anything is noted, when it cannot be."""
        point = self._point(row)
        place = self._place(point, row)
        told = [
            (point.terms, _since(point.terms, point, row, self.now), self._terms(point, row)),
            (point.customers, _since(point.customers, point, row, self.now), self._customer(point, row)),
            (point.suppliers, _since(point.suppliers, point, row, self.now), self._supplier(row)),
        ]
        for history, since, value in told:
            if value is not None:
                _check(history, since, _ended(value))
        self._keep(point, place, told)
        if isinstance(told[1][2], KnownCustomer):
            self._correct(told[1][2], row)

    def _keep(
        self, point: KnownPoint, place: dict[str, Any], told: list[tuple[History, datetime, Any]]
    ) -> None:
        changed = self._keep_place(point, place)
        for name, (history, since, value) in zip(("terms", "customer", "supplier"), told, strict=True):
            if value is None:
                continue
            before = history.at(since)
            if history.put(since, _ended(value)):
                self.changes.note(point, name, before, _ended(value), since)
                self._register(value)
                changed = True
        (self.changes.touched if changed else self.unchanged).add(point.id)

    def _register(self, value: Any) -> None:
        if isinstance(value, KnownCustomer) and not value.id and value not in self.changes.new_customers:
            self.changes.new_customers[value] = None
            if value.login is not None:
                self.known.customers[value.login] = value
        if isinstance(value, KnownSupplier) and not value.id and value not in self.changes.new_suppliers:
            self.changes.new_suppliers[value] = None
            self.known.suppliers[fold(value.name)] = value

    def _point(self, row: ServicePointRow) -> KnownPoint:
        found: list[KnownPoint] = []
        if row.point:
            found = [self.known.by_public_id[row.point]] if row.point in self.known.by_public_id else []
        elif row.meter is not None:
            behind = self.known.by_serial.get(row.meter.serial, ())
            found = [
                point for device, point in behind if row.meter.flag in {"", device.flag} or not device.flag
            ]
        else:
            named = self.known.by_installation_no.get(row.facts["installation_no"])
            found = [] if named is None else [named]
        if not found:
            raise BadCell(
                f"the registry knows no point {_name(row)}", "admit its meter first, or correct the line"
            )
        if len(found) > 1:
            raise BadCell(
                f"{len(found)} meters have the serial {_name(row)}",
                "write the maker's three letters before it",
            )
        return found[0]

    def _place(self, point: KnownPoint, row: ServicePointRow) -> dict[str, Any]:
        told = {name: _ended(row.facts[name]) for name in PLACE if name in row.facts}
        for name, index in (("installation_no", self.known.by_installation_no), ("etso", self.known.by_etso)):
            other = index.get(told.get(name) or "")
            if other is not None and other is not point:
                raise BadCell(
                    f"{name} {told[name]} belongs to point {other.public_id} already",
                    "correct one of the two",
                )
        if not point.place and "installation_no" not in told:
            raise BadCell(
                "the point has no installation number yet", "write it in the column installation_no"
            )
        return told

    def _keep_place(self, point: KnownPoint, told: dict[str, Any]) -> bool:
        before = dict(point.place)
        after: dict[str, Any] = dict.fromkeys(PLACE) | before | told
        if after == before:
            return False
        if not before:
            self.changes.new_points.add(point.id)
        for name, index in (("installation_no", self.known.by_installation_no), ("etso", self.known.by_etso)):
            if before.get(name) != after[name]:
                index.pop(before.get(name) or "", None)
                if after[name] is not None:
                    index[after[name]] = point
        point.place = after
        self.changes.note_place(point, before)
        return True

    def _terms(self, point: KnownPoint, row: ServicePointRow) -> dict[str, Any] | None:
        told = {name: _ended(row.facts[name]) for name in TERMS if name in row.facts}
        if not told:
            return None
        held = point.terms.at(_since(point.terms, point, row, self.now)) or dict.fromkeys(TERMS)
        return held | told

    def _customer(self, point: KnownPoint, row: ServicePointRow) -> Any:
        """The customer of this login, else the present one if the name is his, else a new one."""
        name, login = row.facts.get("customer"), row.facts.get("customer_login")
        if name is None or name is NOBODY:
            return name
        kind = row.facts.get("customer_kind")
        held = point.customers.at(_since(point.customers, point, row, self.now))
        same = isinstance(held, KnownCustomer) and fold(held.title) == fold(name)
        found = self.known.customers.get(login) if login else None
        if found is None and same and (login is None or held.login in {None, login}):
            found = held
        return found or KnownCustomer(self.new_public_id(), kind or "person", name, login)

    def _correct(self, one: KnownCustomer, row: ServicePointRow) -> None:
        """What the line says of a customer who is known already."""
        told = row.facts
        kind, title = told.get("customer_kind", one.kind), told["customer"]
        login = told.get("customer_login", one.login)
        if (one.kind, one.title, one.login) == (kind, title, login):
            return
        if one.id:
            self.changes.corrected.setdefault(one, (one.kind, one.title, one.login))
        one.kind, one.title, one.login = kind, title, login
        if login is not None:
            self.known.customers[login] = one

    def _supplier(self, row: ServicePointRow) -> Any:
        name = row.facts.get("supplier")
        if name is None or name is NOBODY:
            return name
        return self.known.suppliers.get(fold(name)) or KnownSupplier(self.new_public_id(), name)


def _ended(value: Any) -> Any:
    return None if value is NOBODY else value


def _since(history: History, point: KnownPoint, row: ServicePointRow, now: datetime) -> datetime:
    """A first fact without a day holds from the first meter on, a later one from now."""
    if row.since is not None:
        return row.since
    return now if history.stretches else (point.installed or now)


def _check(history: History, since: datetime, value: Any) -> None:
    later = history.later(since)
    if later is not None and history.at(since) != value:
        raise BadCell(
            f"other facts begin on {later.isoformat()}, after {since.isoformat()}",
            "give a day after that in the column since",
        )
