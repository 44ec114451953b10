"""Which slots of the day are not there?"""

from collections.abc import Iterable

import numpy as np

from osos.mdm.rules.contract import Hits, Limits, Rule, Severity
from osos.mdm.rules.facts import DayFacts


def _find(day: DayFacts, limits: Limits) -> Iterable[Hits]:
    if day.is_whole.all():
        return
    absent = ~day.is_known
    dark = absent & day.outage if day.outage is not None else np.zeros_like(absent)
    absent &= ~dark  # a meter writes no rows while it is off: that is zero, and known
    for slots, severity, code in ((absent, None, None), (dark, Severity.NOTE, "3.2.32")):
        rows = np.flatnonzero(slots.sum(axis=1) >= (limits["least_slots"] if severity is None else 1))
        yield Hits(
            rows=rows,
            expected=np.full(rows.size, day.slots),
            seen=slots[rows].sum(axis=1),
            slots=slots[rows],
            severity=severity,
            code=code,
        )


RULE = Rule(
    id="MISSING",
    number=4,
    version=1,
    severity=Severity.WARN,
    code="3.5.259",
    unit="slots",
    name_tr="Eksik aralık",
    name_en="Missing intervals",
    words_tr="{expected} aralıktan {count} tanesi yok ({from_}–{until})",
    words_en="{count} of {expected} intervals are not there ({from_}–{until})",
    find=_find,
)
