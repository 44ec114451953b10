"""How much energy, how complete, which profile?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Row, select

from osos.mdm import points
from osos.mdm.canonical import CanonicalBlock, Channel
from osos.mdm.keeping import known_on as past
from osos.mdm.labels import DAY_MIN, NOMINAL_MIN, Ints, days_of_period, edge_of_day, instant_of_label
from osos.mdm.points import COLUMN_OF, HeldDay
from osos.mdm.tables import canonical_blocks
from osos.quantities import Interval, Quality

_AT_ONCE = 400
_BY_NAME = {
    "A+": Channel.A_PLUS,
    "A-": Channel.A_MINUS,
    "Q1": Channel.Q1,
    "Q2": Channel.Q2,
    "Q3": Channel.Q3,
    "Q4": Channel.Q4,
} | {channel.value: channel for channel in Channel}


@dataclass(frozen=True, slots=True)
class Completeness:
    """Slots of a period: how many there should be, how many are known, how many of these are suspect."""

    expected: int
    stored: int
    suspect: int

    @property
    def missing(self) -> int:
        return self.expected - self.stored


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """The slots of a point in a period that have a block, in the order of time."""

    starts: npt.NDArray[np.datetime64]  # UTC, seconds
    period_min: npt.NDArray[np.int16]
    energies: Mapping[Channel, Ints]  # secondary Wh or varh; 0 where missing
    quality: npt.NDArray[np.uint8]  # Quality.mark
    multiplier: npt.NDArray[np.object_]  # Decimal of the meter at that time, None in an exchange's slot


def channel_named(name: str | Channel) -> Channel:
    """`A+` or `1.8.0`."""
    return _BY_NAME[str(name)]


def energy_wh(
    conn: Connection,
    *,
    point_ids: Iterable[int],
    period: Interval,
    channel: str | Channel = Channel.A_PLUS,
    known_on: datetime | None = None,
) -> dict[int, int]:
    """Secondary Wh (varh) of each point: all known slots wholly inside the period; nothing known: 0.

    `known_on`: as it was known at that instant (D-3); today's knowledge without it.
    """
    wanted, which = list(dict.fromkeys(point_ids)), channel_named(channel)
    sums = dict.fromkeys(wanted, 0)
    whole, cut = _whole_days(period, known_on)
    for row in _rows(conn, wanted, whole):
        sums[row.point_id] += row._mapping[COLUMN_OF[which]] or 0
    for (point_id, _), held in _load(conn, wanted, cut, known_on).items():
        if which in held.block.channels:
            inside = _inside(held.block, period)
            sums[point_id] += int(held.block.energies[held.block.channels.index(which)][inside].sum())
    return sums


def primary_wh(
    conn: Connection,
    *,
    point_id: int,
    period: Interval,
    channel: str | Channel = Channel.A_PLUS,
    known_on: datetime | None = None,
) -> Decimal:
    """What passed the point itself: each slot times the multiplier of its meter (D-30)."""
    which = channel_named(channel)
    total = Decimal(0)
    for held in _load(conn, [point_id], days_of_period(period), known_on).values():
        block = held.block
        if which not in block.channels:
            continue
        energies = np.where(_inside(block, period), block.energies[block.channels.index(which)], 0)
        for segment in block.segments:
            own = int(energies[segment.from_slot : segment.until_slot].sum())
            total += own * segment.multiplier
    return total


def completeness(
    conn: Connection, *, point_ids: Iterable[int], period: Interval, known_on: datetime | None = None
) -> dict[int, Completeness]:
    """Of each point; days without any block count with quarter hours."""
    wanted = list(dict.fromkeys(point_ids))
    whole, cut = _whole_days(period, known_on)
    counts = {point_id: np.zeros(3, dtype=np.int64) for point_id in wanted}
    there: set[tuple[int, int]] = set()
    for row in _rows(conn, wanted, whole):
        expected = DAY_MIN // row.period_min
        counts[row.point_id] += (expected, expected - row.missing, row.suspect)
        there.add((row.point_id, row.day))
    for key, held in _load(conn, wanted, cut, known_on).items():
        marks = held.block.quality[_inside(held.block, period)]
        known = int((marks != Quality.MISSING.mark).sum())
        counts[key[0]] += (marks.size, known, int((marks == Quality.SUSPECT.mark).sum()))
        there.add(key)
    for point_id in wanted:
        absent = [day for day in (*whole, *cut) if (point_id, day) not in there]
        counts[point_id][0] += sum(_slots_inside(day, period) for day in absent)
    return {point_id: Completeness(*(int(n) for n in found)) for point_id, found in counts.items()}


def profile(
    conn: Connection, *, point_id: int, period: Interval, known_on: datetime | None = None
) -> Profile:
    """Every slot wholly inside the period of the days that have a block."""
    held = _load(conn, [point_id], days_of_period(period), known_on)
    blocks = [held[key].block for key in sorted(held)]
    inside = [_inside(block, period) for block in blocks]
    parts = list(zip(blocks, inside, strict=True))
    return Profile(
        starts=_joined([_starts(block)[own] for block, own in parts], "datetime64[s]"),
        period_min=_joined([np.full(own.sum(), block.period_min) for block, own in parts], "int16"),
        energies={c: _joined([_energies(block, c)[own] for block, own in parts], "int64") for c in Channel},
        quality=_joined([block.quality[own] for block, own in parts], "uint8"),
        multiplier=_joined([_multipliers(block)[own] for block, own in parts], "object"),
    )


def _load(
    conn: Connection, point_ids: Iterable[int], days: Iterable[int], known_on: datetime | None
) -> Mapping[tuple[int, int], HeldDay]:
    if known_on is None:
        return points.load(conn, point_ids=point_ids, days=days)
    return past.load(conn, point_ids=point_ids, days=days, known_on=known_on)


def _joined(parts: list[npt.NDArray[Any]], kind: str) -> npt.NDArray[Any]:
    return np.concatenate(parts).astype(kind) if parts else np.zeros(0, dtype=kind)


def _starts(block: CanonicalBlock) -> npt.NDArray[np.datetime64]:
    first = np.datetime64(instant_of_label(edge_of_day(block.day)).replace(tzinfo=None), "s")
    starts: npt.NDArray[np.datetime64] = first + np.arange(block.quality.size) * np.timedelta64(
        block.period_min * 60, "s"
    )
    return starts


def _energies(block: CanonicalBlock, channel: Channel) -> Ints:
    if channel not in block.channels:
        return np.zeros(block.quality.size, dtype=np.int64)
    row: Ints = block.energies[block.channels.index(channel)]
    return row


def _multipliers(block: CanonicalBlock) -> npt.NDArray[np.object_]:
    found: npt.NDArray[np.object_] = np.full(block.quality.size, None, dtype=object)
    for segment in block.segments:
        found[segment.from_slot : segment.until_slot] = segment.multiplier
    return found


def _inside(block: CanonicalBlock, period: Interval) -> npt.NDArray[np.bool_]:
    starts = _starts(block)
    ends = starts + np.timedelta64(block.period_min * 60, "s")
    inside: npt.NDArray[np.bool_] = (starts >= _naive(period.start)) & (ends <= _naive(period.end))
    return inside


def _naive(instant: datetime) -> np.datetime64:
    return np.datetime64(instant.replace(tzinfo=None), "us")


def _slots_inside(day: int, period: Interval) -> int:
    first = instant_of_label(edge_of_day(day))
    last = instant_of_label(edge_of_day(day) + DAY_MIN)
    common = Interval(first, last).overlap(period)
    return 0 if common is None else int(common.length.total_seconds() // (NOMINAL_MIN * 60))


def _whole_days(period: Interval, known_on: datetime | None = None) -> tuple[list[int], list[int]]:
    """Days that lie wholly in the period, answered by their columns, and those that it cuts.

    What was known on a past date no column tells: then every day is looked into.
    """
    if known_on is not None:
        return [], list(days_of_period(period))
    whole: list[int] = []
    cut: list[int] = []
    for day in days_of_period(period):
        starts, ends = instant_of_label(edge_of_day(day)), instant_of_label(edge_of_day(day) + DAY_MIN)
        (whole if period.start <= starts and ends <= period.end else cut).append(day)
    return whole, cut


def _rows(conn: Connection, point_ids: list[int], days: list[int]) -> list[Row[tuple[object, ...]]]:
    c = canonical_blocks.c
    columns = (
        c.point_id,
        c.day,
        c.period_min,
        c.suspect,
        c.missing,
        *(c[name] for name in COLUMN_OF.values()),
    )
    found: list[Row[tuple[object, ...]]] = []
    for start in range(0, len(point_ids), _AT_ONCE):
        for first in range(0, len(days), _AT_ONCE):
            query = select(*columns).where(
                c.day.in_(days[first : first + _AT_ONCE]), c.point_id.in_(point_ids[start : start + _AT_ONCE])
            )
            found += conn.execute(query).all()
    return found
