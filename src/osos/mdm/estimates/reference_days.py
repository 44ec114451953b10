"""Which days serve as a measure for this one, and what did they do?

Of the same weekday or holiday class, the last four valid ones before the hole; a slot in which power failed
serves nobody. For a holiday without forerunners Sundays serve (chosen).
"""

import math
from dataclasses import dataclass
from statistics import pstdev

from osos.mdm.canonical import Channel
from osos.mdm.estimates.day_class import HOLIDAY, SUNDAY, day_class
from osos.mdm.estimates.history import History, value_at
from osos.mdm.estimates.hole import Hole
from osos.mdm.labels import date_of_day

DAYS = 4
BACK_DAYS = 63  # chosen: nine weeks, so that four of a weekday are found past some bad ones


@dataclass(frozen=True, slots=True)
class References:
    """Energies of like days in the slots of a hole; a row a channel, a list of days a slot."""

    days: tuple[int, ...]
    values: dict[Channel, list[list[int]]]

    def sums(self, channel: Channel) -> list[int]:
        return [sum(slot) for slot in self.values[channel]]

    def slot_sigma(self, channel: Channel) -> int:
        spread = [_spread(slot) for slot in self.values.get(channel, []) if slot]
        return round(sum(spread) / len(spread)) if spread else 0

    def total_sigma(self, channel: Channel) -> int:
        spread = [_spread(slot) ** 2 for slot in self.values.get(channel, []) if slot]
        return round(math.sqrt(sum(spread)))


def _spread(values: list[int]) -> float:
    """One sigma; a single day says nothing of its own spread, so all of it is in doubt."""
    return pstdev(values) if len(values) > 1 else float(values[0])


def references(hole: Hole, history: History) -> References | None:
    """For each slot the like days before the hole; None when a slot has none."""
    if not history:
        return None
    first_day = hole.places()[0][0]
    values: dict[Channel, list[list[int]]] = {channel: [] for channel in hole.channels}
    used: set[int] = set()
    for day, slot in hole.places():
        days = _like(day, slot, before=first_day, hole=hole, history=history)
        if not days:
            return None
        used.update(days)
        for channel in hole.channels:
            found = [value_at(history, one, slot, channel, hole.period_min) for one in days]
            values[channel].append([value for value in found if value is not None])
    return References(tuple(sorted(used)), values)


def _like(day: int, slot: int, *, before: int, hole: Hole, history: History) -> list[int]:
    kind = day_class(date_of_day(day))
    found = _of_class(kind, slot, before=before, hole=hole, history=history)
    if not found and kind == HOLIDAY:
        return _of_class(SUNDAY, slot, before=before, hole=hole, history=history)
    return found


def _of_class(kind: int, slot: int, *, before: int, hole: Hole, history: History) -> list[int]:
    found: list[int] = []
    for day in range(before - 1, before - BACK_DAYS, -1):
        valid = value_at(history, day, slot, Channel.A_PLUS, hole.period_min) is not None
        if valid and day_class(date_of_day(day)) == kind:
            found.append(day)
        if len(found) == DAYS:
            break
    return found
