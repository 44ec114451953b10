"""Which findings still ask a person for a word, and which has he given?

A finding that warned or failed is settled by an acceptance of the very values it doubted, or by other values
in their place: an estimate, an edit. When other values come, it is open again. The verdict itself stays.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, select

from osos.mdm import judge, points
from osos.mdm.canonical import CanonicalBlock
from osos.mdm.keeping import decision_rows
from osos.mdm.keeping.decisions import Decision, Kind, in_force
from osos.mdm.keeping.tables import decisions
from osos.mdm.labels import DAY_MIN
from osos.mdm.rules import Finding, Severity
from osos.mdm.rules.facts import Flags
from osos.quantities import Quality

PointDay = tuple[int, int]
_REPLACED = (Quality.ESTIMATED.mark, Quality.EDITED.mark)
_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Doubts:
    """Of one day: what asks for a word, and what was found right."""

    open: tuple[Finding, ...]
    settled: tuple[Finding, ...] = ()


def doubts(conn: Connection, found: Mapping[PointDay, Sequence[Finding]]) -> dict[PointDay, Doubts]:
    """Findings that warn or fail, told apart by what was accepted or put in their place."""
    asked = {key: [one for one in each if one.severity > Severity.NOTE] for key, each in found.items()}
    told = {key: Doubts(tuple(each)) for key, each in asked.items()}
    for point_id, day in _decided(conn, [key for key, each in asked.items() if each]):
        rows = decision_rows.load(conn, point_id=point_id, days=[day])[day]
        held = points.load(conn, point_ids=[point_id], days=[day]).get((point_id, day))
        if held is not None:
            told[point_id, day] = _told_apart(asked[point_id, day], held.block, rows)
    return told


def doubted_slots(conn: Connection, *, point_id: int, day: int, size: int) -> Flags:
    """(slots,): what any rule warned of or failed; a finding of the whole day doubts all of it."""
    found = judge.findings(conn, point_ids=[point_id], days=[day]).get((point_id, day), ())
    slots = np.zeros(size, dtype=bool)
    for one in found:
        if one.severity > Severity.NOTE and DAY_MIN // one.period_min == size:
            for first, until in one.slots or ((0, size),):
                slots[first:until] = True
    return slots


def still_so(block: CanonicalBlock, decision: Decision) -> bool:
    """Whether the slots hold the very values that were judged."""
    if decision.period_min != block.period_min or not set(decision.channels) <= set(block.channels):
        return False
    rows = [block.channels.index(channel) for channel in decision.channels]
    return bool(np.array_equal(block.energies[rows, decision.slots], decision.values))


def _decided(conn: Connection, wanted: Iterable[PointDay]) -> list[PointDay]:
    """Those of the days about which anything was decided."""
    keys = sorted(set(wanted))
    d, found = decisions.c, set[PointDay]()
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        here = d.point_id.in_({point for point, _ in some}), d.day.in_({day for _, day in some})
        found |= {(row.point_id, row.day) for row in conn.execute(select(d.point_id, d.day).where(*here))}
    return sorted(found & set(keys))


def _told_apart(found: Sequence[Finding], block: CanonicalBlock, rows: Iterable[Decision]) -> Doubts:
    right = np.isin(block.quality, _REPLACED)
    for one in in_force(rows):
        if one.kind is Kind.ACCEPT and still_so(block, one):
            right[one.slots] = True
    settled = tuple(one for one in found if _all(right, one))
    return Doubts(tuple(one for one in found if one not in settled), settled)


def _all(right: Flags, finding: Finding) -> bool:
    if DAY_MIN // finding.period_min != right.size:
        return False
    return all(right[first:until].all() for first, until in finding.slots or ((0, right.size),))
