"""Which transformers must the radar look at, and what becomes of what it suspects?

A round goes from group to group (what one feeder feeds), transformer by transformer; then each of the group
is held against the voltage of the others. A suspicion is kept with its state: what is not found any more is
gone, what a person has decided stays decided.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, select, update

from osos.mdm.derive.radar import Place, Suspicion, Voltage, look, ranked, wrong_here
from osos.mdm.network.counting import topology_of
from osos.mdm.network.seeing import see
from osos.mdm.network.tables import radar_looks, suspicions
from osos.mdm.network.topology import day_span
from osos.registry.admitting import random_public_id
from osos.registry.network import MAIN
from osos.store import insert

GROUP_MOST = 100  # transformers in memory at a time: some hundred MB at a hundred meters each
DAYS = 28  # four weeks: each weekday four times
OPEN, CONFIRMED, DISMISSED, GONE = "open", "confirmed", "dismissed", "gone"


@dataclass(slots=True)
class Round:
    """Where a round is; after a restart it begins anew and looks at no group twice a day."""

    days: tuple[int, ...] = ()
    groups: list[list[int]] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)  # of this group, still to be seen
    comparing: list[int] = field(default_factory=list)  # seen, still to be held against the others
    seen: dict[int, Place] = field(default_factory=dict)
    found: dict[int, tuple[Suspicion, ...]] = field(default_factory=dict)
    voltages: dict[str, Voltage] = field(default_factory=dict)

    def portion(self, conn: Connection, *, today: int, now: datetime) -> bool:
        """One transformer seen, or one held against its group; False when the round is over."""
        days = tuple(range(today - DAYS, today))
        if days != self.days:
            self.days, self.groups = days, _groups(conn, days)
            self._begin([])
        if self.waiting:
            self._see(conn, self.waiting.pop(), now)
        elif self.comparing:
            self._compare(conn, self.comparing.pop(), now)
        elif self.groups:
            self._begin(self.groups.pop())
        else:
            self._begin([])
            return False
        return True

    def _begin(self, group: list[int]) -> None:
        self.waiting, self.comparing = group, []
        self.seen, self.found, self.voltages = {}, {}, {}

    def _see(self, conn: Connection, node_id: int, now: datetime) -> None:
        topology = topology_of(conn, self.days, node_ids=[node_id])
        place = see(conn, topology, node_id, days=self.days, now=now)
        if place is None:
            keep(conn, node_id, (), days=self.days, now=now)
            return
        self.seen[node_id], self.found[node_id] = place, look(place)
        self.voltages[place.name] = Voltage.of(place)
        self.comparing.append(node_id)

    def _compare(self, conn: Connection, node_id: int, now: datetime) -> None:
        elsewhere = wrong_here(self.seen[node_id], self.voltages)
        keep(conn, node_id, ranked([*self.found[node_id], *elsewhere]), days=self.days, now=now)


def _groups(conn: Connection, days: Sequence[int]) -> list[list[int]]:
    """Transformers with a main meter not looked at today, those fed from one place together."""
    topology = topology_of(conn, days, role=MAIN)
    at = day_span(days[-1]).start
    c = radar_looks.c
    done = set(conn.scalars(select(c.node_id).where(c.until_day == days[-1])))
    groups: dict[int | None, list[int]] = {}
    for node_id, node in topology.nodes.items():
        if node.kind == "transformer" and topology.mains(node_id, days[-1]):
            groups.setdefault(topology.terms_at(node_id, at).above_id, []).append(node_id)
    parts = [
        group[start : start + GROUP_MOST]
        for group in groups.values()
        for start in range(0, len(group), GROUP_MOST)
    ]
    return [group for group in parts if not done >= set(group)]


def keep(
    conn: Connection, node_id: int, found: Iterable[Suspicion], *, days: Sequence[int], now: datetime
) -> None:
    """Write what is suspected now of one place; what was and is no more is gone."""
    c = suspicions.c
    held = {(row.point_id, row.pattern): row for row in _held(conn, node_id)}
    now_there = set()
    for one in found:
        pattern, _, other = one.pattern.partition(": ")
        now_there.add((one.meter, pattern))
        facts = {
            "other_id": int(other) if other else None,
            "first_day": days[0],
            "until_day": days[-1],
            "recoverable_wh": one.recoverable_wh,
            "facts": _facts(one),
            "looked_at": now,
        }
        row = held.get((one.meter, pattern))
        if row is None:
            new = {"node_id": node_id, "point_id": one.meter, "pattern": pattern, "state": OPEN}
            new |= {"public_id": random_public_id(), "found_at": now}
            conn.execute(suspicions.insert().values(**new, **facts))
        else:
            state = OPEN if row.state == GONE else row.state
            conn.execute(update(suspicions).where(c.id == row.id).values(state=state, **facts))
    for key, row in held.items():
        if key not in now_there and row.state == OPEN:
            conn.execute(update(suspicions).where(c.id == row.id).values(state=GONE, looked_at=now))
    put = insert(conn, radar_looks).values(node_id=node_id, until_day=days[-1], at=now)
    again = {"until_day": days[-1], "at": now}
    conn.execute(put.on_conflict_do_update(index_elements=["node_id"], set_=again))


def _held(conn: Connection, node_id: int) -> Sequence[Row[Any]]:
    return conn.execute(select(suspicions).where(suspicions.c.node_id == node_id)).all()


def _facts(one: Suspicion) -> dict[str, float]:
    """JSON knows no infinity: a spread of nothing at all."""
    told = {**one.facts, "strength": one.strength}
    return {name: round(float(np.nan_to_num(value, posinf=1e9)), 6) for name, value in told.items()}
