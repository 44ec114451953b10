"""Which days about a hole must be seen with it, and what is known of each before anything is filled?

A hole at midnight has its ends on the days beside it, and one that reaches over midnight goes on there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, select

from osos.mdm import said
from osos.mdm.canonical import PROFILE, CanonicalBlock, Channel, Installed, Said
from osos.mdm.estimates.finding import Bare
from osos.mdm.keeping import decision_rows
from osos.mdm.keeping.completing import before_filling
from osos.mdm.keeping.decisions import Decision, Kind, in_force
from osos.mdm.keeping.tables import decisions
from osos.mdm.labels import DAY_MIN, PERIODS_MIN, Ints
from osos.mdm.periods import kept_period, shown_step
from osos.mdm.tables import canonical_blocks
from osos.quantities import Quality

REACH_DAYS = 62  # chosen: a hole of more than two months is found in pieces


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The days around the period, bare, with what was decided about them."""

    said: Said
    bare: Mapping[int, Bare]
    decided: Mapping[int, Sequence[Decision]]


def days_not_whole(conn: Connection, point_id: int, days: range) -> set[int]:
    """The days that miss something, or of which something was decided; the others need no look."""
    if not days:
        return set()
    c, d = canonical_blocks.c, decisions.c
    whole = select(c.day).where(c.point_id == point_id, c.day.in_(days), c.missing == 0)
    decided = select(d.day).where(d.point_id == point_id, d.day.between(days[0], days[-1])).distinct()
    return set(days) - set(conn.scalars(whole)) | set(conn.scalars(decided))


def ground_of(
    conn: Connection, point_id: int, installed: Sequence[Installed], days: Iterable[int], due: int
) -> Ground:
    """The period's days, and those before and after into which a hole reaches."""
    wanted, meters = set(days), {one.meter_id for one in installed}
    blocks: dict[tuple[int, int], object] = {}
    bare: dict[int, Bare] = {}
    decided: dict[int, list[Decision]] = {}
    new, most = set(wanted), len(wanted) + REACH_DAYS
    while new:
        keys = {(meter, day) for meter in meters for one in new for day in (one - 1, one)} - blocks.keys()
        blocks |= {key: one.block for key, one in said.load(conn, profile=PROFILE, keys=keys).items()}
        decided |= decision_rows.load(conn, point_id=point_id, days=new)
        for day in new:
            found = bare_of(day, installed, blocks, decided.get(day, ()))  # type: ignore[arg-type]  # said blocks, by key
            if found is not None:
                bare[day] = found
        new = (_beyond(bare, due) - wanted) or (_beside(bare) - wanted)
        new = new if len(wanted) < most else set()
        wanted |= new
    return Ground(blocks, bare, decided)  # type: ignore[arg-type]  # the same


def bare_of(
    day: int, installed: Sequence[Installed], blocks: Said, decided: Sequence[Decision]
) -> Bare | None:
    period = period_near(day, installed, blocks)
    undismissed = before_filling(day, installed=installed, said=blocks, period_min=period)
    block = before_filling(day, installed=installed, said=blocks, decisions=decided, period_min=period)
    if block is None or undismissed is None:
        return None
    by_hand = np.zeros(block.quality.size, dtype=bool)
    edited: dict[Channel, Ints] = {}
    for one in in_force(decided):
        if one.kind is Kind.EDIT and one.period_min == block.period_min:
            by_hand[one.slots] = True
            for place, channel in enumerate(one.channels):
                row = edited.setdefault(channel, np.zeros(block.quality.size, dtype=np.int64))
                row[one.slots] = one.values[place]
    dismissed = (block.quality == Quality.MISSING.mark) & (undismissed.quality != Quality.MISSING.mark)
    return Bare(block, dismissed, by_hand, edited)


def period_near(day: int, installed: Sequence[Installed], blocks: Said) -> int:
    """The slot length that the meters kept to on the nearest day before or after of which they told.

    Where none told enough to be sure, the length it shows: a hole that reaches over both days is one hole.
    """
    meters = {one.meter_id for one in installed}
    near = [
        (abs(told_day - day), told_day, block.labels)
        for (meter_id, told_day), block in blocks.items()
        if meter_id in meters
    ]
    kept = [(*when, period) for *when, labels in near if (period := kept_period(labels)) is not None]
    seen = [(*when, period) for *when, labels in near if (period := shown_step(labels)) is not None]
    return min(kept or seen, default=(PERIODS_MIN[0],))[-1]


def _beside(bare: Mapping[int, Bare]) -> set[int]:
    """The days next to a hole at midnight: their slots are the ends of a straight line."""
    before = {day - 1 for day, one in bare.items() if one.missing[0]}
    return before | {day + 1 for day, one in bare.items() if one.missing[-1]}


def _beyond(bare: Mapping[int, Bare], due: int) -> set[int]:
    """The days before and after, into which a hole goes on."""
    found: set[int] = set()
    for day, one in bare.items():
        if one.missing[0] and not _has_edge(one.block, first=True):
            found.add(day - 1)
        if one.missing[-1] and (day + 1) * DAY_MIN < due and not _has_edge(one.block, first=False):
            found.add(day + 1)
    return found


def _has_edge(block: CanonicalBlock, *, first: bool) -> bool:
    known = block.first_index if first else block.last_index
    return any(index is not None for index in known)
