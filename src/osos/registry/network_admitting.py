"""How does a list of zones, feeders, transformers and their meters become part of the registry?"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from osos.quantities import Interval
from osos.registry.admitting import random_public_id
from osos.registry.network import (
    ALWAYS,
    MAIN,
    NodeTerms,
    memberships,
    network_nodes_of,
    node_terms,
    put_node,
)
from osos.registry.network_rows import NetworkRow
from osos.registry.network_tables import network_points, network_terms
from osos.registry.point_cells import Nothing
from osos.registry.point_history import History, Stretch
from osos.registry.point_known import KnownPoint, KnownPoints, look_up_points
from osos.registry.point_rows import ServicePointRow
from osos.registry.points import FOREVER
from osos.registry.problems import BadCell, LineProblem
from osos.store import Event, alone, append, record_events

_EVER = Interval(datetime(1970, 1, 1, tzinfo=UTC), FOREVER)


@dataclass(frozen=True, slots=True)
class NetworkReport:
    """What a list changed, in numbers, and which of its lines were refused."""

    nodes_new: int = 0
    nodes_changed: int = 0
    points_hung: int = 0
    unchanged: int = 0  # lines that said what was known
    problems: list[LineProblem] = field(default_factory=list)


def admit_network(
    conn: Connection,
    rows: Sequence[NetworkRow],
    *,
    by: str,
    now: datetime,
    new_public_id: Callable[[], str] = random_public_id,
) -> NetworkReport:
    """Describe these places and hang their meters, each fact from its own day on.

    What held before keeps its time. A line that contradicts what is known is refused whole, every other one
    is kept; the same list again changes nothing. Each change leaves an event.
    """
    alone(conn, "registry.admit")
    plan = _Plan.begin(conn, rows, now=now, new_public_id=new_public_id)
    problems = []
    for row in rows:
        try:
            plan.take(row)
        except BadCell as bad:
            problems.append(LineProblem(row.line, " / ".join(name for _, name in row.path), bad.what, bad.do))
    plan.write(by=by)
    return NetworkReport(
        nodes_new=len(plan.made),
        nodes_changed=len({node for node, history in plan.terms.items() if history.touched} - plan.made),
        points_hung=sum(history.touched for history in plan.places.values()),
        unchanged=plan.unchanged,
        problems=problems,
    )


Place = tuple[str, str]  # kind, name


@dataclass(slots=True)
class _Plan:
    """What the list changes so far; later lines see it."""

    conn: Connection
    known: KnownPoints
    now: datetime
    new_public_id: Callable[[], str]
    ids: dict[Place, int] = field(default_factory=dict)
    terms: dict[int, History] = field(default_factory=dict)
    places: dict[tuple[int, str], History] = field(default_factory=dict)  # (point, role) → node
    described: set[int] = field(default_factory=set)  # nodes of which something was known before the list
    told_above: dict[tuple[int, datetime], int | None] = field(default_factory=dict)
    made: set[int] = field(default_factory=set)
    unchanged: int = 0
    events: list[tuple[str, str, Any]] = field(default_factory=list)

    @classmethod
    def begin(
        cls, conn: Connection, rows: Sequence[NetworkRow], *, now: datetime, new_public_id: Callable[[], str]
    ) -> "_Plan":
        plan = cls(conn, look_up_points(conn, list(map(_as_point, rows))), now, new_public_id)
        for node in network_nodes_of(conn):
            plan.ids[node.kind, node.name] = node.node_id
        for held in node_terms(conn, period=_EVER):
            history = plan.terms.setdefault(held.node_id, History())
            history.stretches.append(Stretch(held.since, held.until, held.terms))
            plan.described.add(held.node_id)
        for one in memberships(conn, list(plan.known.by_id)):
            history = plan.places.setdefault((one.point_id, one.role), History())
            history.stretches.append(Stretch(one.since, one.until, one.node_id))
        return plan

    def take(self, row: NetworkRow) -> None:
        """Note what this line changes; raises BadCell, before anything is noted, when it cannot be."""
        point = self._point(row) if row.hangs else None
        chain = [self.ids.get(place) for place in row.path]
        told = [
            (place, node, self._wanted(row, position, chain), self._since(row, node))
            for position, (place, node) in enumerate(zip(row.path, chain, strict=True))
        ]
        for place, node, wanted, since in told:
            self._check_terms(place, node, wanted, since)
        if point is not None:
            self._check_place(row, point, chain[-1])
        self._keep(row, point)

    def _keep(self, row: NetworkRow, point: KnownPoint | None) -> None:
        changed = False
        chain: list[int | None] = []
        for position, place in enumerate(row.path):
            node = self.ids.get(place)
            if node is None:
                node = self.ids[place] = put_node(
                    self.conn, kind=place[0], name=place[1], new_public_id=self.new_public_id
                )
                self.made.add(node)
                changed = True
            chain.append(node)
            wanted, since = self._wanted(row, position, chain), self._since(row, node)
            if wanted is not None:
                self.told_above[node, since] = wanted.above_id
                if self.terms.setdefault(node, History()).put(since, wanted):
                    self._note("place of the network described", f"{place[0]} {place[1]}", wanted, since)
                    changed = True
        if point is not None and chain[-1] is not None:
            changed |= self._hang(row, point, chain[-1])
        self.unchanged += not changed

    def _hang(self, row: NetworkRow, point: KnownPoint, node: int) -> bool:
        history = self.places.setdefault((point.id, row.role), History())
        since = self._hung_since(row, history, point)
        if not history.put(since, node):
            return False
        kind, name = row.path[-1]
        told = {"place": f"{kind} {name}", "role": row.role}
        self._note("point hung in the network", f"point {point.public_id}", told, since)
        return True

    def _wanted(self, row: NetworkRow, position: int, chain: Sequence[int | None]) -> NodeTerms | None:
        """The terms of a place of the path as this line tells them; None: it tells nothing of them."""
        node, is_last = chain[position], position == len(row.path) - 1
        facts = {name: None if value is Nothing.NOTHING else value for name, value in row.facts.items()}
        if position:
            above: dict[str, Any] = {"above_id": chain[position - 1]}
        else:
            above = {}
        told = above | (facts if is_last else {})
        if not told:
            return None
        held = None if node is None else self.terms.get(node, History()).at(self._since(row, node))
        return replace(held or NodeTerms(), **told)

    def _since(self, row: NetworkRow, node: int | None) -> datetime:
        """A first fact, or one told by a line about a meter, holds from always; a later one from its day."""
        if node is None or node not in self.described:
            return row.since if row.since is not None and row.facts else ALWAYS
        return row.since or self.now

    def _check_terms(self, place: Place, node: int | None, wanted: NodeTerms | None, since: datetime) -> None:
        if node is None or wanted is None:
            return
        if self.told_above.get((node, since), wanted.above_id) not in {wanted.above_id, None}:
            raise BadCell(
                f"{place[0]} {place[1]} hangs elsewhere on a line above this one",
                "name one place that feeds it, or give the day of the change in the column since",
            )
        history = self.terms.get(node, History())
        later = history.later(since)
        if later is not None and history.at(since) != wanted:
            raise BadCell(
                f"other facts of {place[0]} {place[1]} begin on {later.isoformat()}, "
                f"after {since.isoformat()}",
                "give a day after that in the column since",
            )

    def _check_place(self, row: NetworkRow, point: KnownPoint, node: int | None) -> None:
        history = self.places.get((point.id, row.role), History())
        since = self._hung_since(row, history, point)
        later = history.later(since)
        if later is not None and history.at(since) != node:
            raise BadCell(
                f"the meter hangs elsewhere from {later.isoformat()} on, after {since.isoformat()}",
                "give a day after that in the column since",
            )
        other = self.places.get((point.id, "below" if row.role == MAIN else MAIN), History())
        if node is not None and other.at(since) == node:
            raise BadCell("the meter would be main meter and below it at once", "give it one role")

    def _hung_since(self, row: NetworkRow, history: History, point: KnownPoint) -> datetime:
        if row.since is not None:
            return row.since
        return self.now if history.stretches else (point.installed or self.now)

    def _point(self, row: NetworkRow) -> KnownPoint:
        if row.meter is None:
            named = self.known.by_installation_no.get(row.installation_no or "")
            found = [] if named is None else [named]
        else:
            flag, behind = row.meter.flag, self.known.by_serial.get(row.meter.serial, ())
            found = [point for device, point in behind if flag in {"", device.flag} or not device.flag]
        what = str(row.meter or row.installation_no)
        if not found:
            raise BadCell(f"the registry knows no meter {what}", "admit it first, or correct the line")
        if len(found) > 1:
            raise BadCell(
                f"{len(found)} meters have the serial {what}", "write the maker's three letters before it"
            )
        return found[0]

    def _note(self, act: str, subject: str, told: Any, since: datetime) -> None:
        facts = asdict(told) if isinstance(told, NodeTerms) else dict(told)
        facts = {k: str(v) if isinstance(v, Decimal) else v for k, v in facts.items() if v is not None}
        self.events.append((act, subject, {**facts, "since": since.astimezone(UTC).isoformat()}))

    def write(self, *, by: str) -> None:
        """All of it in the caller's transaction."""
        self._write_histories()
        record_events(
            self.conn,
            [
                Event(at=self.now, actor=by, act=act, subject=subject, before=None, after=after)
                for act, subject, after in self.events
            ],
        )

    def _write_histories(self) -> None:
        for node, history in self.terms.items():
            if history.touched:
                self.conn.execute(network_terms.delete().where(network_terms.c.node_id == node))
                rows = [
                    {"node_id": node, "since": one.since, "until": one.until, **asdict(one.value)}
                    for one in history
                ]
                append(self.conn, network_terms, rows)
        c = network_points.c
        for (point, role), history in self.places.items():
            if history.touched:
                self.conn.execute(network_points.delete().where(c.point_id == point, c.role == role))
                rows = [
                    {"node_id": one.value, "point_id": point, "role": role}
                    | {"since": one.since, "until": one.until}
                    for one in history
                ]
                append(self.conn, network_points, rows)


def _as_point(row: NetworkRow) -> ServicePointRow:
    """What a look into the registry needs of the meter a line names."""
    facts = {} if row.installation_no is None else {"installation_no": row.installation_no}
    return ServicePointRow(line=row.line, point="", meter=row.meter, facts=facts, since=None)
