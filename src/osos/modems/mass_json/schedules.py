"""When does a unit run which directive by itself?"""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from osos.modems.mass_json.members import Members
from osos.quantities import TURKIYE

DEFAULT_SPREAD_S = 900
_START = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


class BadSchedule(ValueError):
    """A schedule no unit could keep; the sender's fault, answered with 9422."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """X-27. Runs at `start` (the unit's wall) and every `every_minutes` after it, each day anew.

    A period of whole days (2880 …) runs on every second … day counted from 2000-01-01 (**chosen**).

    `day_of_month` 0 = any day; `traverse_hours` is how far back STARTDATE reaches; `spread_s` bounds a delay
    that differs from unit to unit and is always the same for one.
    """

    id: str
    directive: str
    meters: tuple[str, ...] = ("*",)
    start: str = "00:00"
    every_minutes: int = 1440
    day_of_month: int = 0
    traverse_hours: int = 24
    spread_s: int = DEFAULT_SPREAD_S
    enabled: bool = True


def parse_schedule(value: object) -> Schedule:
    """A schedule from its JSON form; absent members take their defaults. Raises BadSchedule."""
    members = Members(value, TURKIYE)
    name, directive = members.text("id"), members.text("directive")
    start = members.text("start") or "00:00"
    if not 1 <= len(name) <= 64 or not directive or not _START.fullmatch(start):
        raise BadSchedule(f"a schedule needs id, directive and a start hh:mm: {value!r}"[:200])
    enabled = members.flag("enabled")
    return Schedule(
        id=name,
        directive=directive,
        meters=tuple(str(serial) for serial in members.all("meters")) or ("*",),
        start=start,
        every_minutes=_within(members, "everyMinutes", 1440, 1, 44_640),
        day_of_month=_within(members, "dayOfMonth", 0, 0, 31),
        traverse_hours=_within(members, "traversHours", 24, 0, 24 * 400),
        spread_s=_within(members, "spreadSeconds", DEFAULT_SPREAD_S, 0, 86_400),
        enabled=True if enabled is None else enabled,
    )


def schedule_json(schedule: Schedule) -> dict[str, Any]:
    return {
        "id": schedule.id,
        "directive": schedule.directive,
        "meters": list(schedule.meters),
        "start": schedule.start,
        "everyMinutes": schedule.every_minutes,
        "dayOfMonth": schedule.day_of_month,
        "traversHours": schedule.traverse_hours,
        "spreadSeconds": schedule.spread_s,
        "enabled": schedule.enabled,
    }


def due_after(schedule: Schedule, moment: datetime, *, serial: str, zone: tzinfo = TURKIYE) -> datetime:
    """The first run strictly after `moment`, this unit's own spread included."""
    delay = timedelta(seconds=spread(schedule, serial))
    wall = (moment - delay).astimezone(zone)
    midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
    for day in range(_LOOK_AHEAD_DAYS):
        first = midnight + timedelta(days=day, minutes=_start_minute(schedule))
        if not _runs_on(schedule, first.date()):
            continue
        step = timedelta(minutes=schedule.every_minutes)
        run = first if first > wall else first + ((wall - first) // step + 1) * step
        if run.date() == first.date():
            return run.astimezone(moment.tzinfo) + delay
    raise BadSchedule(f"schedule {schedule.id} has no day {schedule.day_of_month}")


def spread(schedule: Schedule, serial: str) -> int:
    """Seconds between 0 and `spread_s`, from the unit's serial: neighbours differ, a unit stays the same."""
    digest = hashlib.sha256(f"{schedule.id}/{serial}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % (schedule.spread_s + 1)


_LOOK_AHEAD_DAYS = 366


def _runs_on(schedule: Schedule, day: date) -> bool:
    every_days = max(1, schedule.every_minutes // 1440)
    return schedule.day_of_month in (0, day.day) and (day - date(2000, 1, 1)).days % every_days == 0


def _start_minute(schedule: Schedule) -> int:
    hours, minutes = schedule.start.split(":")
    return int(hours) * 60 + int(minutes)


def _within(members: Members, name: str, default: int, low: int, high: int) -> int:
    value = members.number(name)
    if value is None and name not in members.odd:
        return default
    if value is None or not low <= value <= high:
        raise BadSchedule(f"{name} lies between {low} and {high}, not {value!r}")
    return value
