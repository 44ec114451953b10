"""Which meter hung at which point when, as the registry knows it?"""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Connection

from osos import registry
from osos.mdm.canonical import Installed
from osos.mdm.keeping.papers import clocks_of, registers_of


def points_of(conn: Connection, *, meter_id: int) -> tuple[int, ...]:
    """Every point at which this meter ever hung."""
    return tuple(dict.fromkeys(one.point_id for one in registry.installations(conn, meter_id=meter_id)))


def installed_at(conn: Connection, *, point_id: int) -> tuple[Installed, ...]:
    """All meters that ever hung at this point, oldest first, with what papers say of clocks and registers."""
    return _with_papers(conn, point_id, registry.installations(conn, point_id=point_id))


def installed_beside(conn: Connection, *, meter_id: int) -> dict[int, tuple[Installed, ...]]:
    """The same of every point at which this meter ever hung."""
    found: dict[int, list[registry.Installation]] = {}
    for one in registry.installations(conn, beside=meter_id):
        found.setdefault(one.point_id, []).append(one)
    return {point_id: _with_papers(conn, point_id, hung) for point_id, hung in found.items()}


def _with_papers(
    conn: Connection, point_id: int, hung: Iterable[registry.Installation]
) -> tuple[Installed, ...]:
    found = sorted(hung, key=lambda one: one.since)
    clocks = clocks_of(conn, meter_ids=[one.meter_id for one in found])
    shown = registers_of(conn, point_id=point_id)
    return tuple(
        replace(
            _installed(one),
            clocks=clocks.get(one.meter_id, ()),
            first=shown.get((one.meter_id, "first", one.since)),
            last=None if one.until is None else shown.get((one.meter_id, "last", one.until)),
        )
        for one in found
    )


def all_installed(conn: Connection) -> Iterable[tuple[int, Installed]]:
    """(point, meter there) of the whole country."""
    clocks = clocks_of(conn)
    return [
        (one.point_id, replace(_installed(one), clocks=clocks.get(one.meter_id, ())))
        for one in registry.installations(conn)
    ]


def _installed(one: registry.Installation) -> Installed:
    return Installed(meter_id=one.meter_id, multiplier=one.multiplier, since=one.since, until=one.until)
