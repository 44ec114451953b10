"""Which canonical blocks are held, and which must be derived again?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, func, select

from osos.mdm import canonical_packing, said
from osos.mdm.canonical import PROFILE, CanonicalBlock, Channel, Installed, Said
from osos.mdm.day_changes import note as note_changes
from osos.mdm.keeping import decision_rows
from osos.mdm.keeping.closing import closed_days, note_correction
from osos.mdm.keeping.completing import Completed, complete
from osos.mdm.shelf import Shelf
from osos.mdm.source import Source
from osos.mdm.tables import ENERGY_COLUMNS, canonical_blocks, canonical_history
from osos.mdm.varint import BlockDamaged
from osos.mdm.versions import copied_to_history, replace_rows
from osos.mdm.whole_days import Asked, built
from osos.quantities import Quality
from osos.store import among

COLUMN_OF = dict(
    zip(
        (Channel.A_PLUS, Channel.A_MINUS, Channel.Q1, Channel.Q2, Channel.Q3, Channel.Q4),
        ENERGY_COLUMNS,
        strict=True,
    )
)
_AT_ONCE = 400
_present = among(select(canonical_blocks), days=canonical_blocks.c.day, points=canonical_blocks.c.point_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDay:
    """A canonical block with what is known about it."""

    point_id: int
    block: CanonicalBlock
    version: int
    known_since: datetime
    content_hash: bytes
    is_whole: bool = False  # kept in full, not as its blocks as said derive


def load(
    conn: Connection, *, point_ids: Iterable[int], days: Iterable[int], shelf: Shelf | None = None
) -> Mapping[tuple[int, int], HeldDay]:
    """The present blocks of these points and days; `BlockDamaged` when one is not what was written.

    What lies on the `shelf` is not derived again, and what is derived is laid there.
    """
    if shelf is None:
        return _load(conn, point_ids, days, None)
    wanted = [(point_id, day) for point_id in set(point_ids) for day in set(days)]
    lacking = [key for key in wanted if key not in shelf.days]
    loaded = _load(conn, {point_id for point_id, _ in lacking}, {day for _, day in lacking}, shelf)
    shelf.days.update({key: loaded.get(key) for key in lacking})
    return {key: held for key in wanted if (held := shelf.days[key]) is not None}


def _load(
    conn: Connection, point_ids: Iterable[int], days: Iterable[int], shelf: Shelf | None
) -> dict[tuple[int, int], HeldDay]:
    rows = _rows(conn, sorted(set(point_ids)), sorted(set(days)))
    texts = {(row.segments, row.period_min) for row in rows}
    segments = {
        (text, period): canonical_packing.segments_of(text, period_min=period) for text, period in texts
    }
    asked = [Asked(row.day, row.period_min, segments[row.segments, row.period_min]) for row in rows]
    plain = [one for row, one in zip(rows, asked, strict=True) if not row.payload]
    needs = [
        (segment.meter_id, day) for one in plain for segment in one.segments for day in (one.day - 1, one.day)
    ]
    loaded = said.load(conn, profile=PROFILE, keys=needs, shelf=shelf)
    derived = iter(built(plain, {key: held.block for key, held in loaded.items()}))
    return {
        (row.point_id, row.day): _held(row, _unpacked(row, one) if row.payload else next(derived))
        for row, one in zip(rows, asked, strict=True)
    }


def _unpacked(row: Row[Any], one: Asked) -> CanonicalBlock:
    return canonical_packing.unpack(
        row.payload, day=one.day, period_min=one.period_min, segments=one.segments
    )


def refresh(
    conn: Connection,
    *,
    point_id: int,
    installed: Sequence[Installed],
    days: Iterable[int],
    before: Mapping[tuple[int, int], HeldDay],
    source: Source,
    known: Said | None = None,
    shelf: Shelf | None = None,
) -> tuple[int, ...]:
    """Derive these days again and keep what changed; `before` is what `load` gave before the change.

    `known` spares loading blocks as said that the caller has, and so does the `shelf`, on which nothing
    lies that has changed meanwhile. Says which days changed. The older block goes
    to the history in full, with when and by which frame. A day of a closed month stays as it was settled;
    what is known now is kept beside it as a correction (D-23).
    """
    wanted = set(days)
    found = _completed(conn, point_id, installed, days=wanted, known=known or {}, source=source, shelf=shelf)
    more = found.keys() - wanted  # days of estimates that lapsed with one of these
    held = dict(before) | (dict(load(conn, point_ids=[point_id], days=more)) if more else {})
    closed = closed_days(conn, point_id=point_id, days=found)
    for day in sorted(closed):
        _keep_settled(conn, point_id, held.get((point_id, day)), found[day], source, day=day)
    changed = {
        day: one
        for day, one in sorted(found.items())
        if day not in closed and _differs(held.get((point_id, day)), one)
    }
    over = {day: held[point_id, day] for day in changed if (point_id, day) in held}
    for day, was in over.items():
        if changed[day].block is None:
            move_to_history(conn, was, source)
        else:
            _copy_to_history(conn, was, source)
    versions = {day: was.version for day, was in over.items()}
    put(conn, point_id, list(changed.values()), source, over=versions)
    note_changes(
        conn, point_id=point_id, at=source.known_since, changes=_before_and_after(point_id, held, changed)
    )
    return tuple(changed)


def _before_and_after(
    point_id: int, held: Mapping[tuple[int, int], HeldDay], changed: Mapping[int, Completed]
) -> dict[int, tuple[CanonicalBlock | None, CanonicalBlock | None]]:
    before = {day: held.get((point_id, day)) for day in changed}
    return {day: (None if was is None else was.block, changed[day].block) for day, was in before.items()}


def _completed(
    conn: Connection,
    point_id: int,
    installed: Sequence[Installed],
    *,
    days: set[int],
    known: Said,
    source: Source,
    shelf: Shelf | None,
) -> dict[int, Completed]:
    """The days with what was decided about them; an estimate that lapses takes its other days with it."""
    wanted = set(days)
    while True:
        blocks = _said(conn, {one.meter_id for one in installed}, sorted(wanted), known, shelf)
        decided = decision_rows.load(conn, point_id=point_id, days=wanted)
        found = {
            day: complete(day, installed=installed, said=blocks, decisions=decided.get(day, ()))
            for day in wanted
        }
        lapsed = [decision for one in found.values() for decision in one.lapsed]
        if not lapsed:
            return found
        wanted |= decision_rows.lapse(conn, lapsed, at=source.known_since)


def _differs(held: HeldDay | None, now: Completed) -> bool:
    if held is None or now.block is None:
        return (held is None) != (now.block is None)
    return held.content_hash != now.block.content_hash() or not (held.is_whole or now.is_plain)


def _keep_settled(
    conn: Connection, point_id: int, settled: HeldDay | None, now: Completed, source: Source, *, day: int
) -> None:
    """Keep the settled block in full, for what it was derived from may have changed under it."""
    block = None if settled is None else settled.block
    if not note_correction(conn, point_id=point_id, day=day, settled=block, known=now.block, source=source):
        return
    if settled is not None and not settled.is_whole:
        here = (canonical_blocks.c.point_id == point_id) & (canonical_blocks.c.day == day)
        whole = canonical_packing.pack(settled.block)
        conn.execute(canonical_blocks.update().where(here).values(payload=whole))


def _said(conn: Connection, meters: set[int], days: Sequence[int], known: Said, shelf: Shelf | None) -> Said:
    """The blocks that these days follow from: their own and the ones of the days before."""
    keys = {(meter_id, day) for meter_id in meters for whole in days for day in (whole - 1, whole)}
    loaded = said.load(conn, profile=PROFILE, keys=keys - known.keys(), shelf=shelf)
    return {key: held.block for key, held in loaded.items()} | dict(known)


def _rows(conn: Connection, point_ids: Sequence[int], days: Sequence[int]) -> list[Row[Any]]:
    found: list[Row[Any]] = []
    for start in range(0, len(point_ids), _AT_ONCE):
        for first in range(0, len(days), _AT_ONCE):
            asked = {
                "days": list(days[first : first + _AT_ONCE]),
                "points": list(point_ids[start : start + _AT_ONCE]),
            }
            found += conn.execute(_present(conn), asked).all()
    return found


def _held(row: Row[Any], block: CanonicalBlock) -> HeldDay:
    facts = row._mapping
    if block.content_hash() != facts["content_hash"]:
        raise BlockDamaged(f"the block of point {row.point_id}, day {row.day} is not as it was derived")
    names = ("point_id", "version", "known_since", "content_hash")
    return HeldDay(block=block, is_whole=bool(facts["payload"]), **{name: facts[name] for name in names})


def put(
    conn: Connection,
    point_id: int,
    now: Sequence[Completed],
    source: Source,
    *,
    over: Mapping[int, int] | None = None,
) -> None:
    """Keep days, each as the version after its latest; `over` has the versions of present blocks."""
    rows = [(one, one.block) for one in now if one.block is not None]
    if not rows:
        return
    present = over or {}
    asked = {"point": point_id, "days": [block.day for _, block in rows if block.day not in present]}
    older = conn.execute(_LATEST, asked) if asked["days"] else ()
    versions = {row[0]: row[1] for row in older} | dict(present)
    facts = [
        _row(point_id, block)
        | {"version": versions.get(block.day, 0) + 1, "known_since": source.known_since}
        | {"payload": b"" if one.is_plain else canonical_packing.pack(block)}
        for one, block in rows
    ]
    replace_rows(conn, canonical_blocks, facts)


_LATEST = (
    select(canonical_history.c.day, func.max(canonical_history.c.version))
    .where(canonical_history.c.point_id == bindparam("point"))
    .where(canonical_history.c.day.in_(bindparam("days", expanding=True)))
    .group_by(canonical_history.c.day)
)


def _row(point_id: int, block: CanonicalBlock) -> dict[str, object]:
    sums = {name: block.sum_of(channel) for channel, name in COLUMN_OF.items()}
    has_import = Channel.A_PLUS in block.channels
    return {
        "point_id": point_id,
        "day": block.day,
        "period_min": block.period_min,
        "suspect": block.count(Quality.SUSPECT),
        "missing": block.count(Quality.MISSING),
        **sums,
        "max_a_plus_wh": int(block.energies[0].max()) if has_import else None,
        "segments": canonical_packing.segments_text(block),
        "content_hash": block.content_hash(),
    }


def move_to_history(conn: Connection, before: HeldDay, source: Source) -> None:
    """A present block becomes an older version, in full."""
    _copy_to_history(conn, before, source)
    here = (canonical_blocks.c.point_id == before.point_id) & (canonical_blocks.c.day == before.block.day)
    conn.execute(delete(canonical_blocks).where(here))


_COPY = copied_to_history(
    canonical_blocks,
    canonical_history,
    where=and_(
        canonical_blocks.c.point_id == bindparam("of_point"), canonical_blocks.c.day == bindparam("of_day")
    ),
    other=("payload",),
)


def _copy_to_history(conn: Connection, before: HeldDay, source: Source) -> None:
    here = {"of_point": before.point_id, "of_day": before.block.day}
    told = {"payload": canonical_packing.pack(before.block), "replaced_at": source.known_since}
    conn.execute(_COPY, here | told | {"replaced_by": source.frame_id})
