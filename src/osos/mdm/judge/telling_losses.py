"""What is lost by nature between a main meter and those below it, day by day (D-32, BALANCE)?

By the same figures as the balances of the network: the transformer of the printed table, the line, or the
share the operator states. Where nobody has said what a place is made of nothing is taken off.
"""

from collections.abc import Collection

import numpy as np
from sqlalchemy import Connection

from osos.mdm import points
from osos.mdm.canonical import CanonicalBlock
from osos.mdm.day_changes import QUARTERS
from osos.mdm.derive.technical import technical_wh
from osos.mdm.judge.told import PointDay
from osos.mdm.labels import NOMINAL_MIN
from osos.mdm.network.counting import topology_of
from osos.mdm.network.node_day import NodeDay, metered, technical
from osos.mdm.network.topology import Topology
from osos.registry import memberships
from osos.registry.network import MAIN


def loss_wh(conn: Connection, mains: Collection[PointDay]) -> dict[PointDay, int]:
    """Primary Wh of days on which each is the only main meter of its place, as far as it can be told."""
    if not mains:
        return {}
    asked, days = {point for point, _ in mains}, sorted({day for _, day in mains})
    nodes = {one.node_id for one in memberships(conn, asked) if one.role == MAIN}
    topology = topology_of(conn, days, node_ids=sorted(nodes), role=MAIN)
    held = points.load(conn, point_ids=asked, days=days)
    found: dict[PointDay, int] = {}
    for day in days:
        for node in sorted(nodes):
            hung = [one for one in topology.mains(node, day) if (one.point_id, day) in mains]
            for point in {one.point_id for one in hung if one.point_id is not None}:
                block = held.get((point, day))
                lost = None if block is None else _lost(topology, node, point, block.block)
                if lost is not None:
                    found[point, day] = lost
    return found


def _lost(topology: Topology, node: int, point: int, block: CanonicalBlock) -> int | None:
    if block.period_min != NOMINAL_MIN:
        return None
    mains = [one for one in topology.mains(node, block.day) if one.point_id == point]
    one = NodeDay(node_id=node, day=block.day, mains=tuple(mains), below=())
    pieces = technical(topology, one, metered({point: block}, mains[0]), {point: block})
    return None if pieces is None else technical_wh(pieces, np.ones(QUARTERS, dtype=bool))
