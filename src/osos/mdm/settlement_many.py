"""What did hundreds of points take and give in each quarter hour of a month, their days laid side by side?

Nine days in ten are plain: every record there, one meter all day, nothing decided. They are read in one
statement, unpacked, derived and checked together; the few others come the usual way, each by itself, and are
laid into the same arrays. The result is that of `points.load` and `derive.series`, to the Wh.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Integer, Row, func, select, type_coerce

from osos.mdm import canonical_packing, points
from osos.mdm.block import Layout, SaidBlock
from osos.mdm.canonical import RULE_VERSION, Channel, Marks, Segment, _segment_facts
from osos.mdm.derive.amounts import primary
from osos.mdm.derive.grids import naive
from osos.mdm.judge.many_blocks import Loaded, load_blocks
from osos.mdm.keeping.clocks import Clock
from osos.mdm.labels import DAY_MIN, EPOCH, NOMINAL_MIN, Ints, edge_of_day, grid_of_day
from osos.mdm.many_unpacking import BlocksOfLayout
from osos.mdm.points import HeldDay
from osos.mdm.tables import canonical_blocks
from osos.mdm.varint import BlockDamaged
from osos.mdm.whole_days import channels_of, derived
from osos.quantities import Quality

ACTIVE = (Channel.A_PLUS, Channel.A_MINUS)
NOT_KNOWN = np.iinfo(np.int64).min
_SLOTS = DAY_MIN // NOMINAL_MIN
_EPOCH_S = int(EPOCH.timestamp())
_EXACT = 1 << 40  # energies of a slot are below 2²², so that products of larger ones are left to Python


@dataclass(slots=True, eq=False)
class LaidMonths:
    """Points × days × quarter hours; a point with a day on another grid is in `left`, and nowhere else."""

    point_ids: tuple[int, ...]
    days: range
    wh: dict[Channel, Ints]  # primary, 0 where nothing is known
    marks: Marks
    known_s: Ints  # points × days: when the day came to be known, POSIX seconds; NOT_KNOWN
    left: set[int] = field(default_factory=set)

    @classmethod
    def empty(cls, point_ids: Sequence[int], days: range) -> "LaidMonths":
        shape = (len(point_ids), len(days), _SLOTS)
        return cls(
            point_ids=tuple(point_ids),
            days=days,
            wh={channel: np.zeros(shape, dtype=np.int64) for channel in ACTIVE},
            marks=np.full(shape, Quality.MISSING.mark, dtype=np.uint8),
            known_s=np.full(shape[:2], NOT_KNOWN, dtype=np.int64),
        )


@dataclass(frozen=True, slots=True)
class _Day:
    """A plain day's row: where it is laid, and what it must derive to."""

    place: tuple[int, int]  # which point, which day
    point_id: int
    day: int
    segment: Segment
    text: str  # the segment as the hash has it
    content_hash: bytes
    known_s: int


@dataclass(frozen=True, slots=True, eq=False)
class _Blocks:
    """Blocks of one layout, each with all quarter hours of its day."""

    layout: Layout
    keys: list[tuple[int, int]]  # (meter, day)
    values: Ints  # (blocks, slots, columns), in the register's own last digit


@dataclass(slots=True, eq=False)
class _Group:
    """Plain days whose blocks lie in one array: where each lies, and the record at its first edge."""

    days: list[_Day] = field(default_factory=list)
    own: list[int] = field(default_factory=list)
    edges: list[Ints | None] = field(default_factory=list)


# Of blocks that lack records: the layout and the record that closes the day, if there is one; None: unsure.
_Cut = dict[tuple[int, int], tuple[Layout, Ints | None] | None]


def laid_months(conn: Connection, point_ids: Sequence[int], days: range) -> LaidMonths:
    """Of these points, all of them at once: some hundreds are a good portion."""
    found = LaidMonths.empty(point_ids, days)
    plain, others = _sorted(conn, found)
    needs = {(one.segment.meter_id, day) for one in plain for day in (one.day - 1, one.day)}
    loaded = load_blocks(conn, needs)
    for blocks, some in _side_by_side(plain, loaded, others):
        _lay(found, blocks, some)
    for some_points, some_days in _alike(others):
        for key, held in points.load(conn, point_ids=some_points, days=some_days).items():
            _lay_one(found, key, held)
    return found


def _sorted(conn: Connection, found: LaidMonths) -> tuple[list[_Day], dict[int, set[int]]]:
    """Plain days, and of each point the days that are not."""
    where = {point_id: n for n, point_id in enumerate(found.point_ids)}
    plain: list[_Day] = []
    others: dict[int, set[int]] = {}
    segments: dict[str, tuple[Segment, str] | None] = {}
    for row in _rows(conn, found.point_ids, found.days):
        if row.segments not in segments:
            segments[row.segments] = _one_segment(row.segments)
        own = segments[row.segments]
        if row.decided or own is None or row.period_min != NOMINAL_MIN:
            others.setdefault(row.point_id, set()).add(row.day)
            continue
        place = (where[row.point_id], row.day - found.days.start)
        facts = (row.point_id, row.day, *own, row.content_hash, row.known_s + _EPOCH_S)
        plain.append(_Day(place, *facts))
    return plain, others


def _rows(conn: Connection, point_ids: Collection[int], days: range) -> Iterable[Row[Any]]:
    c = canonical_blocks.c
    decided = (func.length(c.payload) > 0).label("decided")  # estimates and edits are in the payload alone
    known = type_coerce(c.known_since, Integer).label("known_s")
    query = select(c.point_id, c.day, c.period_min, c.segments, c.content_hash, decided, known)
    return conn.execute(query.where(c.point_id.in_(point_ids), c.day.in_(days))).all()


def _one_segment(text: str) -> tuple[Segment, str] | None:
    """The one meter of a whole day whose clock needs no shifting, its multiplier a whole number."""
    segments = canonical_packing.segments_of(text, period_min=NOMINAL_MIN)
    if len(segments) != 1:
        return None
    (one,) = segments
    is_plain = (one.from_slot, one.until_slot, one.clock) == (0, _SLOTS, Clock.FIXED)
    if not is_plain or one.multiplier % 1 or one.multiplier >= _EXACT:
        return None
    return one, json.dumps([_segment_facts(one)], separators=(",", ":"))


def _side_by_side(
    plain: Sequence[_Day], loaded: Loaded, others: dict[int, set[int]]
) -> Iterator[tuple[_Blocks, _Group]]:
    """Days of one layout; one whose first edge is not told once, in the same columns, is left to others."""
    every, cut = _by_layout(loaded)
    places = {key: (n, at) for n, one in enumerate(every) for at, key in enumerate(one.keys)}
    groups: dict[int, _Group] = {}
    for one in plain:
        yesterday = (one.segment.meter_id, one.day - 1)
        own, before = places.get((one.segment.meter_id, one.day)), places.get(yesterday)
        edge: Ints | None = None
        is_sure = own is not None
        if own is not None and before is not None:
            edge, is_sure = every[before[0]].values[before[1], -1], before[0] == own[0]
        elif own is not None and yesterday in cut:
            closing = cut[yesterday]
            is_sure = closing is not None and closing[0] == every[own[0]].layout
            edge = None if closing is None else closing[1]
        if own is None or not is_sure:
            others.setdefault(one.point_id, set()).add(one.day)
            continue
        group = groups.setdefault(own[0], _Group())
        group.days.append(one)
        group.own.append(own[1])
        group.edges.append(edge)
    for which, group in groups.items():
        yield every[which], group


def _by_layout(loaded: Loaded) -> tuple[list[_Blocks], _Cut]:
    """Blocks with all quarter hours of their day, however they were packed; of the others how they end."""
    keys: dict[Layout, list[tuple[int, int]]] = {}
    values: dict[Layout, list[Ints]] = {}
    cut: _Cut = {key: None for one in loaded.regular if not _is_regular(one) for key in one.keys}
    for one in loaded.regular:
        if _is_regular(one):
            keys.setdefault(one.layout, []).extend(one.keys)
            values.setdefault(one.layout, []).append(one.values)
    for key, block in loaded.others.items():
        if not _has_each_slot(block):
            cut[key] = _closing(block)
            continue
        keys.setdefault(block.layout, []).append(key)
        values.setdefault(block.layout, []).append(block.values[None])
    return [_Blocks(layout, keys[layout], np.concatenate(some)) for layout, some in values.items()], cut


def _closing(block: SaidBlock) -> tuple[Layout, Ints | None] | None:
    rows = np.flatnonzero(block.labels == edge_of_day(block.day + 1))
    if rows.size > 1:
        return None
    return block.layout, block.values[rows[0]] if rows.size else None


def _has_each_slot(block: SaidBlock) -> bool:
    """Once, in order, and no column told twice."""
    codes, labels = block.layout.codes, block.labels
    return len(set(codes)) == len(codes) and np.array_equal(labels, grid_of_day(block.day, NOMINAL_MIN))


def _is_regular(blocks: BlocksOfLayout) -> bool:
    codes = blocks.layout.codes
    return blocks.period_min == NOMINAL_MIN and len(set(codes)) == len(codes)


def _lay(found: LaidMonths, blocks: _Blocks, group: _Group) -> None:
    channels, days = channels_of(blocks.layout), group.days
    edged = np.array([edge is not None for edge in group.edges])
    shown = _registers(blocks, channels, group)
    energies, quality = derived(shown, edged, NOMINAL_MIN)
    hashes = _hashes(days, channels, shown, edged=edged, derived=(energies, quality))
    for one, content_hash in zip(days, hashes, strict=True):
        if content_hash != one.content_hash:
            raise BlockDamaged(f"the block of point {one.point_id}, day {one.day} is not as it was derived")
    at = tuple(np.array([one.place for one in days], dtype=np.int64).T)
    multipliers = np.array([int(one.segment.multiplier) for one in days], dtype=np.int64)
    for channel in ACTIVE:
        if channel in channels:
            found.wh[channel][at] = energies[channels.index(channel)] * multipliers[:, None]
    found.marks[at] = quality
    found.known_s[at] = [one.known_s for one in days]


def _registers(blocks: _Blocks, channels: Sequence[Channel], group: _Group) -> Ints:
    """(channels, days, edges) in whole Wh and varh; nought where the first edge is not known."""
    count, columns = len(group.own), len(blocks.layout.codes)
    nothing = np.zeros(columns, dtype=np.int64)
    every = np.empty((count, _SLOTS + 1, columns), dtype=np.int64)
    every[:, 1:] = blocks.values[group.own]
    every[:, 0] = [nothing if edge is None else edge for edge in group.edges]
    flat = SaidBlock(0, blocks.layout, nothing[:0], every.reshape(-1, columns))
    parts = [
        flat.in_whole_units(blocks.layout.codes.index(channel.value)).reshape(count, -1)
        for channel in channels
    ]
    return np.stack(parts) if parts else np.zeros((0, count, _SLOTS + 1), dtype=np.int64)


def _hashes(
    days: Sequence[_Day],
    channels: Sequence[Channel],
    shown: Ints,
    *,
    edged: npt.NDArray[np.bool_],
    derived: tuple[Ints, Marks],
) -> Iterator[bytes]:
    """See `CanonicalBlock.content_hash`: a day is what it was when it was written."""
    codes = json.dumps([channel.value for channel in channels], separators=(",", ":"))
    firsts, lasts = shown[:, :, 0].T.tolist(), shown[:, :, -1].T.tolist()
    unknown = json.dumps([None] * len(channels), separators=(",", ":"))
    raw, quality = np.ascontiguousarray(derived[0].transpose(1, 0, 2), dtype="<i8"), derived[1]
    for place, (one, has_edge) in enumerate(zip(days, edged.tolist(), strict=True)):
        first = str(firsts[place]).replace(" ", "") if has_edge else unknown
        last = str(lasts[place]).replace(" ", "")
        head = f"[{RULE_VERSION},{one.day},{NOMINAL_MIN},{codes},{first},{last},{one.text}]"
        content = hashlib.blake2b(head.encode(), digest_size=16)
        content.update(raw[place])
        content.update(quality[place])
        yield content.digest()


def _alike(others: Mapping[int, set[int]]) -> Iterator[tuple[list[int], list[int]]]:
    """Points that lack the same days are asked for together."""
    found: dict[tuple[int, ...], list[int]] = {}
    for point_id, days in others.items():
        found.setdefault(tuple(sorted(days)), []).append(point_id)
    for lacking, some in found.items():
        yield some, list(lacking)


def _lay_one(found: LaidMonths, key: tuple[int, int], held: HeldDay) -> None:
    point_id, day = key
    if held.block.period_min != NOMINAL_MIN:
        found.left.add(point_id)
        return
    at = (found.point_ids.index(point_id), day - found.days.start)
    for channel in ACTIVE:
        found.wh[channel][at] = primary(held.block, channel).wh
    found.marks[at] = held.block.quality
    found.known_s[at] = int(naive(held.known_since).astype(np.int64))
