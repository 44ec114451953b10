"""When were the covers opened, and how does each month remember it? (M-121…M-126)"""

from dataclasses import dataclass

from osos.simulator.meter.closings import Closing
from osos.simulator.meter.moment import stamp
from osos.simulator.meter.spans import Span, began, changes_to
from osos.simulator.meter.timeline import Change, Timeline


@dataclass(frozen=True, slots=True)
class Opening:
    second: int
    minute: int | None


@dataclass(frozen=True, slots=True)
class CoverMonth:
    """96.71: the first opening of the month and the number of openings."""

    minute: int | None = None
    count: int = 0

    @property
    def text(self) -> str:
        return f"({stamp(self.minute)})({min(self.count, 99):02d})"


def terminal_openings(timeline: Timeline, second: int, *, shelf_left_s: int | None) -> list[Opening]:
    """In shelf mode nothing is recorded; a cover open when it is left is recorded then (M-121)."""
    if shelf_left_s is None:
        return []
    found = [
        Opening(change.second, change.minute)
        for change in changes_to(timeline, second)
        if change.after.rig.terminal_open and not change.before.rig.terminal_open
        if change.second > shelf_left_s
    ]
    leaving = timeline.at(shelf_left_s)
    if leaving.rig.terminal_open:
        minute = None if leaving.clock_fault else (shelf_left_s + leaving.offset_s) // 60
        found.insert(0, Opening(shelf_left_s, minute))
    return found


def cover_month(
    timeline: Timeline, openings: list[Opening], *, after: Closing | None, upto_s: int, left_s: int | None
) -> CoverMonth:
    """The month from one closing on: open when it began → its first moment and 01 (M-124)."""
    found = CoverMonth()
    if after and left_s is not None and left_s < after.second and timeline.at(after.second).rig.terminal_open:
        found = CoverMonth(after.wall_minute, 1)
    start_s = after.second if after else 0
    within = [one for one in openings if start_s < one.second <= upto_s]
    if not within:
        return found
    first = found.minute if found.count else within[0].minute
    return CoverMonth(first, found.count + len(within))


def spans_of(timeline: Timeline, second: int, *, name: str) -> list[Span]:
    """gen3: every opening with its closing, oldest first (M-125, M-126); `terminal_open` or `top_open`."""
    rows: list[Span] = []
    for change in changes_to(timeline, second):
        rows = _followed(rows, change, name)
    return rows


def _followed(rows: list[Span], change: Change, name: str) -> list[Span]:
    was, now = getattr(change.before.rig, name), getattr(change.after.rig, name)
    if now and not was:
        return [*rows, began(change)]
    if was and not now and rows:
        return [*rows[:-1], rows[-1].ended(change)]
    return rows
