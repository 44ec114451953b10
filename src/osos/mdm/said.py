"""Which blocks as said are held, and what does a telegram change in them?"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, and_, bindparam, select

from osos.mdm import block_packing as packing
from osos.mdm.block import Layout, SaidBlock
from osos.mdm.labels import date_of_day, grid_of_day
from osos.mdm.many_unpacking import many_unpacked
from osos.mdm.merging import changed_records, merge, split_days
from osos.mdm.outcomes import Finding
from osos.mdm.periods import smallest_step
from osos.mdm.shelf import Shelf
from osos.mdm.source import Source
from osos.mdm.tables import frames, layouts, said_blocks, said_history
from osos.mdm.varint import BlockDamaged
from osos.mdm.versions import copied_to_history, replace_rows
from osos.meters import ProfileRecords
from osos.store import among, insert

_AT_ONCE = 400  # keys in one question; SQLite takes 32 766 parameters, older ones 999
_MANY = 6  # blocks from which on unpacking them together pays


# Asked for every telegram; building it takes longer than running it.
_BLOCKS = select(said_blocks, layouts.c.content.label("layout")).join(
    layouts, layouts.c.id == said_blocks.c.layout_id
)
_KEY = {"days": said_blocks.c.day, "meter_ids": said_blocks.c.meter_id}
_present = among(_BLOCKS.where(said_blocks.c.profile == bindparam("profile")), **_KEY)
_of_any_profile = among(_BLOCKS, **_KEY)

_COPY = copied_to_history(
    said_blocks,
    said_history,
    where=and_(
        said_blocks.c.meter_id == bindparam("of_meter"),
        said_blocks.c.profile == bindparam("of_profile"),
        said_blocks.c.day.in_(bindparam("of_days", expanding=True)),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBlock:
    """A block with what is known about it."""

    meter_id: int
    profile: str
    block: SaidBlock
    version: int
    frame_id: int
    known_since: datetime
    content_hash: bytes
    layout_id: int


@dataclass(frozen=True, slots=True)
class Told:
    """What a telegram's records changed."""

    records_new: int = 0
    changed: Mapping[int, SaidBlock] = field(default_factory=dict)  # day → its block now
    findings: tuple[Finding, ...] = ()


def tell(
    conn: Connection,
    *,
    meter_id: int,
    profile: str,
    records: ProfileRecords,
    source: Source,
    shelf: Shelf | None = None,
) -> Told:
    """Merge a telegram's records into the days they belong to; what is known already writes nothing (D-2).

    What changed is taken off the `shelf`.
    """
    layout = Layout(records.codes, records.decimals, records.units)
    said = {block.day: block for block in split_days(records.labels, records.values, layout)}
    held = load(conn, profile=profile, keys=[(meter_id, day) for day in said], shelf=shelf)
    new, findings = 0, []
    changed: dict[int, SaidBlock] = {}
    for day, block in said.items():
        before = held.get((meter_id, day))
        if before is not None and before.block.layout != layout and not _covers(block, before.block):
            facts = {"profile": profile, "day": date_of_day(day).isoformat()}
            findings.append(Finding("layout changed", facts))
            continue
        known = before.block if before is not None and before.block.layout == layout else None
        merged = merge(known, block)
        if before is None or before.content_hash != merged.content_hash():
            new += changed_records(known, merged)
            changed[day] = merged
    replaced = {day: held[meter_id, day] for day in changed if (meter_id, day) in held}
    _put(conn, (meter_id, profile), changed, replaced, source, ids=_layout_ids(held, shelf))
    if shelf is not None:
        for day in changed:
            shelf.said.pop((profile, meter_id, day), None)
    return Told(new, changed, tuple(findings))


def load(
    conn: Connection, *, profile: str, keys: Iterable[tuple[int, int]], shelf: Shelf | None = None
) -> Mapping[tuple[int, int], HeldBlock]:
    """The present blocks of these (meter, day); `BlockDamaged` when one is not what was written.

    What lies on the `shelf` is not loaded again, and what is loaded is laid there.
    """
    wanted = list(dict.fromkeys(keys))
    if shelf is None:
        return _load(conn, profile, wanted)
    lacking = [key for key in wanted if (profile, *key) not in shelf.said]
    loaded = _load(conn, profile, lacking)
    shelf.said.update({(profile, *key): loaded.get(key) for key in lacking})
    return {key: held for key in wanted if (held := shelf.said[profile, *key]) is not None}


def lay_at_hand(
    conn: Connection, *, profiles: Iterable[str], keys: Iterable[tuple[int, int]], shelf: Shelf
) -> None:
    """The blocks of several profiles on these (meter, day), asked for in one go."""
    wanted, rows = list(dict.fromkeys(keys)), dict[str, list[Row[Any]]]()
    for start in range(0, len(wanted), _AT_ONCE):
        part = set(wanted[start : start + _AT_ONCE])
        asked = {"days": list({day for _, day in part}), "meter_ids": list({meter for meter, _ in part})}
        for row in conn.execute(_of_any_profile(conn), asked).all():
            rows.setdefault(row.profile, []).append(row)
    for profile in profiles:
        found = _unpacked(rows.get(profile, []))
        shelf.said.update({(profile, *key): found.get(key) for key in wanted})


def _load(
    conn: Connection, profile: str, wanted: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], HeldBlock]:
    found: dict[tuple[int, int], HeldBlock] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        part = set(wanted[start : start + _AT_ONCE])
        days, meter_ids = {day for _, day in part}, {meter_id for meter_id, _ in part}
        asked = {"profile": profile, "days": list(days), "meter_ids": list(meter_ids)}
        rows = conn.execute(_present(conn), asked).all()
        found |= _unpacked([row for row in rows if (row.meter_id, row.day) in part])
    return found


def _unpacked(rows: Sequence[Row[Any]]) -> dict[tuple[int, int], HeldBlock]:
    """Many at once where they are alike; a few go faster one by one."""
    if len(rows) < _MANY:
        return {(row.meter_id, row.day): _held(row) for row in rows}
    found: dict[tuple[int, int], HeldBlock] = {}
    alike: dict[str, list[Row[Any]]] = {}
    for row in rows:
        alike.setdefault(row.layout, []).append(row)
    for text, some in alike.items():
        together, others = many_unpacked(some, layout_of(text))
        found |= {(row.meter_id, row.day): _held(row) for row in others}
        each = {(row.meter_id, row.day): row for row in some}
        for blocks in together:
            found |= {key: _with_facts(each[key], blocks.block(n)) for n, key in enumerate(blocks.keys)}
    return found


def of_meter(conn: Connection, *, meter_id: int) -> Iterator[tuple[HeldBlock, str | None]]:
    """All present blocks of a meter with the reference of the message that told them last."""
    query = (
        select(said_blocks, layouts.c.content.label("layout"), frames.c.reference_id)
        .join(layouts, layouts.c.id == said_blocks.c.layout_id)
        .outerjoin(frames, frames.c.id == said_blocks.c.frame_id)
        .where(said_blocks.c.meter_id == meter_id)
        .order_by(said_blocks.c.profile, said_blocks.c.day)
    )
    for row in conn.execute(query):
        yield _held(row), row.reference_id


def of_meter_on(
    conn: Connection, *, meter_id: int, known_on: datetime
) -> Iterator[tuple[HeldBlock, str | None]]:
    """The same as they stood at that instant (D-3)."""
    found: dict[tuple[str, int], tuple[HeldBlock, str | None]] = {}
    for table in (said_history, said_blocks):
        query = (
            select(table, layouts.c.content.label("layout"), frames.c.reference_id)
            .join(layouts, layouts.c.id == table.c.layout_id)
            .outerjoin(frames, frames.c.id == table.c.frame_id)
            .where(table.c.meter_id == meter_id, table.c.known_since <= known_on)
            .order_by(table.c.profile, table.c.day, table.c.version)
        )
        for row in conn.execute(query):  # of a day the latest version that was known then
            found[row.profile, row.day] = (_held(row), row.reference_id)
    yield from (found[key] for key in sorted(found))


def older_versions(conn: Connection, held: HeldBlock) -> Iterator[tuple[HeldBlock, str | None]]:
    """What this block was before, the latest first, each with the reference of the message that told it."""
    query = (
        select(said_history, layouts.c.content.label("layout"), frames.c.reference_id)
        .join(layouts, layouts.c.id == said_history.c.layout_id)
        .outerjoin(frames, frames.c.id == said_history.c.frame_id)
        .where(said_history.c.meter_id == held.meter_id, said_history.c.profile == held.profile)
        .where(said_history.c.day == held.block.day, said_history.c.version < held.version)
        .order_by(said_history.c.version.desc())
    )
    for row in conn.execute(query):
        yield _held(row), row.reference_id


@lru_cache(256)
def layout_of(text: str) -> Layout:
    codes, decimals, units = json.loads(text)
    return Layout(tuple(codes), tuple(decimals), tuple(units))


def _held(row: Row[tuple[object, ...]]) -> HeldBlock:
    facts = row._mapping
    block = packing.unpack(facts["payload"], day=facts["day"], layout=layout_of(facts["layout"]))
    if block.content_hash() != facts["content_hash"]:
        whose = f"meter {facts['meter_id']}, {facts['profile']}, day {facts['day']}"
        raise BlockDamaged(f"the block of {whose} is not as it was written")
    return _with_facts(row, block)


def _with_facts(row: Row[Any], block: SaidBlock) -> HeldBlock:
    return HeldBlock(
        block=block,
        meter_id=row.meter_id,
        profile=row.profile,
        version=row.version,
        frame_id=row.frame_id,
        known_since=row.known_since,
        content_hash=row.content_hash,
        layout_id=row.layout_id,
    )


def _covers(said: SaidBlock, held: SaidBlock) -> bool:
    """Whether what was held under other columns is told again in full."""
    return set(held.labels.tolist()) <= set(said.labels.tolist())


def _put(
    conn: Connection,
    whose: tuple[int, str],
    changed: Mapping[int, SaidBlock],
    replaced: Mapping[int, HeldBlock],
    source: Source,
    *,
    ids: Mapping[Layout, int],
) -> None:
    if not changed:
        return
    meter_id, profile = whose
    if replaced:
        _copy_to_history(conn, meter_id, profile, list(replaced), source)
    layout = next(iter(changed.values())).layout
    layout_id = ids.get(layout) or _layout_id(conn, layout)
    same = {"meter_id": meter_id, "profile": profile, "layout_id": layout_id}
    same |= {"frame_id": source.frame_id, "known_since": source.known_since}
    rows = [
        same | _facts_of(block) | {"version": replaced[day].version + 1 if day in replaced else 1}
        for day, block in changed.items()
    ]
    replace_rows(conn, said_blocks, rows)


def _layout_ids(held: Mapping[tuple[int, int], HeldBlock], shelf: Shelf | None) -> dict[Layout, int]:
    """What the blocks at hand tell of layouts need not be asked for."""
    near = [one for one in shelf.said.values() if one is not None] if shelf is not None else []
    return {one.block.layout: one.layout_id for one in (*near, *held.values())}


def _facts_of(block: SaidBlock) -> dict[str, object]:
    period = smallest_step(block.labels)
    missing = ~np.isin(grid_of_day(block.day, period), block.labels)
    return {
        "day": block.day,
        "missing": int(missing.sum()),
        "period_min": period,
        "content_hash": block.content_hash(),
        "payload": packing.pack(block),
    }


def _copy_to_history(conn: Connection, meter_id: int, profile: str, days: list[int], source: Source) -> None:
    here = {"of_meter": meter_id, "of_profile": profile, "of_days": days}
    conn.execute(_COPY, here | {"replaced_at": source.known_since, "replaced_by": source.frame_id})


def _layout_id(conn: Connection, layout: Layout) -> int:
    text = layout.content().decode()
    found = conn.execute(select(layouts.c.id).where(layouts.c.content == text)).scalar()
    if found is None:
        conn.execute(insert(conn, layouts).values(content=text).on_conflict_do_nothing())
        found = conn.execute(select(layouts.c.id).where(layouts.c.content == text)).scalar_one()
    return int(found)
