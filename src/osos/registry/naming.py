"""Which point do people mean by this name?

By its installation number, ETSO code, public id, or the serial of a meter that ever hung there (with or
without the maker's letters). A name that fits more than one point means none of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from osos.registry.point_tables import service_points
from osos.registry.tables import installations, metering_points, meters

_AT_ONCE = 400
AnyRow = Any  # SQLAlchemy's Row, whatever its columns
_MAKER = 3  # letters of a FLAG


@dataclass(frozen=True, slots=True)
class Named:
    """Names that mean one point each, and those that mean none or several."""

    points: Mapping[str, int]
    unknown: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()


def points_named(conn: Connection, names: Iterable[str]) -> Named:
    """The points of these names, blanks around them taken off."""
    wanted = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    found: dict[str, set[int]] = {name: set() for name in wanted}
    for start in range(0, len(wanted), _AT_ONCE):
        for name, point_id in _found(conn, wanted[start : start + _AT_ONCE]):
            found[name].add(point_id)
    return Named(
        points={name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1},
        unknown=tuple(name for name, ids in found.items() if not ids),
        unclear=tuple(name for name, ids in found.items() if len(ids) > 1),
    )


def _found(conn: Connection, names: list[str]) -> Iterator[tuple[str, int]]:
    s, p, m = service_points.c, metering_points.c, meters.c
    for column, key in ((s.installation_no, s.point_id), (s.etso, s.point_id), (p.public_id, p.id)):
        for row in conn.execute(select(column, key).where(column.in_(names))):
            yield row[0], row[1]
    serials = {name: name for name in names} | {name[_MAKER:]: name for name in names if _has_maker(name)}
    hung = select(m.serial, m.flag, m.admitted_as, installations.c.point_id).join(
        meters, m.id == installations.c.meter_id
    )
    for there in conn.execute(hung.where(m.serial.in_(list(serials))).distinct()):
        for name in _called(there) & set(names):
            yield name, there.point_id


def _called(row: AnyRow) -> set[str]:
    return {row.serial, f"{row.flag}{row.serial}", row.admitted_as}


def _has_maker(name: str) -> bool:
    return len(name) > _MAKER and name[:_MAKER].isascii() and name[:_MAKER].isalpha()


def meters_by_name(conn: Connection, names: Iterable[str]) -> dict[str, int]:
    """Meter ids by serial, with or without the maker's letters; a serial two makers use is not there."""
    wanted = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    found: dict[str, set[int]] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        serials = {*some, *(name[_MAKER:] for name in some if _has_maker(name))}
        m = meters.c
        query = select(m.id, m.flag, m.serial, m.admitted_as).where(m.serial.in_(serials))
        for row in conn.execute(query):
            for name in _called(row) & set(some):
                found.setdefault(name, set()).add(row.id)
    return {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1}


def names_of_meter(conn: Connection, meter_id: int) -> set[str]:
    """All that this meter may be called."""
    m = meters.c
    row = conn.execute(select(m.serial, m.flag, m.admitted_as).where(m.id == meter_id)).first()
    return set() if row is None else _called(row)
