"""Does the truth of many points follow from the bytes, point by point (D-1, G6)?

Each month of a point is a reading transaction of its own, so that a check of years disturbs nobody.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Connection, func, select

from osos.mdm.labels import edge_of_day, instant_of_label
from osos.mdm.rebuild import Rebuilt, rebuild
from osos.mdm.spreading import Spread, crew
from osos.mdm.tables import canonical_blocks, said_blocks
from osos.mdm.varint import BlockDamaged
from osos.quantities import Interval
from osos.store import Store

DAYS_AT_ONCE = 31
POINTS_A_PART = 20


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
    """How many days were compared, which differ, and one hash (SHA-256) over all of either side."""

    points: int = 0
    days: int = 0
    differences: list[Difference] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    _held: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    _rebuilt: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    @property
    def is_identical(self) -> bool:
        return not self.differences and not self.damaged and self.held == self.rebuilt

    @property
    def held(self) -> str:
        return self._held.hexdigest()

    @property
    def rebuilt(self) -> str:
        return self._rebuilt.hexdigest()

    def take_point(self, found: "PointRebuilt") -> None:
        self.points += 1
        self.damaged += found.damaged
        for month in found.months:
            self.take(month)

    def take(self, found: Rebuilt) -> None:
        self.days += len(found.canonical_held.keys() | found.canonical.keys())
        self.differences += _differences("said", found.said_held, found.said)
        self.differences += _differences("canonical", found.canonical_held, found.canonical)
        for digest, hashes in ((self._held, found.canonical_held), (self._rebuilt, found.canonical)):
            for key, value in sorted(hashes.items()):
                digest.update(f"{key[0]}.{key[1]}.".encode() + value)


@dataclass(frozen=True, slots=True)
class PointRebuilt:
    """What a point comes to, month by month, and what of it cannot be read."""

    months: tuple[Rebuilt, ...]
    damaged: tuple[str, ...]


def check_points(
    store: Store,
    point_ids: Sequence[int],
    *,
    period: Interval | None = None,
    spread: Spread | None = None,
    points_a_part: int = POINTS_A_PART,
    progress: Callable[[int, int], None] | None = None,
) -> Checked:
    """All of them, in their order; `progress` is told how many points are done, of how many."""
    checked = Checked()
    ids = [point_ids[start : start + points_a_part] for start in range(0, len(point_ids), points_a_part)]
    with crew(store, spread) as workers:
        for found in workers.worked(_rebuild_points, [_Part(tuple(some), period) for some in ids]):
            for one in found:
                checked.take_point(one)
            if progress is not None:
                progress(checked.points, len(point_ids))
    return checked


def check_point(store: Store, point_id: int, checked: Checked, *, period: Interval | None = None) -> None:
    """All days of a point of which anything is held, or those of the period."""
    checked.take_point(_rebuild_point(store, point_id, period))


@dataclass(frozen=True, slots=True)
class _Part:
    """What one worker is asked."""

    point_ids: tuple[int, ...]
    period: Interval | None


def _rebuild_points(part: _Part, store: Store) -> list[PointRebuilt]:
    """A worker's errand."""
    return [_rebuild_point(store, point_id, part.period) for point_id in part.point_ids]


def _rebuild_point(store: Store, point_id: int, period: Interval | None) -> PointRebuilt:
    with store.read() as conn:
        span = _span(conn, point_id) if period is None else period
    months: list[Rebuilt] = []
    damaged: list[str] = []
    for part in _parts(span):
        try:
            with store.read() as conn:
                months.append(rebuild(conn, point_id, part))
        except BlockDamaged as error:
            damaged.append(str(error))
    return PointRebuilt(tuple(months), tuple(damaged))


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
