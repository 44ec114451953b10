"""Who told this fact of a point, a size, a contract, a multiplier, and since when does it hold?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, select

from osos.mdm.faces.points import SeenPoint
from osos.registry.point_tables import point_terms

MULTIPLIER = "multiplier"
OF_A_POINT = {"installed_kva": "kVA", "contract_kw": "kW", "generation_kw": "kW"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FactTold:
    """What held `[since, until)`; `meter` of a multiplier: it is of the meter's installation."""

    name: str
    value: Decimal | None
    unit: str
    since: datetime
    until: datetime | None
    meter: str = ""


def facts_told(conn: Connection, seen: SeenPoint, *, name: str) -> tuple[FactTold, ...]:
    """In sight, the latest first; a fact nobody knows of is none."""
    if name == MULTIPLIER:
        return tuple(reversed(tuple(_multipliers(seen))))
    return tuple(_terms(conn, seen, name)) if name in OF_A_POINT else ()


def _multipliers(seen: SeenPoint) -> Iterable[FactTold]:
    for one, sight in seen.seen_installations():
        ended = None if one.until is None or one.until > seen.at else sight.end
        yield FactTold(
            name=MULTIPLIER,
            value=one.multiplier,
            unit="",
            since=sight.start,
            until=ended,
            meter=str(one.meter),
        )


def _terms(conn: Connection, seen: SeenPoint, name: str) -> Iterable[FactTold]:
    c = point_terms.c
    query = select(c.since, c.until, c[name].label("value")).where(c.point_id == seen.point_id)
    told: list[FactTold] = []
    for row in conn.execute(query.order_by(c.since)):
        in_sight = any(
            row.since < one.end and (row.until is None or one.start < row.until) for one in seen.periods
        )
        if not in_sight:
            continue
        if told and told[-1].until == row.since and told[-1].value == row.value:
            told[-1] = FactTold(
                name=name, value=row.value, unit=OF_A_POINT[name], since=told[-1].since, until=row.until
            )
            continue
        told.append(
            FactTold(name=name, value=row.value, unit=OF_A_POINT[name], since=row.since, until=row.until)
        )
    return reversed([one for one in told if one.value is not None])
