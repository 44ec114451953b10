"""Which meters lie below which transformer, feeder or zone, and what does its balance come to (D-33)?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np
from sqlalchemy import Connection, or_, select

from osos.mdm import points
from osos.mdm.canonical import CanonicalBlock, Channel
from osos.mdm.day_changes import QUARTERS
from osos.mdm.derive.amounts import primary
from osos.mdm.derive.balances import Balance, Metered, balance
from osos.mdm.fleet.tables import network_nodes, network_points
from osos.mdm.labels import NOMINAL_MIN, days_of_period
from osos.quantities import Interval, Quality

KINDS = ("transformer", "feeder", "zone")
MAIN, BELOW = "main", "below"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A place where what goes in is measured; `above_id` is what feeds it."""

    node_id: int
    kind: str
    name: str
    above_id: int | None


def put_node(conn: Connection, *, kind: str, name: str, above_id: int | None = None) -> int:
    """The node of this kind and name, made when there was none."""
    if kind not in KINDS:
        raise ValueError(f"a node is one of {', '.join(KINDS)}, not {kind!r}")
    here = (network_nodes.c.kind == kind) & (network_nodes.c.name == name)
    found = conn.scalar(select(network_nodes.c.id).where(here))
    if found is not None:
        conn.execute(network_nodes.update().where(here).values(above_id=above_id))
        return int(found)
    made = conn.execute(network_nodes.insert().values(kind=kind, name=name, above_id=above_id))
    return int((made.inserted_primary_key or (0,))[0])


def hang(conn: Connection, *, node_id: int, point_id: int, role: str, since: datetime) -> None:
    """From then on the point is the node's main meter, or one below it; its last place in that role ends."""
    c = network_points.c
    open_ = c.until.is_(None) & (c.point_id == point_id) & (c.role == role)
    held = conn.execute(select(network_points).where(open_)).one_or_none()
    if held is not None and held.node_id == node_id:
        return
    conn.execute(network_points.update().where(open_).values(until=since))
    conn.execute(network_points.insert().values(node_id=node_id, point_id=point_id, role=role, since=since))


def nodes(conn: Connection) -> list[Node]:
    rows = conn.execute(select(network_nodes).order_by(network_nodes.c.kind, network_nodes.c.name))
    return [Node(node_id=row.id, kind=row.kind, name=row.name, above_id=row.above_id) for row in rows]


def balance_of(
    conn: Connection, *, node_id: int, period: Interval, technical_share: Decimal = Decimal(0)
) -> Balance | None:
    """Over the quarter hours of whole days; None when the node has no main meter.

    Who belongs below is what the records say of the period's start: a meter moved within it is a finding.
    """
    main, below = _members(conn, node_id, period.start)
    if not main:
        return None
    days = list(days_of_period(period))
    held = points.load(conn, point_ids=[*main, *below], days=days)
    blocks = {key: one.block for key, one in held.items()}
    metered = {point_id: _metered(blocks, point_id, days) for point_id in (*main, *below)}
    fed = Metered(
        wh=np.sum([metered[one].wh for one in main], axis=0),
        known=np.all([metered[one].known for one in main], axis=0),
    )
    return balance(fed, {one: metered[one] for one in below}, technical_share=technical_share)


def _members(conn: Connection, node_id: int, at: datetime) -> tuple[list[int], list[int]]:
    c = network_points.c
    held = (c.since <= at) & or_(c.until.is_(None), c.until > at)
    rows = conn.execute(
        select(c.point_id, c.role).where(c.node_id == node_id, held).order_by(c.point_id)
    ).all()
    return [row.point_id for row in rows if row.role == MAIN], [r.point_id for r in rows if r.role == BELOW]


def _metered(blocks: Mapping[tuple[int, int], CanonicalBlock], point_id: int, days: list[int]) -> Metered:
    """Import less export, in primary Wh a quarter hour; an hour's energy is known as an hour only."""
    wh = np.zeros(len(days) * QUARTERS, dtype=np.int64)
    known = np.zeros(wh.size, dtype=bool)
    for number, day in enumerate(days):
        block = blocks.get((point_id, day))
        if block is not None and block.period_min == NOMINAL_MIN:
            own = slice(number * QUARTERS, (number + 1) * QUARTERS)
            wh[own] = primary(block, Channel.A_PLUS).wh - primary(block, Channel.A_MINUS).wh
            known[own] = block.quality != Quality.MISSING.mark
    return Metered(wh=wh, known=known)
