"""Which canonical blocks are held, and which must be derived again?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, delete, select

from osos.mdm import canonical_packing, said
from osos.mdm.canonical import PROFILE, CanonicalBlock, Channel, Installed, Said, build, derive
from osos.mdm.source import Source
from osos.mdm.tables import ENERGY_COLUMNS, canonical_blocks, canonical_history
from osos.mdm.varint import BlockDamaged
from osos.quantities import Quality
from osos.store import insert

COLUMN_OF = dict(
    zip(
        (Channel.A_PLUS, Channel.A_MINUS, Channel.Q1, Channel.Q2, Channel.Q3, Channel.Q4),
        ENERGY_COLUMNS,
        strict=True,
    )
)
_AT_ONCE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDay:
    """A canonical block with what is known about it."""

    point_id: int
    block: CanonicalBlock
    version: int
    known_since: datetime
    content_hash: bytes


def load(
    conn: Connection, *, point_ids: Iterable[int], days: Iterable[int]
) -> Mapping[tuple[int, int], HeldDay]:
    """The present blocks of these points and days; `BlockDamaged` when one is not what was written."""
    rows = _rows(conn, sorted(set(point_ids)), sorted(set(days)))
    needs = [
        (segment.meter_id, day)
        for row in rows
        if not row.payload
        for segment in canonical_packing.segments_of(row.segments)
        for day in (row.day - 1, row.day)
    ]
    blocks = {key: held.block for key, held in said.load(conn, profile=PROFILE, keys=needs).items()}
    return {(row.point_id, row.day): _held(row, blocks) for row in rows}


def refresh(
    conn: Connection,
    *,
    point_id: int,
    installed: Sequence[Installed],
    days: Iterable[int],
    before: Mapping[tuple[int, int], HeldDay],
    source: Source,
) -> tuple[int, ...]:
    """Derive these days again and keep what changed; `before` is what `load` gave before the change.

    Says which days changed. The older block goes to the history in full, with when and by which frame.
    """
    wanted = sorted(set(days))
    meters = {one.meter_id for one in installed}
    keys = [(meter_id, day) for meter_id in meters for whole in wanted for day in (whole - 1, whole)]
    blocks = {key: held.block for key, held in said.load(conn, profile=PROFILE, keys=keys).items()}
    changed = []
    for day in wanted:
        derived = derive(day, installed=installed, said=blocks)
        if _keep(conn, (point_id, day), derived, before.get((point_id, day)), source):
            changed.append(day)
    return tuple(changed)


def _rows(conn: Connection, point_ids: Sequence[int], days: Sequence[int]) -> list[Row[tuple[object, ...]]]:
    found: list[Row[tuple[object, ...]]] = []
    for start in range(0, len(point_ids), _AT_ONCE):
        for first in range(0, len(days), _AT_ONCE):
            query = select(canonical_blocks).where(
                canonical_blocks.c.day.in_(days[first : first + _AT_ONCE]),
                canonical_blocks.c.point_id.in_(point_ids[start : start + _AT_ONCE]),
            )
            found += conn.execute(query).all()
    return found


def _held(row: Row[tuple[object, ...]], blocks: Said) -> HeldDay:
    facts = row._mapping
    segments = canonical_packing.segments_of(facts["segments"])
    day, period = facts["day"], facts["period_min"]
    if facts["payload"]:
        block = canonical_packing.unpack(facts["payload"], day=day, period_min=period, segments=segments)
    else:
        block = build(day, period_min=period, segments=segments, said=blocks)
    if block.content_hash() != facts["content_hash"]:
        raise BlockDamaged(f"the block of point {facts['point_id']}, day {day} is not as it was derived")
    names = ("point_id", "version", "known_since", "content_hash")
    return HeldDay(block=block, **{name: facts[name] for name in names})


def _keep(
    conn: Connection,
    key: tuple[int, int],
    derived: CanonicalBlock | None,
    before: HeldDay | None,
    source: Source,
) -> bool:
    if derived is None and before is None:
        return False
    content_hash = None if derived is None else derived.content_hash()
    if before is not None and before.content_hash == content_hash:
        return False
    if before is not None:
        _move_to_history(conn, before, source)
    if derived is not None and content_hash is not None:
        version = _next_version(conn, key) if before is None else before.version + 1
        row = _row(key[0], derived) | {"content_hash": content_hash, "payload": b""}
        conn.execute(
            insert(conn, canonical_blocks).values(**row, version=version, known_since=source.known_since)
        )
    return True


def _next_version(conn: Connection, key: tuple[int, int]) -> int:
    """1, unless the day was known before and then taken away (an installation that was put right)."""
    older = canonical_history.c
    query = select(older.version).where(older.point_id == key[0], older.day == key[1])
    return max(conn.execute(query).scalars(), default=0) + 1


def _row(point_id: int, block: CanonicalBlock) -> dict[str, object]:
    sums = {name: block.sum_of(channel) for channel, name in COLUMN_OF.items()}
    has_import = Channel.A_PLUS in block.channels
    return {
        "point_id": point_id,
        "day": block.day,
        "period_min": block.period_min,
        "measured": block.count(Quality.MEASURED),
        "suspect": block.count(Quality.SUSPECT),
        "missing": block.count(Quality.MISSING),
        **sums,
        "max_a_plus_wh": int(block.energies[0].max()) if has_import else None,
        "segments": canonical_packing.segments_text(block.segments),
    }


def _move_to_history(conn: Connection, before: HeldDay, source: Source) -> None:
    here = (canonical_blocks.c.point_id == before.point_id) & (canonical_blocks.c.day == before.block.day)
    row = dict(conn.execute(select(canonical_blocks).where(here)).one()._mapping)
    row["payload"] = canonical_packing.pack(before.block)
    conn.execute(
        canonical_history.insert().values(**row, replaced_at=source.known_since, replaced_by=source.frame_id)
    )
    conn.execute(delete(canonical_blocks).where(here))
