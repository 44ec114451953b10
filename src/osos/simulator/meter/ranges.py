"""Which records does `P.01(start;end)` ask for?"""

import re
from dataclasses import dataclass
from datetime import datetime

from osos.simulator.meter.moment import wall_second

_STAMP = re.compile(r"[0-9]{2}-[0-9]{2}-[0-9]{2},[0-9]{2}:[0-9]{2}")


@dataclass(frozen=True, slots=True)
class LabelRange:
    """Wall minutes since 2000-01-01, both included; None: open on that side (M-107)."""

    first: int | None
    last: int | None


def label_range(argument: str) -> LabelRange | None:
    """None: malformed, to be refused (M-108)."""
    sides = argument.split(";")
    if len(sides) != 2:
        return None
    minutes = [_minute(side) if side else None for side in sides]
    if any(side and minute is None for side, minute in zip(sides, minutes, strict=True)):
        return None
    return LabelRange(*minutes)


def _minute(text: str) -> int | None:
    if not _STAMP.fullmatch(text):
        return None
    try:
        return wall_second(datetime.strptime(f"20{text}", "%Y-%m-%d,%H:%M")) // 60  # noqa: DTZ007  # a wall clock
    except ValueError:
        return None
