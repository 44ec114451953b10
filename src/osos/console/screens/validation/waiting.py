"""What waits for a second look, by whom, and what would it change?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection

from osos.mdm import editing
from osos.mdm.canonical import Channel
from osos.mdm.editing.acting import ground_of, preview
from osos.mdm.keeping.decisions import Decision

SHOWN = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A decision over one or more days."""

    decision: Decision  # its first row
    days: tuple[int, ...]
    differences: Mapping[Channel, Decimal]  # primary Wh or varh more, all its days


def waiting_list(conn: Connection) -> tuple[list[Waiting], int]:
    """The first of them, and how many there are."""
    groups: dict[tuple[int, str, tuple[int, int]], list[Decision]] = {}
    for entry in editing.waiting(conn):
        one = entry.decision
        groups.setdefault((one.point_id, one.kind.value, one.root), []).append(one)
    ordered = sorted(groups.values(), key=lambda rows: (rows[0].known_since, rows[0].point_id))
    return [_waiting(conn, rows) for rows in ordered[:SHOWN]], len(ordered)


def _waiting(conn: Connection, rows: Sequence[Decision]) -> Waiting:
    total: dict[Channel, Decimal] = {}
    for row in rows:
        change = preview(ground_of(conn, point_id=row.point_id, day=row.day), row)
        for channel, more in change.differences.items():
            total[channel] = total.get(channel, Decimal(0)) + more
    return Waiting(decision=rows[0], days=tuple(sorted({row.day for row in rows})), differences=total)
