"""What do the balances of the network come to over some days, and what hides below one of them?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, func, select

from osos.mdm import canonical_packing, points
from osos.mdm.canonical import Channel
from osos.mdm.day_changes import QUARTERS
from osos.mdm.derive.amounts import day_total, primary
from osos.mdm.derive.balances import WARN_SHARE, Balance
from osos.mdm.labels import NOMINAL_MIN
from osos.mdm.network.counting import topology_of
from osos.mdm.network.node_day import balance_of, node_day
from osos.mdm.network.tables import network_days
from osos.mdm.network.topology import Topology, day_span
from osos.mdm.tables import canonical_blocks
from osos.registry import Node, NodeTerms
from osos.registry.network import MAIN

_AT_ONCE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """A place over some days: whole Wh of the balanced quarter hours, and how many of all those are."""

    days: int  # asked for
    counted: int  # days with a balance
    main_wh: int = 0
    below_wh: int = 0
    technical_wh: int | None = None  # None: not known on one of the days
    open_wh: int = 0
    slots: int = 0
    estimated: int = 0
    counted_at: datetime | None = None

    @property
    def loss_wh(self) -> int:
        return self.main_wh - self.below_wh

    @property
    def loss_share(self) -> Decimal | None:
        return Decimal(self.loss_wh) / self.main_wh if self.main_wh else None

    @property
    def unexplained_wh(self) -> int | None:
        """None: what is lost by nature is not known, so nothing can be called unexplained."""
        return None if self.technical_wh is None else self.loss_wh - self.technical_wh

    @property
    def bounds_wh(self) -> tuple[int, int]:
        """The loss of all quarter hours the main meter knows lies between these."""
        return self.loss_wh + min(0, self.open_wh), self.loss_wh + max(0, self.open_wh)

    @property
    def known_share(self) -> Decimal:
        """Of all quarter hours asked for."""
        return Decimal(self.slots) / (self.days * QUARTERS) if self.days else Decimal(0)

    @property
    def wants_looking_at(self) -> bool:
        left = self.loss_wh if self.unexplained_wh is None else self.unexplained_wh
        return bool(self.main_wh) and abs(left) > WARN_SHARE * abs(self.main_wh)


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A place, its sums, and what it feeds; `depth` 0 is fed by nothing we know."""

    node: Node
    terms: NodeTerms
    depth: int
    sums: Sums
    has_main: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRow:
    """One day of one place as it was counted."""

    day: int
    sums: Sums
    lacking: tuple[tuple[int | None, int], ...]  # point (None: the main meter, 0: one below), quarter hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One meter of a place over the days: primary Wh taken less given, and days of which it is whole."""

    point_id: int
    node_id: int  # where it hangs
    is_main: bool
    wh: int
    whole_days: int
    missing_slots: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePage:
    """All that a page about one place tells."""

    branch: Branch
    above: tuple[Node, ...]  # from the top
    rows: tuple[DayRow, ...]
    children: tuple[Branch, ...]
    meters: tuple[Counted, ...]  # the most energy first


def overview(conn: Connection, *, days: Sequence[int]) -> list[Branch]:
    """Every place in the order of the tree: zones, their feeders, their transformers."""
    topology = topology_of(conn, days, role=MAIN)
    sums = sums_of(conn, topology.nodes, days)
    at = day_span(max(days)).start
    tops = [one for one in topology.nodes.values() if topology.terms_at(one.node_id, at).above_id is None]
    found: list[Branch] = []
    for one in tops:
        found += _tree(topology, one.node_id, 0, sums, max(days))
    return found


def tops(branches: Sequence[Branch]) -> list[Branch]:
    """The balanced places nothing balanced lies above: their sums count no Wh twice."""
    found: list[Branch] = []
    under = -1  # the depth of the balanced place we are below
    for one in branches:
        if under >= 0 and one.depth > under:
            continue
        under = one.depth if one.sums.counted else -1
        found += [one] if one.sums.counted else []
    return found


def node_page(conn: Connection, node: Node, *, days: Sequence[int]) -> NodePage:
    topology = topology_of(conn, days, node_ids=[node.node_id])
    at = day_span(max(days)).start
    children = topology.children(node.node_id, at)
    sums = sums_of(conn, [node.node_id, *children], days)
    last = max(days)
    return NodePage(
        branch=_branch(topology, node.node_id, 0, sums, last),
        above=_above(topology, node.node_id, at),
        rows=days_of(conn, node.node_id, days),
        children=tuple(_branch(topology, child, 0, sums, last) for child in children),
        meters=_meters(conn, topology, node.node_id, days),
    )


def curve(conn: Connection, node_id: int, day: int) -> Balance | None:
    """The quarter hours of one day, balanced as they are known now."""
    topology = topology_of(conn, [day], node_ids=[node_id])
    one = node_day(topology, node_id, day)
    if one is None:
        return None
    held = points.load(conn, point_ids=one.points, days=[day])
    return balance_of(topology, one, {point: each.block for (point, _), each in held.items()})


def sums_of(conn: Connection, node_ids: Iterable[int], days: Sequence[int]) -> dict[int, Sums]:
    """One statement for all places; a place that was never balanced has nothing counted."""
    c, wanted = network_days.c, list(node_ids)
    names = ("main_wh", "below_wh", "open_wh", "slots", "estimated")
    query = (
        select(
            c.node_id,
            func.count().label("counted"),
            func.count(c.technical_wh).label("explained"),
            func.sum(c.technical_wh).label("technical_wh"),
            func.max(c.counted_at).label("counted_at"),
            *(func.sum(c[name]).label(name) for name in names),
        )
        .where(c.day >= min(days), c.day <= max(days))
        .group_by(c.node_id)
    )
    if len(wanted) <= _AT_ONCE:
        query = query.where(c.node_id.in_(wanted))
    found = {node_id: Sums(days=len(days), counted=0) for node_id in wanted}
    for row in conn.execute(query):
        if row.node_id in found:
            whole = {name: int(getattr(row, name)) for name in names}
            technical = int(row.technical_wh) if row.explained == row.counted else None
            found[row.node_id] = Sums(
                days=len(days),
                counted=row.counted,
                technical_wh=technical,
                counted_at=row.counted_at,
                **whole,
            )
    return found


def _tree(topology: Topology, node_id: int, depth: int, sums: dict[int, Sums], last: int) -> list[Branch]:
    """The place and all it feeds; of neighbours the one that loses most comes first."""
    children = topology.children(node_id, day_span(last).start)
    ordered = sorted(children, key=lambda one: (-_worst(sums[one]), topology.nodes[one].name))
    below = [each for one in ordered for each in _tree(topology, one, depth + 1, sums, last)]
    return [_branch(topology, node_id, depth, sums, last), *below]


def _branch(topology: Topology, node_id: int, depth: int, sums: dict[int, Sums], last: int) -> Branch:
    return Branch(
        node=topology.nodes[node_id],
        terms=topology.terms_at(node_id, day_span(last).start),
        depth=depth,
        sums=sums[node_id],
        has_main=bool(topology.mains(node_id, last)),
    )


def _worst(sums: Sums) -> int:
    left = sums.unexplained_wh
    return abs(sums.loss_wh if left is None else left)


def _above(topology: Topology, node_id: int, at: datetime) -> tuple[Node, ...]:
    found: list[Node] = []
    above = topology.terms_at(node_id, at).above_id
    while above is not None and len(found) < len(topology.nodes):
        found.insert(0, topology.nodes[above])
        above = topology.terms_at(above, at).above_id
    return tuple(found)


def days_of(conn: Connection, node_id: int, days: Sequence[int]) -> tuple[DayRow, ...]:
    """The days of a place that were counted, in order."""
    c = network_days.c
    query = select(network_days).where(c.node_id == node_id, c.day >= min(days), c.day <= max(days))
    return tuple(_day_row(row) for row in conn.execute(query.order_by(c.day)))


def _day_row(row: Row[Any]) -> DayRow:
    facts = {name: getattr(row, name) for name in ("main_wh", "below_wh", "open_wh", "slots", "estimated")}
    return DayRow(
        day=row.day,
        sums=Sums(days=1, counted=1, technical_wh=row.technical_wh, counted_at=row.counted_at, **facts),
        lacking=tuple((point, slots) for point, slots in row.lacking),
    )


def _meters(conn: Connection, topology: Topology, node_id: int, days: Sequence[int]) -> tuple[Counted, ...]:
    """Who counted here on the last of these days."""
    last = max(days)
    places = [(one, True) for one in topology.mains(node_id, last)]
    places += [(one, False) for one in topology.counted_below(node_id, last)]
    ids = [one.point_id for one, _ in places if one.point_id is not None]
    sums = _day_sums(conn, ids, days)
    found = [
        Counted(point_id=one.point_id, node_id=one.node_id, is_main=is_main, **sums[one.point_id])
        for one, is_main in places
        if one.point_id is not None
    ]
    return tuple(sorted(found, key=lambda one: (not one.is_main, -one.wh)))


def _day_sums(conn: Connection, point_ids: Sequence[int], days: Sequence[int]) -> dict[int, dict[str, int]]:
    """From the columns beside the blocks; a day with two multipliers from its block."""
    c = canonical_blocks.c
    found = {one: {"wh": 0, "whole_days": 0, "missing_slots": QUARTERS * len(days)} for one in point_ids}
    columns = (c.point_id, c.day, c.period_min, c.missing, c.segments, c.a_plus_wh, c.a_minus_wh)
    for start in range(0, len(point_ids), _AT_ONCE):
        some = point_ids[start : start + _AT_ONCE]
        query = select(*columns).where(c.point_id.in_(some), c.day.in_(days))
        for row in conn.execute(query).all():
            one, missing = found[row.point_id], row.missing * row.period_min // NOMINAL_MIN
            one["wh"] += _net_wh(conn, row)
            one["whole_days"] += not missing
            one["missing_slots"] -= QUARTERS - missing
    return found


def _net_wh(conn: Connection, row: Any) -> int:
    """Import less export of a day, primary."""
    multipliers = {
        one.multiplier for one in canonical_packing.segments_of(row.segments, period_min=row.period_min)
    }
    if len(multipliers) == 1:
        (multiplier,) = multipliers
        return day_total(row.a_plus_wh or 0, multiplier)[0] - day_total(row.a_minus_wh or 0, multiplier)[0]
    block = points.load(conn, point_ids=[row.point_id], days=[row.day])[row.point_id, row.day].block
    return int(primary(block, Channel.A_PLUS).wh.sum()) - int(primary(block, Channel.A_MINUS).wh.sum())
