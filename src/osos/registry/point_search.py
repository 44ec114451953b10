"""Which points does someone find who types a few words?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, exists, false, or_, select

from osos.registry.folding import words_of
from osos.registry.point_tables import point_words, service_points
from osos.registry.points import ServicePoint, holding_table, point_of, points_at
from osos.registry.tables import installations, metering_points, meters

MOST_WORDS = 6
_FEW = 500  # a word that fits no more points is looked up first; one that fits more is checked point by point
_FEW_HELD = 5000  # with more, one of two hundred points of a million is his: the walk is short
_WITHOUT_PLACE = "~"  # begins the cursor among points nobody has described; no installation number begins so


@dataclass(frozen=True, slots=True)
class PointPage:
    """Some points by installation number; `after` asks for the next page, None when this was the last."""

    points: tuple[ServicePoint, ...]
    after: str | None


def list_service_points(
    conn: Connection,
    *,
    at: datetime,
    search: str = "",
    customer: int | None = None,
    supplier: int | None = None,
    after: str | None = None,
    limit: int = 50,
) -> PointPage:
    """Points whose words begin as the searched ones do.

    Words of the installation number, ETSO code, title, customer and meter serial. Of one customer or supplier
    only the points he ever held, found by what they were called while they were his. Points that nobody has
    described come last, and only for those who see all.
    """
    party = (
        None if customer is None and supplier is None else holding_table(customer=customer, supplier=supplier)
    )
    wanted = words_of(search)[:MOST_WORDS]
    if search.strip() and not wanted:
        return PointPage((), None)
    conditions = [*_narrowed(conn, wanted, party), *([] if party is None else [_held_by(conn, party)])]
    found = (
        [] if (after or "").startswith(_WITHOUT_PLACE) else list(_placed(conn, at, conditions, after, limit))
    )
    if len(found) <= limit and party is None:
        found += _unplaced(conn, at, conditions, after, limit + 1 - len(found))
    return PointPage(tuple(found[:limit]), _cursor(found[limit - 1]) if len(found) > limit else None)


def _cursor(last: ServicePoint) -> str:
    return last.installation_no or f"{_WITHOUT_PLACE}{last.point_id}"


def _placed(
    conn: Connection, at: datetime, conditions: list[ColumnElement[bool]], after: str | None, limit: int
) -> Iterator[ServicePoint]:
    number = service_points.c.installation_no
    # the condition "described" lets both engines walk the index of the number from where the last page ended
    query = points_at(at).where(number > (after or ""), *conditions).order_by(number).limit(limit + 1)
    return (point_of(row) for row in conn.execute(query))


def _unplaced(
    conn: Connection, at: datetime, conditions: list[ColumnElement[bool]], after: str | None, limit: int
) -> list[ServicePoint]:
    begun = (after or "").removeprefix(_WITHOUT_PLACE) if (after or "").startswith(_WITHOUT_PLACE) else ""
    if begun and not (begun.isascii() and begun.isdigit() and len(begun) < 19):
        return []
    where = (service_points.c.point_id.is_(None), metering_points.c.id > int(begun or 0), *conditions)
    query = points_at(at).where(*where).order_by(metering_points.c.id).limit(limit)
    return [point_of(row) for row in conn.execute(query)]


Party = tuple[Table, str, int] | None


def _held_by(conn: Connection, party: tuple[Table, str, int]) -> ColumnElement[bool]:
    """A customer's points are few, taken by number; a supplier's may be half of all, checked in passing."""
    table, column, who = party
    own = select(table.c.point_id).where(table.c[column] == who)
    few = set(conn.scalars(own.limit(_FEW_HELD + 1)))
    if len(few) <= _FEW_HELD:
        return metering_points.c.id.in_(sorted(few))
    return exists().where(table.c.point_id == metering_points.c.id, table.c[column] == who)


def _narrowed(conn: Connection, wanted: tuple[str, ...], party: Party) -> list[ColumnElement[bool]]:
    """A rare word gives its few points, a common one is checked along the list: no million rows are read."""
    conditions: list[ColumnElement[bool]] = []
    for word in wanted:
        named = select(point_words.c.point_id).where(
            _begins(point_words.c.word, word), _while_his(point_words, party)
        )
        metered = _metered(word, party)
        few = set(conn.scalars(named.limit(_FEW + 1))) | set(conn.scalars(metered.limit(_FEW + 1)))
        if not few:
            return [false()]
        if len(few) <= _FEW:
            conditions.append(metering_points.c.id.in_(sorted(few)))
        else:
            here = point_words.c.point_id == metering_points.c.id
            along = exists().where(here, _begins(point_words.c.word, word), _while_his(point_words, party))
            conditions.append(or_(along, metering_points.c.id.in_(metered)))
    return conditions


def _metered(word: str, party: Party) -> Any:
    """Points at which a meter of this serial hangs or hung, with the maker's letters before it or without."""
    serials = {word.upper(), word, word[3:] if word[:3].isalpha() else word} - {""}
    return (
        select(installations.c.point_id)
        .join(meters, meters.c.id == installations.c.meter_id)
        .where(
            or_(*(_begins(meters.c.serial, serial) for serial in sorted(serials))),
            _while_his(installations, party),
        )
    )


def _begins(column: Any, word: str) -> ColumnElement[bool]:
    """A range of the index: no pattern, so that nothing typed is one."""
    return and_(column >= word, column < word[:-1] + chr(ord(word[-1]) + 1))


def _while_his(table: Table, party: Party) -> ColumnElement[bool]:
    """The fact held at a time when the point was his."""
    if party is None:
        return table.c.point_id.is_not(None)
    held, column, who = party
    begun = or_(held.c.until.is_(None), table.c.since < held.c.until)
    not_over = or_(table.c.until.is_(None), table.c.until > held.c.since)
    return exists().where(held.c.point_id == table.c.point_id, held.c[column] == who, begun, not_over)
