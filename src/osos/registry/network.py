"""Which meters lie at and below which transformer, feeder or zone, from when to when (D-33)?"""

from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from osos.quantities import Interval
from osos.registry.admitting import random_public_id
from osos.registry.network_tables import network_nodes, network_points, network_terms
from osos.registry.point_known import portions

KINDS = ("zone", "feeder", "transformer")  # from above to below
MAIN, BELOW = "main", "below"
ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)  # since when a first fact holds that was told without a day


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A place of the network where what goes in can be measured."""

    node_id: int
    public_id: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeTerms:
    """What holds of a node for a time; None: nobody has said."""

    above_id: int | None = None
    rated_kva: Decimal | None = None
    primary_kv: Decimal | None = None
    main_side: str | None = None  # low, medium
    line_ohm: Decimal | None = None
    line_kv: Decimal | None = None
    loss_pct: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldTerms:
    """Terms and the time they held."""

    node_id: int
    since: datetime
    until: datetime | None
    terms: NodeTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A point at a node: its main meter, or one below it."""

    node_id: int
    point_id: int
    role: str
    since: datetime
    until: datetime | None


def network_nodes_of(conn: Connection) -> list[Node]:
    """All of them, zones first, each kind by name."""
    rows = conn.execute(select(network_nodes))
    return sorted(map(_node, rows), key=lambda one: (KINDS.index(one.kind), one.name))


def find_node(conn: Connection, public_id: str) -> Node | None:
    row = conn.execute(select(network_nodes).where(network_nodes.c.public_id == public_id)).one_or_none()
    return None if row is None else _node(row)


def node_terms(conn: Connection, *, period: Interval) -> list[HeldTerms]:
    """Of all nodes, whatever held at some moment of the period."""
    query = select(network_terms).where(_within(network_terms, period)).order_by(network_terms.c.since)
    return [_terms(row) for row in conn.execute(query)]


def members_of(
    conn: Connection, node_ids: Collection[int], *, period: Interval, role: str | None = None
) -> list[Member]:
    """Who hung there at some moment of the period; with `role` in that one only."""
    c, found = network_points.c, []
    for some in portions(node_ids):
        query = select(network_points).where(c.node_id.in_(some), _within(network_points, period))
        if role is not None:
            query = query.where(c.role == role)
        found += [_member(row) for row in conn.execute(query.order_by(c.point_id, c.since))]
    return found


def memberships(conn: Connection, point_ids: Collection[int]) -> list[Member]:
    """Where these points hang and hung."""
    c, found = network_points.c, []
    for some in portions(point_ids):
        query = select(network_points).where(c.point_id.in_(some)).order_by(c.point_id, c.since)
        found += [_member(row) for row in conn.execute(query)]
    return found


def put_node(
    conn: Connection,
    *,
    kind: str,
    name: str,
    new_public_id: Callable[[], str] = random_public_id,
) -> int:
    """The node of this kind and name, made when there was none."""
    if kind not in KINDS:
        raise ValueError(f"a node is one of {', '.join(KINDS)}, not {kind!r}")
    here = (network_nodes.c.kind == kind) & (network_nodes.c.name == name)
    found = conn.scalar(select(network_nodes.c.id).where(here))
    if found is not None:
        return int(found)
    made = conn.execute(network_nodes.insert().values(public_id=new_public_id(), kind=kind, name=name))
    return int((made.inserted_primary_key or (0,))[0])


def put_terms(conn: Connection, *, node_id: int, terms: NodeTerms, since: datetime = ALWAYS) -> None:
    """From then on this holds of the node, until it is told otherwise; what began later keeps its time."""
    c = network_terms.c
    held = conn.execute(
        select(network_terms).where(
            c.node_id == node_id, c.since <= since, or_(c.until.is_(None), c.until > since)
        )
    ).one_or_none()
    if held is not None and _terms(held).terms == terms:
        return
    later = conn.scalar(
        select(c.since).where(c.node_id == node_id, c.since > since).order_by(c.since).limit(1)
    )
    if held is not None and held.since == since:
        conn.execute(network_terms.update().where(c.id == held.id).values(**asdict(terms)))
        return
    if held is not None:
        conn.execute(network_terms.update().where(c.id == held.id).values(until=since))
    row = {"node_id": node_id, "since": since, "until": later, **asdict(terms)}
    conn.execute(network_terms.insert().values(**row))


def hang(conn: Connection, *, node_id: int, point_id: int, role: str, since: datetime) -> None:
    """From then on the point is the node's main meter, or one below it; its last place in that role ends."""
    c = network_points.c
    open_ = c.until.is_(None) & (c.point_id == point_id) & (c.role == role)
    held = conn.execute(select(network_points).where(open_)).one_or_none()
    if held is not None and held.node_id == node_id:
        return
    conn.execute(network_points.update().where(open_).values(until=since))
    conn.execute(network_points.insert().values(node_id=node_id, point_id=point_id, role=role, since=since))


def _within(table: Any, period: Interval) -> Any:
    return (table.c.since < period.end) & or_(table.c.until.is_(None), table.c.until > period.start)


def _node(row: Row[Any]) -> Node:
    return Node(node_id=row.id, public_id=row.public_id, kind=row.kind, name=row.name)


def _terms(row: Row[Any]) -> HeldTerms:
    facts = {field.name: row._mapping[field.name] for field in fields(NodeTerms)}
    return HeldTerms(node_id=row.node_id, since=row.since, until=row.until, terms=NodeTerms(**facts))


def _member(row: Row[Any]) -> Member:
    return Member(node_id=row.node_id, point_id=row.point_id, role=row.role, since=row.since, until=row.until)
