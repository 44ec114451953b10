"""What is there for a method to look at, when a hole of this point is to be filled?"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
from sqlalchemy import Connection, or_, select

from osos import registry
from osos.mdm import points
from osos.mdm.canonical import CanonicalBlock, Channel, Installed, Said
from osos.mdm.estimates.history import History, PastDay
from osos.mdm.estimates.hole import Hole
from osos.mdm.estimates.ladder import Given
from osos.mdm.estimates.last_year import YEAR_DAYS
from osos.mdm.estimates.re_read import Asked
from osos.mdm.estimates.reference_days import BACK_DAYS, references
from osos.mdm.estimates.similar_points import Similar
from osos.mdm.estimates.standard_profile import Standard
from osos.mdm.estimates.straight_line import EndPoint
from osos.mdm.keeping.clocks import Clock, Flags
from osos.mdm.keeping.tables import check_points, interruptions, storms
from osos.mdm.labels import DAY_MIN, date_of_day, day_of_label, edge_of_day, instant_of_label
from osos.mdm.tables import gaps
from osos.quantities import Interval, Quality

_ALL_PHASES = ("96.77.0", "96.77.00")
_ONLY_PHASE = ("96.77.1", "96.77.10")


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """What other rooms know: areas of the point, its standard profile, points like it."""

    areas: tuple[str, ...] = ()
    standard: Callable[[Hole], Standard | None] = field(default=lambda _: None)
    similar: Callable[[Hole], tuple[Similar, ...]] = field(default=lambda _: ())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Desk:
    """One point's facts, read once for all its holes."""

    point_id: int
    now: datetime
    installed: Sequence[Installed]
    said: Said
    bare: Mapping[int, CanonicalBlock]  # the days asked for, nothing put in
    history: History
    interrupted: Mapping[int, tuple[Interval, ...]]  # by meter
    aid: Help


def lay_out(
    conn: Connection,
    *,
    point_id: int,
    now: datetime,
    installed: Sequence[Installed],
    said: Said,
    bare: Mapping[int, CanonicalBlock],
    aid: Help,
) -> Desk:
    """Read what the methods may need: nine weeks back, the same days last year, interruptions."""
    interrupted = _interruptions(conn, {one.meter_id for one in installed})
    return Desk(
        point_id=point_id,
        now=now,
        installed=installed,
        said=said,
        bare=bare,
        history=_history(conn, point_id, bare, interrupted),
        interrupted=interrupted,
        aid=aid,
    )


def given_for(conn: Connection, desk: Desk, hole: Hole, *, everything: bool = False) -> Given:
    """The facts about one hole; other points are asked only where its own past does not tell."""
    asks_others = everything or references(hole, desk.history) is None
    period = Interval(instant_of_label(hole.first_label), instant_of_label(hole.last_label))
    check_point, primary = _check(conn, desk.point_id, hole, period)
    off = desk.interrupted.get(hole.meter_id, ())
    return Given(
        now=desk.now,
        asked=_asked(conn, desk, hole),
        storm=_storm(conn, desk.aid.areas, period, desk.now),
        clock_failed=_clock_failed(desk.installed, hole),
        check_point=check_point,
        check_primary=primary,
        interruptions=tuple(one for one in off if one.overlap(period) is not None),
        before=_end_point(desk, hole, hole.first_label),
        after=_end_point(desk, hole, hole.last_label + hole.period_min),
        history=desk.history,
        standard=desk.aid.standard(hole) if asks_others else None,
        similar=desk.aid.similar(hole) if asks_others else (),
    )


def _asked(conn: Connection, desk: Desk, hole: Hole) -> Asked:
    here = (gaps.c.meter_id == hole.meter_id) & (gaps.c.point_id == desk.point_id)
    inside = (gaps.c.first_label <= hole.last_label) & (gaps.c.last_label >= hole.first_label)
    told = list(conn.scalars(select(gaps.c.answered_empty).where(here, inside, gaps.c.closed_at.is_(None))))
    here_now = any(one.meter_id == hole.meter_id and one.until is None for one in desk.installed)
    return Asked(answered_empty=bool(told) and min(told) > 0, may_be_asked=here_now)


def _storm(conn: Connection, areas: Iterable[str], period: Interval, now: datetime) -> bool:
    """Whether an area of the point is out in this time, or still is."""
    named = list(areas)
    if not named:
        return False
    still = or_(storms.c.until.is_(None), storms.c.until > now)
    query = select(storms.c.since).where(
        storms.c.area.in_(named), storms.c.since < period.end, storms.c.since <= now, still
    )
    return conn.execute(query.limit(1)).first() is not None


def _clock_failed(installed: Sequence[Installed], hole: Hole) -> bool:
    regimes = [regime for one in installed if one.meter_id == hole.meter_id for regime in one.clocks]
    begun = [regime for regime in regimes if regime.since < instant_of_label(hole.last_label)]
    return bool(begun) and max(begun, key=lambda one: one.since).clock is Clock.WRONG


def _end_point(desk: Desk, hole: Hole, label: int) -> EndPoint | None:
    """The slot that ends with this label, if it was measured."""
    day = day_of_label(label)
    block = desk.bare.get(day)
    if block is None or block.period_min != hole.period_min:
        return None
    slot = (label - edge_of_day(day)) // hole.period_min - 1
    if block.quality[slot] != Quality.MEASURED.mark:
        return None
    energies = {c: int(block.energies[row, slot]) for row, c in enumerate(block.channels)}
    own = Interval(instant_of_label(label - hole.period_min), instant_of_label(label))
    failed = any(one.overlap(own) is not None for one in desk.interrupted.get(hole.meter_id, ()))
    return EndPoint(energies, failed or _cut_short(desk.said, hole, label))


def _cut_short(said: Said, hole: Hole, label: int) -> bool:
    """A record between the grid's labels was written when power failed (M-105)."""
    block = said.get((hole.meter_id, day_of_label(label)))
    if block is None:
        return False
    inside = (block.labels > label - hole.period_min) & (block.labels < label)
    return bool(inside.any())


def _interruptions(conn: Connection, meter_ids: set[int]) -> dict[int, tuple[Interval, ...]]:
    """When no phase had power: by the lists of all phases; of a single-phase meter by its only one."""
    query = (
        select(interruptions.c.meter_id, interruptions.c.since, interruptions.c.until, interruptions.c.code)
        .where(interruptions.c.meter_id.in_(meter_ids))
        .order_by(interruptions.c.since)
    )
    rows = conn.execute(query).all()
    single = {
        row.meter_id
        for row in rows
        if row.code in _ONLY_PHASE and registry.kind_of(conn, row.meter_id) == "1p"
    }
    found: dict[int, tuple[Interval, ...]] = {}
    for row in rows:
        if row.code not in _ALL_PHASES and not (row.code in _ONLY_PHASE and row.meter_id in single):
            continue
        found[row.meter_id] = (*found.get(row.meter_id, ()), Interval(row.since, row.until))
    return found


def _history(
    conn: Connection,
    point_id: int,
    bare: Mapping[int, CanonicalBlock],
    interrupted: Mapping[int, tuple[Interval, ...]],
) -> History:
    first, last = min(bare), max(bare)
    days = {*range(first - BACK_DAYS, last + 1), *range(first - YEAR_DAYS, last - YEAR_DAYS + 1)}
    held = points.load(conn, point_ids=[point_id], days=days)
    off = [one for periods in interrupted.values() for one in periods]
    return {day: PastDay.of_block(one.block, out=_out(one.block, off)) for (_, day), one in held.items()}


def _out(block: CanonicalBlock, off: Iterable[Interval]) -> Flags:
    """The slots of a day in which power failed."""
    out = np.zeros(block.quality.size, dtype=bool)
    midnight, length = instant_of_label(edge_of_day(block.day)), timedelta(minutes=block.period_min)
    for one in off:
        first, last = (one.start - midnight) // length, -((midnight - one.end) // length)
        out[max(0, first) : max(0, last)] = True
    return out


def _check(
    conn: Connection, point_id: int, hole: Hole, period: Interval
) -> tuple[int | None, dict[Channel, list[Decimal | None]]]:
    """The check meter's primary energies in these slots."""
    query = select(check_points.c.check_point_id).where(
        check_points.c.point_id == point_id,
        check_points.c.since <= period.start,
        or_(check_points.c.until.is_(None), check_points.c.until >= period.end),
    )
    check = conn.scalar(query)
    if check is None:
        return None, {}
    places = hole.places()
    held = points.load(conn, point_ids=[check], days={day for day, _ in places})
    blocks = {day: one.block for (_, day), one in held.items() if one.block.period_min == hole.period_min}
    return check, {
        channel: [_primary(blocks.get(day), slot, channel) for day, slot in places]
        for channel in hole.channels
    }


def _primary(block: CanonicalBlock | None, slot: int, channel: Channel) -> Decimal | None:
    if block is None or channel not in block.channels or block.quality[slot] != Quality.MEASURED.mark:
        return None
    energy = int(block.energies[block.channels.index(channel), slot])
    return next((energy * s.multiplier for s in block.segments if s.from_slot <= slot < s.until_slot), None)


def span_words(hole: Hole) -> str:
    """For people: from when until when."""
    first, last = day_of_label(hole.first_label + 1), day_of_label(hole.last_label)
    minutes = [label % DAY_MIN for label in (hole.first_label, hole.last_label)]
    times = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in minutes]
    return f"{date_of_day(first).isoformat()} {times[0]} … {date_of_day(last).isoformat()} {times[1]}"
