"""Was the meter without power, so that nothing passed (M-105)?

While it is off a meter writes no rows: a hole that its own record of interruptions covers is zero, not
missing.
"""

from collections.abc import Sequence
from datetime import timedelta

from osos.mdm.estimates.hole import Guess, Hole
from osos.mdm.labels import instant_of_label
from osos.quantities import Interval

NAME, VERSION, CODE = "interruption record", 1, "1.2.32"  # a power fail, by the meter's own word
LINE_MIN = 120  # what is left between interruptions may be as long as a straight line


def fill(hole: Hole, *, interruptions: Sequence[Interval]) -> Guess | None:
    """Nought while it was off; the little that passed around it goes to the minutes with power.

    None when nothing was interrupted, when more than two hours had power (other methods then share the
    energy out among the powered minutes), or when nothing is known to share.
    """
    powered = powered_minutes(hole, interruptions)
    if powered == list(hole.minutes) or sum(powered) > LINE_MIN:
        return None
    shape = {}
    for channel in hole.channels:
        counted = hole.difference(channel)
        if counted is None and any(powered):
            return None
        if counted and not any(powered):
            return None  # the register went on: the record is of another interruption
        shape[channel] = powered
    told = [[one.start.isoformat(), one.end.isoformat()] for one in interruptions]
    return Guess(shape=shape, inputs={"interruptions": told, "powered_min": powered}, sigma_wh=0)


def powered_minutes(hole: Hole, interruptions: Sequence[Interval]) -> list[int]:
    """Of each slot, the minutes in which there was power."""
    found = list(hole.minutes)
    for place in range(hole.count):
        start = instant_of_label(hole.first_label + place * hole.period_min)
        slot = Interval(start, start + timedelta(minutes=hole.period_min))
        for one in disjoint(interruptions):
            common = one.overlap(slot)
            if common is not None:
                found[place] -= round(common.length / timedelta(minutes=1))
    return [max(0, minutes) for minutes in found]


def disjoint(interruptions: Sequence[Interval]) -> list[Interval]:
    """Each minute once: the lists of all phases and of one may tell of the same interruption."""
    found: list[Interval] = []
    for one in sorted(interruptions, key=lambda interval: interval.start):
        if found and one.start <= found[-1].end:
            found[-1] = Interval(found[-1].start, max(found[-1].end, one.end))
        else:
            found.append(one)
    return found
