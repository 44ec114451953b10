"""How long is each kind of data kept, and how is its destruction proved (D-6)?

No legal period was found in a readable text (regulation b5): the figures are proposals and a table, so that a
company sets its own. What is destroyed leaves a list of hashes in the event log: whoever still has a copy can
be shown that this very thing was there and went.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Table,
    and_,
    delete,
    exists,
    func,
    not_,
    select,
    true,
)

from osos.mdm.imports.portions import LINK
from osos.mdm.judge.tables import verdicts, verdicts_history
from osos.mdm.keeping.closing import State
from osos.mdm.keeping.tables import corrections, decisions, interruptions, meter_states
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
_LONGEST = 36_500  # days: a hundred years


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of data, how long it is kept, and why that long."""

    kind: str
    keep: timedelta
    purpose: str
    personal: bool  # the profile of a home tells of those who live there (KVKK)
    least: timedelta = timedelta(days=90)  # chosen: not shorter than a meter's own memory (F46)


# Chosen: a bill shows the year before it, an estimate may rest on the same period last year (D-20).
_LAST_YEAR = timedelta(days=400)
RULES = (
    Rule("frames", 2 * YEAR, "proof of what a meter said while a bill may be contested", True),
    Rule("versions", 10 * YEAR, "what was known when: commercial books", True, _LAST_YEAR),
    Rule("blocks", 10 * YEAR, "settlement and bills: commercial books", True, _LAST_YEAR),
    Rule("readings", 10 * YEAR, "settlement and bills: commercial books", True, _LAST_YEAR),
    Rule("alarms", 10 * YEAR, "audit of seals and covers", False),
)
# What no period ends, and why: it is little, and what is kept is read by it.
KEPT_ON: Mapping[str, str] = MappingProxyType(
    {
        "layouts": "how kept blocks are unpacked",
        "clock_regimes": "paper: how a meter's labels are read",
        "installation_registers": "paper: what an exchange is stitched by",
        "check_points": "paper: what an estimate rests on",
        "meter_states": "a meter's own tariff table and state, by which kept days are split",
        "storms": "why nobody estimated then",
        "period_closings": "which months are settled",
        "rule_books": "what verdicts were judged by",
        "rule_settings": "what verdicts were judged by",
        "gaps": "list of work: what is to be asked for",
        "gap_marks": "list of work: how far was looked",
        "day_changes": "list of work: taken away by the next count",
        "fleet_points": "count of what is kept, made anew",
        "fleet_point_months": "count of what is kept, made anew",
        "fleet_areas": "count of what is kept, made anew",
        "fleet_days": "count of what is kept, no single point in it",
        "fleet_figures": "count of what is kept, no single point in it",
        "network_days": "sums of a place and day",
        "suspicions": "what people decided of a suspicion",
        "radar_looks": "list of work: when was looked",
    }
)


class NoSuchKind(ValueError):
    """Nothing of this name is kept, or it would be kept too short."""

    def __init__(self, tr: str, en: str) -> None:
        super().__init__(en)
        self.tr = tr


def rules_with(days: Mapping[str, int], rules: Sequence[Rule] = RULES) -> tuple[Rule, ...]:
    """The rules with periods of one's own, kind → days."""
    known = {rule.kind: rule for rule in rules}
    for kind, count in days.items():
        if kind not in known:
            kinds = ", ".join(sorted(known))
            raise NoSuchKind(
                f"{kind} diye bir veri türü yok; olanlar: {kinds}",
                f"{kind} is no kind of data; known are {kinds}",
            )
        least = known[kind].least.days
        if count < least:
            raise NoSuchKind(
                f"{kind}: {count} gün, en az {least} olmalı",
                f"{kind}: {count} days is shorter than the {least} it is needed for",
            )
        if count > _LONGEST:
            raise NoSuchKind(
                f"{kind}: {count} gün çok uzun; en çok {_LONGEST}",
                f"{kind}: {count} days is too long; {_LONGEST} at most",
            )
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
        counted = [
            conn.scalar(select(func.count()).select_from(one.table).where(one.condition)) or 0
            for one in _expired(rule.kind, now=now, rules=rules)
        ]
        found.append(Due(rule, sum(counted), oldest(conn, rule.kind), now - rule.keep))
    return tuple(found)


def destroy_expired(
    conn: Connection,
    *,
    now: datetime,
    by: str,
    rules: Sequence[Rule] = RULES,
    most: int | None = None,
) -> tuple[Destroyed, ...]:
    """Destroy what is older than its rule says.

    What something kept still rests on is kept with it: a frame with its block, reading or alarm, an older
    block as said with the present one, and all that a correction nobody has decided yet is about (D-23).

    `most`: about so many rows of each table, the oldest first, so that a transaction stays short; the caller
    comes again until nothing is left.
    """
    found = []
    for rule in rules:
        hashes: list[str] = []
        for one in _expired(rule.kind, now=now, rules=rules):
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


def _expired(kind: str, *, now: datetime, rules: Sequence[Rule] = RULES) -> list[_Expired]:
    keep = {rule.kind: rule.keep for rule in (*RULES, *rules)}
    before, first_kept = now - keep[kind], _day(now - keep["blocks"])
    if kind == "frames":
        resting = [exists(select(t.c.frame_id).where(t.c.frame_id == frames.c.id)) for t in _RESTING]
        # Energies of a file are kept as decisions: as long as these may be, their bytes are.
        of_file = and_(
            frames.c.link == LINK, frames.c.received_at >= now - max(keep["frames"], keep["blocks"])
        )
        unused = and_(frames.c.received_at < before, not_(of_file), *(not_(one) for one in resting))
        return [_Expired(frames, unused, frames.c.received_at)]
    if kind == "blocks":
        return [
            _Expired(t, and_(t.c.day < first_kept - before, not_(_waited_for(t, before))), t.c.day)
            for t, before in _OF_DAYS.items()
        ]
    if kind == "versions":
        return [
            _Expired(t, and_(t.c.replaced_at < before, *(not_(one) for one in needed)), t.c.replaced_at)
            for t, needed in _needed(first_kept)
        ]
    return [_Expired(t, age < before, age) for t, age in _BY_AGE[kind]]


def _day(moment: datetime) -> int:
    return day_number(to_local(moment).date())


def _waited_for(table: Table, before: int = 0) -> ColumnElement[bool]:
    """Whether a correction of this day is still open, or of the one that begins with its last register."""
    waiting = corrections.alias()
    near = and_(waiting.c.day >= table.c.day, waiting.c.day <= table.c.day + before)
    own = waiting.c.point_id == table.c.point_id if "point_id" in table.c else true()
    return exists(select(waiting.c.day).where(waiting.c.state == State.PENDING.value, near, own))


def _needed(first_kept: int) -> list[tuple[Table, list[ColumnElement[bool]]]]:
    """The tables of older versions, and what keeps a row of them."""
    same = [said_blocks.c[name] == said_history.c[name] for name in ("meter_id", "day", "profile")]
    merged = exists(select(said_blocks.c.day).where(said_blocks.c.day >= first_kept - 1, *same))
    return [
        (said_history, [merged, _waited_for(said_history, 1)]),  # a present block is merged from older ones
        (canonical_history, [_waited_for(canonical_history)]),
        (readings_history, []),
        (verdicts_history, []),
    ]


_RESTING = (
    said_blocks,
    said_history,
    readings,
    readings_history,
    interruptions,
    meter_states,
    alarms,
    corrections,
)
# Days before the first kept one that are kept as well: a day's first slot begins with the register before it.
_OF_DAYS: Mapping[Table, int] = {
    said_blocks: 1,
    canonical_blocks: 0,
    decisions: 0,
    corrections: 0,
    verdicts: 0,
}
_BY_AGE: Mapping[str, tuple[tuple[Table, Column[Any]], ...]] = {
    "readings": ((readings, readings.c.at), (interruptions, interruptions.c.until)),
    "alarms": ((alarms, alarms.c.received_at),),
}
# Every table a rule empties.
EMPTIED = frozenset(
    {frames, *_OF_DAYS, *(t for t, _ in _needed(0)), *(t for some in _BY_AGE.values() for t, _ in some)}
)


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
    ages = [one.table.c[one.age.name] for one in _expired(kind, now=_EVER)]
    found = [moment for age in ages if (moment := conn.scalar(select(func.min(age)))) is not None]
    return min(found, default=None)


_EVER = datetime(2200, 1, 1, tzinfo=UTC)
