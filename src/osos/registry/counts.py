"""How many modems are there and heard, and in which area does each point hang, from when to when?

For counters of the fleet: plain rows, one statement each, no object a point.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, case, func, select

from osos.registry.point_tables import point_terms, service_points
from osos.registry.points import held_at
from osos.registry.tables import installations, metering_points, modems, quarantine
from osos.store import mark, marked

PLACES = "registry.places"
Area = tuple[str, str, str, str]  # region, centre, district, class; empty: nobody has said


@dataclass(frozen=True, slots=True)
class ModemCounts:
    """All modems, those heard since a moment, and those never heard."""

    total: int
    heard: int
    never: int


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Changes with every meter hung or taken away, and costs three counts."""

    installations: int
    newest: int
    hanging: int
    places: int  # lists that changed where points lie or of which class they are


def modem_counts(conn: Connection, *, heard_since: datetime) -> ModemCounts:
    heard = func.count(case((modems.c.last_seen >= heard_since, 1)))
    never = func.count(case((modems.c.last_seen.is_(None), 1)))
    row = conn.execute(select(func.count(), heard, never).select_from(modems)).one()
    return ModemCounts(*(int(number) for number in row))


def quarantine_count(conn: Connection) -> int:
    return int(conn.scalar(select(func.count()).select_from(quarantine)) or 0)


def fingerprint(conn: Connection) -> Fingerprint:
    c = installations.c
    hanging = func.count(case((c.until.is_(None), 1)))
    row = conn.execute(select(func.count(), func.coalesce(func.max(c.id), 0), hanging)).one()
    installed, newest, hangs = (int(number) for number in row)
    places = int(marked(conn, name=PLACES) or 0)
    return Fingerprint(installations=installed, newest=newest, hanging=hangs, places=places)


def note_places_changed(conn: Connection) -> None:
    """In the transaction that changes them, so that who counts by place sees it."""
    mark(conn, name=PLACES, value=str(int(marked(conn, name=PLACES) or 0) + 1))


def areas_of_points(conn: Connection, *, at: datetime) -> Iterator[tuple[int, Area]]:
    """Every point, with the place it lies in and the class agreed for it at that moment."""
    joined = metering_points.outerjoin(
        service_points, service_points.c.point_id == metering_points.c.id
    ).outerjoin(point_terms, and_(point_terms.c.point_id == metering_points.c.id, held_at(point_terms, at)))
    place = (service_points.c.region, service_points.c.centre, service_points.c.district)
    query = select(metering_points.c.id, *place, point_terms.c.point_class).select_from(joined)
    for point_id, *words in conn.execute(query.execution_options(yield_per=10_000)):
        region, centre, district, point_class = (word or "" for word in words)
        yield point_id, (region, centre, district, point_class)


def installed_spans(conn: Connection) -> Iterator[tuple[int, datetime, datetime | None]]:
    """(point, since, until) of every installation that ever was."""
    c = installations.c
    query = select(c.point_id, c.since, c.until).execution_options(yield_per=10_000)
    yield from (tuple(row) for row in conn.execute(query))


def points_in_place(conn: Connection, *, kind: str, name: str) -> int:
    """How many points lie in this region, centre or district."""
    here = service_points.c[kind] == name
    return conn.scalar(select(func.count()).select_from(service_points).where(here)) or 0


def places(conn: Connection, *, kind: str) -> list[str]:
    """The regions, centres or districts that points lie in."""
    column = service_points.c[kind]
    return sorted(conn.scalars(select(column).where(column.is_not(None)).distinct()))
