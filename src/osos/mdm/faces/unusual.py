"""What ran when nothing was at work, and when was far more used than days of its type use (P-9)?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from osos.mdm.derive.forecasting import DayType, day_type
from osos.mdm.faces.day_grids import CELLS, DayGrid
from osos.quantities import Interval, local_midnight

CELL = timedelta(minutes=15)
BASE_SHARE = 0.05  # the lowest twentieth of quarter hours: what runs when nothing is at work
BASE_DAYS = 7  # of quarter hours known, to know what that is
FEWEST_DAYS = 3  # of a day's type, to know what is usual
UNUSUAL_TIMES, UNUSUAL_SHARE, UNUSUAL_CELLS = 1.6, 0.15, 12  # against the usual, of the peak, in a row


@dataclass(frozen=True, slots=True, kw_only=True)
class Unexpected:
    """A stretch of one day far above the usual; `over` by quarter hours, in W."""

    grid: DayGrid
    first: int  # cell
    over: tuple[int, ...]
    usual: tuple[float, ...]  # what days of its type draw at that time
    peak_w: int  # of the month

    @property
    def wh(self) -> int:
        return sum(self.over) // 4

    @property
    def span(self) -> Interval:
        start = local_midnight(self.grid.day) + self.first * CELL
        return Interval(start, start + len(self.over) * CELL)


def base_w(grids: Mapping[date, DayGrid]) -> int | None:
    """What the lowest twentieth of the quarter hours known does not pass; None: too few, or nothing runs."""
    known = sorted(w for grid in grids.values() for w in grid.watts if w is not None)
    if len(known) < BASE_DAYS * CELLS:
        return None
    return known[base_place(len(known))] or None


def base_place(count: int) -> int:
    """Which one of so many quarter hours in the order of their power, from 0."""
    return int(count * BASE_SHARE)


def unexpected(grids: Mapping[date, DayGrid]) -> Unexpected | None:
    """The greatest stretch far above what days of its type use at that time."""
    peak = max((w for grid in grids.values() for w in grid.watts if w is not None), default=0)
    found = [
        (sum(over[first:end]), grid.day, first, end, grid, over, usual)
        for days in _by_type(grids).values()
        if len(days) >= FEWEST_DAYS
        for usual in [_usual(days)]
        for grid in days
        for over in [_over(grid, usual, peak)]
        for first, end in runs([each > 0 for each in over])
        if end - first >= UNUSUAL_CELLS
    ]
    if not found:
        return None
    *_, first, end, grid, over, usual = max(found, key=lambda one: one[:4])
    return Unexpected(
        grid=grid, first=first, over=tuple(over[first:end]), usual=tuple(usual[first:end]), peak_w=peak
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


def runs(marks: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """First and end of each stretch of yes."""
    end = 0
    while True in marks[end:]:
        first = marks.index(True, end)
        end = marks.index(False, first) if False in marks[first:] else len(marks)
        yield first, end
