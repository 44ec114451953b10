"""When did a month end in this meter, by its clock or by hand?"""

from dataclasses import dataclass
from datetime import datetime

from osos.simulator.meter.moment import wall, wall_second
from osos.simulator.meter.settings import Settings
from osos.simulator.meter.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Closing:
    """One demand reset: registers and maxima of this second went to row *1 (M-70, M-72)."""

    second: int
    wall_minute: int


def closings(timeline: Timeline, upto_s: int) -> list[Closing]:
    """All closings up to this second, oldest first.

    A month ends only where the running clock passes 00:00 of the first; setting it over does nothing (M-71).
    """
    by_hand = timeline.at(upto_s).resets
    found = [
        Closing(second, (second + timeline.at(second).offset_s) // 60)
        for second in by_hand
        if second <= upto_s
    ]
    closed_by_hand = [_month(wall(closing.wall_minute * 60)) for closing in found]
    reached_s, clock = 0, None  # how far this clock came: a jump back passes no midnight twice
    for run in timeline.runs(upto_s, key=_clock):
        offset, set_s = run.settings.offset_s, run.settings.clock_from_s
        if set_s != clock:
            reached_s, clock = run.start_s + offset, set_s
        for first in [] if run.settings.clock_fault else _firsts(reached_s, run.end_s + offset):
            if _month_before(first) not in closed_by_hand:
                passed_s = max(wall_second(first) - offset, run.start_s)  # a jump may pass it too
                found.append(Closing(passed_s, wall_second(first) // 60))
        reached_s = max(reached_s, run.end_s + offset)
    return sorted(found, key=lambda closing: closing.second)


def _clock(settings: Settings) -> tuple[int, int]:
    return settings.clock_from_s, settings.offset_s


def _firsts(after_wall_s: int, upto_wall_s: int) -> list[datetime]:
    """Each first of a month 00:00 that lies in `(after, upto]`."""
    shown = wall(after_wall_s)
    first, found = _next_month(shown), []
    while wall_second(first) <= upto_wall_s:
        found.append(first)
        first = _next_month(first)
    return found


def _next_month(shown: datetime) -> datetime:
    year, month = divmod(shown.year * 12 + shown.month, 12)
    return datetime(year, month + 1, 1)  # noqa: DTZ001  # a meter's clock knows no zone


def _month(shown: datetime) -> tuple[int, int]:
    return shown.year, shown.month


def _month_before(first: datetime) -> tuple[int, int]:
    return (first.year - 1, 12) if first.month == 1 else (first.year, first.month - 1)
