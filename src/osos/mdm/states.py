"""What does a meter say of itself: how long its slots are, and whether it can be believed (M-100, M-131)?

A row a change: what is told again as it was writes nothing.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from osos.mdm.keeping.tables import meter_states
from osos.mdm.source import Source
from osos.quantities import Reading
from osos.store import insert

PERIOD, WORD = "profile period", "state word"
# Tariff tables (M-80 … M-85): digits are kept as a whole number, read back with their leading zeros.
TARIFF_TIMES = {
    "96.50": "tariff times weekday",
    "96.51": "tariff times Saturday",
    "96.52": "tariff times Sunday",
}
TARIFF_DIGITS = {"96.60": "tariffs weekday", "96.61": "tariffs Saturday", "96.62": "tariffs Sunday"}
NAMES = {"0.8.4": PERIOD, "F.F.0": WORD, **TARIFF_TIMES, **TARIFF_DIGITS}
_DIGITS = re.compile(r"\d{32}|\d{8}", re.ASCII)
_BITS = re.compile(r"[01]{32,64}")
_HEX = re.compile(r"[0-9A-Fa-f]{8}|[0-9A-Fa-f]{16}")  # as some makers print the word (M-28)
_MINUTES = range(1, 1441)


@dataclass(frozen=True, slots=True)
class State:
    """One thing a telegram told; the word as a whole number."""

    name: str
    value: int


@dataclass(frozen=True, slots=True)
class Held:
    """A state and since when it was told so."""

    meter_id: int
    since: datetime
    value: int


def states_told(readings: Iterable[Reading]) -> tuple[State, ...]:
    """Those that can be read; what is damaged tells nothing.

    >>> states_told(())
    ()
    """
    found: dict[str, State] = {}
    for reading in readings:
        name = NAMES.get(reading.obis.code)
        if name is None or reading.obis.history is not None or reading.index:
            continue
        value = _READ.get(name, _digits)(reading.text.strip())
        if value is not None:
            found.setdefault(name, State(name, value))
    return tuple(found[name] for name in sorted(found))


def tell(conn: Connection, *, meter_id: int, told: Sequence[State], at: datetime, source: Source) -> None:
    """Keep what changed; a telegram that comes late tells of its own time."""
    for one in told:
        t = meter_states.c
        before = conn.scalar(
            select(t.value)
            .where(t.meter_id == meter_id, t.name == one.name, t.since <= at)
            .order_by(t.since.desc())
            .limit(1)
        )
        if before == str(one.value):
            continue
        row = {"meter_id": meter_id, "name": one.name, "since": at, "value": str(one.value)}
        row |= {"frame_id": source.frame_id, "known_since": source.known_since}
        conn.execute(insert(conn, meter_states).values(row).on_conflict_do_nothing())


def held(conn: Connection, *, meter_ids: Iterable[int], name: str, until: datetime) -> list[Held]:
    """What was told of these meters up to then, meter by meter, the oldest first."""
    t = meter_states.c
    query = (
        select(t.meter_id, t.since, t.value)
        .where(t.meter_id.in_(list(meter_ids)), t.name == name, t.since < until)
        .order_by(t.meter_id, t.since)
    )
    return [Held(row.meter_id, row.since, int(row.value)) for row in conn.execute(query)]


def tariff_tables(conn: Connection, *, meter_id: int) -> list[tuple[datetime, str, int]]:
    """(since, name, digits) of all tables this meter ever told, the oldest first."""
    t = meter_states.c
    names = [*TARIFF_TIMES.values(), *TARIFF_DIGITS.values()]
    query = select(t.since, t.name, t.value).where(t.meter_id == meter_id, t.name.in_(names))
    return [(row.since, row.name, int(row.value)) for row in conn.execute(query.order_by(t.since, t.name))]


def _word(text: str) -> int | None:
    """Bit 0 is the rightmost (M-131)."""
    if _BITS.fullmatch(text):
        return int(text, 2)
    return int(text, 16) if _HEX.fullmatch(text) else None


def _minutes(text: str) -> int | None:
    found = text.strip()
    return (
        int(found)
        if found.isascii() and found.isdigit() and len(found) < 5 and int(found) in _MINUTES
        else None
    )


def _digits(text: str) -> int | None:
    """A tariff table; whether it is one is asked when it is used."""
    return int(text) if _DIGITS.fullmatch(text) else None


_READ = {WORD: _word, PERIOD: _minutes}
