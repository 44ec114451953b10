"""When does the meter's clock jump by itself? (M-96…M-99)"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from osos.simulator.meter.moment import stamp, wall_second
from osos.simulator.meter.seams import SOUND, Seams

if TYPE_CHECKING:
    from osos.simulator.meter.settings import Settings

PERIODS = 12
LEAST_MIN, MOST_MIN = 15, 120  # of a shift (M-55)
_FORM = re.compile(r"([+-])([0-9]{2}):([0-9]{2}),([0-9-]{8},[0-9:]{5});([0-9-]{8},[0-9:]{5})")


@dataclass(frozen=True, slots=True)
class SummerTime:
    """One period: by how many minutes, and the wall minutes of the way there and the way back."""

    shift_min: int
    forward: int
    back: int

    @property
    def text(self) -> str:
        hours, minutes = divmod(abs(self.shift_min), 60)
        sign = "-" if self.shift_min < 0 else "+"
        return f"{sign}{hours:02d}:{minutes:02d},{stamp(self.forward)};{stamp(self.back)}"


def default_periods(first_year: int) -> tuple[SummerTime, ...]:
    """Last Sunday of March 03:00 to last Sunday of October 04:00, from the production year on (M-96)."""
    return tuple(
        SummerTime(60, _last_sunday(year, 3, hour=3), _last_sunday(year, 10, hour=4))
        for year in range(first_year, first_year + PERIODS)
    )


def _last_sunday(year: int, month: int, *, hour: int) -> int:
    last = date(year, month, 31)  # March and October, the only two asked for
    day = last - timedelta(days=last.isoweekday() % 7)
    return wall_second(datetime(day.year, day.month, day.day, hour)) // 60  # noqa: DTZ001  # a wall clock


def parsed(argument: str) -> SummerTime | None:
    """`+01:00,26-03-29,03:00;26-10-25,04:00`; None: refused (M-55)."""
    found = _FORM.fullmatch(argument)
    forward, back = (_minute(found[4]), _minute(found[5])) if found else (None, None)
    if not found or forward is None or back is None or int(found[3]) > 59:
        return None
    size = int(found[2]) * 60 + int(found[3])
    if not LEAST_MIN <= size <= MOST_MIN or back <= forward:
        return None
    return SummerTime(-size if found[1] == "-" else size, forward, back)


def _minute(text: str) -> int | None:
    try:
        shown = datetime.strptime(f"20{text}", "%Y-%m-%d,%H:%M")  # noqa: DTZ007  # a meter's clock knows no zone
    except ValueError:
        return None
    return wall_second(shown) // 60 if shown.strftime("%y-%m-%d,%H:%M") == text else None


def in_force(settings: "Settings", wall_s: int) -> int | None:
    """The period a clock just set stands in: only its way back is still to come (M-98)."""
    if not settings.summer_on:
        return None
    for number, period in enumerate(settings.summer):
        if period.forward * 60 <= wall_s < period.back * 60:
            return number
    return None


def jumps(settings: "Settings", second: int, seams: Seams = SOUND) -> "list[tuple[int, Settings]]":
    """All jumps to come if nothing is done to the meter: powered or not, seconds kept (M-97)."""
    found: list[tuple[int, Settings]] = []
    done: set[int] = set()
    while seams.through("summer_on", settings.summer_on, settings) and (
        settings.clock_runs and not settings.clock_fault
    ):
        following = _next_jump(settings, second, done, seams)
        if following is None:
            break
        second, settings = following
        found.append(following)
    return found


def _next_jump(
    settings: "Settings", second: int, done: set[int], seams: Seams
) -> "tuple[int, Settings] | None":
    wall_s = second + settings.offset_s
    number = settings.summer_in_force
    if number is not None:  # a way back that was jumped over is gone at once
        period = settings.summer[number]
        done.add(number)
        shift_s, at_s, after = -period.shift_min * 60, period.back * 60, None
    else:
        waiting = [
            (period.forward, n)
            for n, period in enumerate(settings.summer)
            if period.forward * 60 > wall_s and n not in done
        ]
        if not waiting:
            return None
        after = min(waiting)[1]
        period = settings.summer[after]
        shift_s, at_s = period.shift_min * 60, period.forward * 60
        done.add(after)
    way = "back" if after is None else "forward"
    shift_s = seams.through("jump", shift_s, way, settings.summer.index(period), settings)
    jumped = replace(settings, offset_s=settings.offset_s + shift_s, summer_in_force=after)
    return max(second, at_s - settings.offset_s), jumped
