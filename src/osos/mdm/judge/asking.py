"""What was found, and which slots are suspect?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import Connection, func, select

from osos.mdm.judge.tables import verdicts
from osos.mdm.judge.verdict import Verdict, unpack
from osos.mdm.judge.writing import held
from osos.mdm.rules import BY_ID, RULES, Finding
from osos.mdm.rules.facts import Flags

_NUMBERS = {rule.number: rule.id for rule in RULES}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueEntry:
    """A day of a point that asks for a look."""

    point_id: int
    day: int
    worst: int
    suspect: int  # slots
    judged_at: datetime
    findings: tuple[Finding, ...]
    asking: frozenset[str] = frozenset()  # rules whose findings nobody has settled yet


def findings(
    conn: Connection, *, point_ids: Iterable[int], days: Iterable[int]
) -> dict[tuple[int, int], tuple[Finding, ...]]:
    """Of each judged (point, day), in the order of the rules; judged and clean: an empty tuple."""
    keys = [(point, day) for days_ in [list(days)] for point in set(point_ids) for day in days_]
    return {
        key: unpack(row["findings"], point_id=key[0], day=key[1]) for key, row in held(conn, keys).items()
    }


def suspect_slots(
    conn: Connection, *, point_ids: Iterable[int], days: Iterable[int]
) -> Mapping[tuple[int, int], Flags]:
    """(slots,) of each (point, day) with a slot that a rule failed; clean and unjudged days are not there."""
    found = findings(conn, point_ids=point_ids, days=days)
    suspect = {
        (point, day): Verdict(point, day, each[0].period_min, each).suspect
        for (point, day), each in found.items()
        if each
    }
    return {key: slots for key, slots in suspect.items() if np.any(slots)}


def queue(
    conn: Connection, *, rule: str | None = None, after: tuple[int, int] = (0, 0), limit: int = 50
) -> list[QueueEntry]:
    """What the work bench shows next, oldest day first; `after` is the (day, point) shown last."""
    v = verdicts.c
    later = (v.day > after[0]) | ((v.day == after[0]) & (v.point_id > after[1]))
    query = select(verdicts).where(v.rules > 0, later).order_by(v.day, v.point_id).limit(limit)
    if rule is not None:
        query = query.where(v.rules.bitwise_and(1 << BY_ID[rule].number) != 0)
    return [
        QueueEntry(
            point_id=row.point_id,
            day=row.day,
            worst=row.worst,
            suspect=row.suspect,
            judged_at=row.judged_at,
            findings=unpack(row.findings, point_id=row.point_id, day=row.day),
            asking=frozenset(rule for number, rule in _NUMBERS.items() if row.rules >> number & 1),
        )
        for row in conn.execute(query)
    ]


def counts(conn: Connection, *, days: range) -> dict[str, int]:
    """How many point-days of these days each rule asks for a word about."""
    v = verdicts.c
    query = (
        select(v.rules, func.count())
        .where(v.rules > 0, v.day >= days.start, v.day < days.stop)
        .group_by(v.rules)
    )
    found = dict.fromkeys(_NUMBERS.values(), 0)
    for bits, count in conn.execute(query):
        for number, rule in _NUMBERS.items():
            found[rule] += count if bits >> number & 1 else 0
    return found
