"""How long is each kind of data kept, and how is its destruction proved (D-6)?

No legal period was found in a readable text (regulation b5): the figures are proposals and a table, so that a
company sets its own. What is destroyed leaves a list of hashes in the event log: whoever still has a copy can
be shown that this very thing was there and went.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, and_, delete, exists, func, select

from osos.mdm.judge.tables import verdicts, verdicts_history
from osos.mdm.keeping.tables import corrections, decisions, interruptions
from osos.mdm.labels import day_number, edge_of_day, instant_of_label
from osos.mdm.tables import (
    alarms,
    canonical_blocks,
    canonical_history,
    frames,
    readings,
    readings_history,
    said_blocks,
    said_history,
)
from osos.quantities import to_local
from osos.store import record_event

YEAR = timedelta(days=365)
HASHES_AN_EVENT = 500


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of data, how long it is kept, and why that long."""

    kind: str
    keep: timedelta
    purpose: str
    personal: bool  # the profile of a home tells of those who live there (KVKK)


RULES = (
    Rule("frames", 2 * YEAR, "proof of what a meter said while a bill may be contested", True),
    Rule("versions", 10 * YEAR, "what was known when: commercial books", True),
    Rule("blocks", 10 * YEAR, "settlement and bills: commercial books", True),
    Rule("readings", 10 * YEAR, "settlement and bills: commercial books", True),
    Rule("alarms", 10 * YEAR, "audit of seals and covers", False),
)
LEAST = timedelta(days=90)  # chosen: shorter than a meter's own memory nothing may be kept (F46)


class NoSuchKind(ValueError):
    """Nothing of this name is kept, or it would be kept too short."""


def rules_with(days: Mapping[str, int], rules: Sequence[Rule] = RULES) -> tuple[Rule, ...]:
    """The rules with periods of one's own, kind → days."""
    known = {rule.kind for rule in rules}
    for kind, count in days.items():
        if kind not in known:
            raise NoSuchKind(f"{kind} is no kind of data; known are {', '.join(sorted(known))}")
        if timedelta(days=count) < LEAST:
            raise NoSuchKind(f"{kind}: {count} days is shorter than the {LEAST.days} a meter keeps itself")
    return tuple(
        replace(rule, keep=timedelta(days=days[rule.kind])) if rule.kind in days else rule for rule in rules
    )


@dataclass(frozen=True, slots=True)
class Destroyed:
    """What went: how many rows of a kind, and the hash over the list of their hashes."""

    kind: str
    rows: int
    proof: str


@dataclass(frozen=True, slots=True)
class Due:
    """What a rule would destroy now, since when its kind goes back, and before when it would go."""

    rule: Rule
    rows: int
    oldest: datetime | None
    before: datetime


def due(conn: Connection, *, now: datetime, rules: Sequence[Rule] = RULES) -> tuple[Due, ...]:
    """What would be destroyed; nothing is."""
    found = []
    for rule in rules:
        before = now - rule.keep
        counted = [
            conn.scalar(select(func.count()).select_from(one.table).where(one.condition)) or 0
            for one in _expired(rule.kind, before)
        ]
        found.append(Due(rule, sum(counted), oldest(conn, rule.kind), before))
    return tuple(found)


def destroy_expired(
    conn: Connection,
    *,
    now: datetime,
    by: str,
    rules: Sequence[Rule] = RULES,
    most: int | None = None,
) -> tuple[Destroyed, ...]:
    """Destroy what is older than its rule says; a frame that a kept block still rests on is kept with it.

    `most`: about so many rows of each table, the oldest first, so that a transaction stays short; the caller
    comes again until nothing is left.
    """
    found = []
    for rule in rules:
        hashes: list[str] = []
        for one in _expired(rule.kind, now - rule.keep):
            condition = one.condition if most is None else _first(conn, one, most)
            hashes += _hashes(conn, one.table, condition)
            conn.execute(delete(one.table).where(condition))
        if hashes:
            found.append(_prove(conn, rule, hashes, now=now, by=by))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Expired:
    """Rows of a table that are to go, and the column that says how old they are."""

    table: Table
    condition: ColumnElement[bool]
    age: Column[Any]


def _expired(kind: str, before: datetime) -> list[_Expired]:
    day = day_number(to_local(before).date())
    if kind == "frames":
        resting = [exists(select(t.c.frame_id).where(t.c.frame_id == frames.c.id)) for t in _RESTING]
        unused = and_(frames.c.received_at < before, *(~one for one in resting))
        return [_Expired(frames, unused, frames.c.received_at)]
    if kind == "blocks":
        return [_Expired(t, t.c.day < day, t.c.day) for t in _OF_DAYS]
    column = {"versions": "replaced_at", "readings": "at", "alarms": "received_at"}[kind]
    tables = _TABLES[kind]
    return [_Expired(t, t.c[column] < before, t.c[column]) for t in tables]


_RESTING = (said_blocks, said_history, readings, interruptions)
_OF_DAYS = (said_blocks, canonical_blocks, decisions, corrections, verdicts)
_TABLES: Mapping[str, tuple[Table, ...]] = {
    "versions": (said_history, canonical_history, readings_history, verdicts_history),
    "readings": (readings,),
    "alarms": (alarms,),
}


def _first(conn: Connection, one: _Expired, most: int) -> ColumnElement[bool]:
    """The oldest of them; all that are as old as the last go with it."""
    query = select(one.age).where(one.condition).order_by(one.age).offset(most - 1).limit(1)
    last = conn.execute(query).scalar()
    return one.condition if last is None else and_(one.condition, one.age <= last)


def _hashes(conn: Connection, table: Table, condition: ColumnElement[bool]) -> list[str]:
    """Of each row that goes: its own content hash where it has one, else the hash of all it says."""
    own = next((table.c[name] for name in ("content_hash", "payload_hash") if name in table.c), None)
    key = list(table.primary_key.columns)
    if own is not None and not own.nullable:
        return [value.hex() for value in conn.scalars(select(own).where(condition).order_by(*key))]
    rows = conn.execute(select(table).where(condition).order_by(*key))
    return [hashlib.blake2b(repr(tuple(row)).encode(), digest_size=16).hexdigest() for row in rows]


def _prove(conn: Connection, rule: Rule, hashes: list[str], *, now: datetime, by: str) -> Destroyed:
    """Write the list down in portions, and in the end what ties them together."""
    proof = proof_of(hashes)
    for start in range(0, len(hashes), HASHES_AN_EVENT):
        part = hashes[start : start + HASHES_AN_EVENT]
        after = {"list": proof, "from": start, "hashes": part}
        record_event(conn, at=now, actor=by, act="destroyed", subject=f"retention {rule.kind}", after=after)
    total = {"list": proof, "rows": len(hashes), "kept_days": rule.keep.days, "purpose": rule.purpose}
    record_event(
        conn, at=now, actor=by, act="destruction proved", subject=f"retention {rule.kind}", after=total
    )
    return Destroyed(rule.kind, len(hashes), proof)


def proof_of(hashes: Sequence[str]) -> str:
    """One hash over a list of hashes, in its order."""
    return hashlib.blake2b("".join(hashes).encode(), digest_size=16).hexdigest()


def oldest(conn: Connection, kind: str) -> datetime | None:
    """Since when this kind goes back."""
    if kind == "blocks":
        days = [conn.scalar(select(func.min(t.c.day))) for t in (said_blocks, canonical_blocks)]
        known = [day for day in days if day is not None]
        return instant_of_label(edge_of_day(min(known))) if known else None
    ages = [one.table.c[one.age.name] for one in _expired(kind, _EVER)]
    found = [moment for age in ages if (moment := conn.scalar(select(func.min(age)))) is not None]
    return min(found, default=None)


_EVER = datetime(2200, 1, 1, tzinfo=UTC)
