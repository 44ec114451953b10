"""Did a register go back, and did it only pass its end (F41, F42)?"""

from collections.abc import Iterable

import numpy as np

from osos.mdm.canonical import ROLLS_OVER_AT
from osos.mdm.labels import Ints
from osos.mdm.rules.contract import Hits, Limits, Rule, Severity
from osos.mdm.rules.facts import DayFacts, Flags


def _find(day: DayFacts, _limits: Limits) -> Iterable[Hits]:
    for place, channel in enumerate(day.channels):
        rows = np.flatnonzero((day.least_advance[place] < 0) | ~day.is_whole)
        steps, slots = _steps(day, place, rows)
        rolled = (steps < 0) & (steps + ROLLS_OVER_AT <= day.greatest_slot_wh) & (steps + ROLLS_OVER_AT >= 0)
        for which, severity, code in (
            ((steps < 0) & ~rolled, Severity.FAIL, None),
            (rolled, Severity.NOTE, "3.4.8"),  # reset occurred: the register began anew
        ):
            hit = which.any(axis=1)
            yield Hits(
                rows=rows[hit],
                expected=np.zeros(int(hit.sum()), dtype=np.int64),
                seen=np.where(which, steps, 0).min(axis=1, initial=0)[hit],
                slots=_covered(which, slots)[hit],
                channel=channel,
                severity=severity,
                code=code,
            )


def _steps(day: DayFacts, place: int, rows: Ints) -> tuple[Ints, Ints]:
    """(rows, slots): from the last edge that was said to this slot's end, and how many slots that is."""
    said: Flags = day.times_said[rows].astype(bool)
    edge = np.arange(day.slots + 1)
    last = np.maximum.accumulate(np.where(said, edge, -1), axis=1)[:, :-1]
    registers = day.registers[place, rows]
    steps = registers[:, 1:] - np.take_along_axis(registers, np.maximum(last, 0), axis=1)
    told: Flags = np.logical_and(said[:, 1:], last >= 0)
    if day.apart is not None:
        told &= ~np.any(day.apart[rows], axis=1)[:, None]
    return np.where(told, steps, 0), np.where(told, edge[1:] - last, 0)


def _covered(which: Flags, slots: Ints) -> Flags:
    """All slots since the edge before the step."""
    found = which.copy()
    for row, slot in np.argwhere(which & (slots > 1)).tolist():
        found[row, slot + 1 - slots[row, slot] : slot] = True
    return found


RULE = Rule(
    id="NEGATIVE",
    number=11,
    version=1,
    severity=Severity.FAIL,
    code="3.5.256",
    unit="Wh",
    name_tr="Azalan endeks",
    name_en="Register went back",
    words_tr="{channel} {from_}–{until} arasında {seen} Wh geri gitti",
    words_en="{channel} went back by {seen} Wh between {from_} and {until}",
    find=_find,
)
