"""What in this month is worth a reader's attention?

Each rule says what it saw in figures; none says why, for that nobody here knows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median

from osos.mdm.derive.forecasting import DayType, day_type
from osos.portal.slots import CELLS, DayGrid
from osos.quantities import Interval, Quality, local_day, local_midnight

CELL = timedelta(minutes=15)
MOST = 4  # more would be a list, not a hint
BASE_SHARE = 0.05  # the lowest twentieth of quarter hours: what runs when nothing is at work
FEWEST_DAYS = 3  # of a day's type, to know what is usual
UNUSUAL_TIMES, UNUSUAL_SHARE, UNUSUAL_CELLS = 1.6, 0.15, 12  # against the usual, of the peak, in a row


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """A message's id and its facts; `more` is a second, quieter line."""

    kind: str  # bad, warn, info
    text: str
    facts: Mapping[str, object]
    more: str = ""
    screen: str = ""
    query: Mapping[str, str] = field(default_factory=dict)


def noticed(grids: Mapping[date, DayGrid]) -> tuple[Noticed, ...]:
    """Of a month's days, the gravest first."""
    found = [*_unusual(grids), *_not_measured(grids), *_base_load(grids)]
    return tuple(found[:MOST])


def not_measured(grids: Mapping[date, DayGrid], quality: Quality) -> list[Interval]:
    """The stretches of this quality, in the order of time."""
    found: list[Interval] = []
    for day, grid in grids.items():
        for first, end in _runs([each is quality for each in grid.quality]):
            start = local_midnight(day) + first * CELL
            if found and found[-1].end == start:
                start = found.pop().start
            found.append(Interval(start, local_midnight(day) + end * CELL))
    return found


def _not_measured(grids: Mapping[date, DayGrid]) -> Iterator[Noticed]:
    for quality in (Quality.SUSPECT, Quality.ESTIMATED, Quality.MISSING):
        spans = not_measured(grids, quality)
        if not spans:
            continue
        name, latest = quality.name.lower(), spans[-1]
        yield Noticed(
            kind="info" if quality is Quality.ESTIMATED else "warn",
            text=f"overview.{name}",
            facts={"span": latest, "n": len(spans), "cells": latest.length // CELL},
            more=f"overview.{name}.more",
            screen="hourly",
            query=_days(latest),
        )


def _base_load(grids: Mapping[date, DayGrid]) -> Iterator[Noticed]:
    known = sorted(w for grid in grids.values() for w in grid.watts if w is not None)
    if len(known) < 7 * CELLS:
        return
    base = known[int(len(known) * BASE_SHARE)]
    if base > 0:
        facts = {"w": base, "wh": base * 24 * 30}
        yield Noticed(kind="info", text="overview.base", facts=facts, more="overview.base.more")


def _unusual(grids: Mapping[date, DayGrid]) -> Iterator[Noticed]:
    """The greatest stretch far above what days of its type use at that time."""
    peak = max((w for grid in grids.values() for w in grid.watts if w is not None), default=0)
    found = [
        (sum(over[first:end]), grid.day, first, end)
        for days in _by_type(grids).values()
        if len(days) >= FEWEST_DAYS
        for usual in [_usual(days)]
        for grid in days
        for over in [_over(grid, usual, peak)]
        for first, end in _runs([each > 0 for each in over])
        if end - first >= UNUSUAL_CELLS
    ]
    if found:
        watts, day, first, end = max(found)
        start = local_midnight(day)
        span = Interval(start + first * CELL, start + end * CELL)
        yield Noticed(
            kind="warn",
            text="overview.unusual",
            facts={"span": span, "wh": watts // 4},
            more="overview.unusual.more",
            screen="profile",
            query=_days(span),
        )


def _by_type(grids: Mapping[date, DayGrid]) -> Mapping[DayType, list[DayGrid]]:
    found: dict[DayType, list[DayGrid]] = {}
    for day, grid in grids.items():
        found.setdefault(day_type(day), []).append(grid)
    return found


def _usual(days: Sequence[DayGrid]) -> list[float]:
    """The middle of what days of one type drew in each quarter hour."""
    columns = ([grid.watts[n] for grid in days] for n in range(CELLS))
    return [median([w for w in column if w is not None] or [0]) for column in columns]


def _over(grid: DayGrid, usual: Sequence[float], peak: int) -> list[int]:
    return [
        int(w - usual[n]) if w is not None and w > UNUSUAL_TIMES * usual[n] + UNUSUAL_SHARE * peak else 0
        for n, w in enumerate(grid.watts)
    ]


def _runs(marks: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """First and end of each stretch of yes."""
    end = 0
    while True in marks[end:]:
        first = marks.index(True, end)
        end = marks.index(False, first) if False in marks[first:] else len(marks)
        yield first, end


def _days(span: Interval) -> dict[str, str]:
    first, last = (local_day(at).isoformat() for at in (span.start, span.end - CELL))
    return {"from": first, "to": last}
