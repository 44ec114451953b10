"""Does the truth of many points follow from the bytes, point by point (D-1, G6)?

Each month of a point is a reading transaction of its own, so that a check of years disturbs nobody.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Connection, func, select

from osos.mdm.labels import edge_of_day, instant_of_label
from osos.mdm.rebuild import Rebuilt, rebuild
from osos.mdm.tables import canonical_blocks, said_blocks
from osos.mdm.varint import BlockDamaged
from osos.quantities import Interval
from osos.store import Store

DAYS_AT_ONCE = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A day that does not follow from the bytes."""

    layer: str  # said, canonical
    of: int  # meter or point
    day: int
    held: bytes | None
    rebuilt: bytes | None


@dataclass(slots=True)
class Checked:
    """How many days were compared, which differ, and one hash over all of either side."""

    points: int = 0
    days: int = 0
    differences: list[Difference] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    _held: hashlib.blake2b = field(default_factory=lambda: hashlib.blake2b(digest_size=16))
    _rebuilt: hashlib.blake2b = field(default_factory=lambda: hashlib.blake2b(digest_size=16))

    @property
    def is_identical(self) -> bool:
        return not self.differences and not self.damaged and self.held == self.rebuilt

    @property
    def held(self) -> str:
        return self._held.hexdigest()

    @property
    def rebuilt(self) -> str:
        return self._rebuilt.hexdigest()

    def take(self, found: Rebuilt) -> None:
        self.days += len(found.canonical_held.keys() | found.canonical.keys())
        self.differences += _differences("said", found.said_held, found.said)
        self.differences += _differences("canonical", found.canonical_held, found.canonical)
        for digest, hashes in ((self._held, found.canonical_held), (self._rebuilt, found.canonical)):
            for key, value in sorted(hashes.items()):
                digest.update(f"{key[0]}.{key[1]}.".encode() + value)


def check_point(store: Store, point_id: int, checked: Checked, *, period: Interval | None = None) -> None:
    """All days of a point of which anything is held, or those of the period."""
    checked.points += 1
    with store.read() as conn:
        span = _span(conn, point_id) if period is None else period
    for part in _parts(span):
        try:
            with store.read() as conn:
                checked.take(rebuild(conn, point_id, part))
        except BlockDamaged as error:
            checked.damaged.append(str(error))


def points_held(conn: Connection) -> list[int]:
    """Every point of which anything is held."""
    return list(
        conn.scalars(select(canonical_blocks.c.point_id).distinct().order_by(canonical_blocks.c.point_id))
    )


def frames_behind(conn: Connection) -> int:
    """How many messages the present blocks rest on."""
    return conn.scalar(select(func.count(said_blocks.c.frame_id.distinct()))) or 0


def _span(conn: Connection, point_id: int) -> Interval | None:
    c = canonical_blocks.c
    first, last = conn.execute(select(func.min(c.day), func.max(c.day)).where(c.point_id == point_id)).one()
    if first is None:
        return None
    return Interval(*(instant_of_label(edge_of_day(day)) for day in (first, last + 1)))


def _parts(span: Interval | None) -> Iterator[Interval]:
    if span is None:
        return
    start = span.start
    while start < span.end:
        until = min(span.end, start + timedelta(days=DAYS_AT_ONCE))
        yield Interval(start, until)
        start = until


def _differences(
    layer: str, held: Mapping[tuple[int, int], bytes], rebuilt: Mapping[tuple[int, int], bytes]
) -> Iterable[Difference]:
    return [
        Difference(layer=layer, of=key[0], day=key[1], held=held.get(key), rebuilt=rebuilt.get(key))
        for key in sorted(held.keys() | rebuilt.keys())
        if held.get(key) != rebuilt.get(key)
    ]
