"""Are there records between the edges of the slots?"""

from collections.abc import Iterable

import numpy as np

from osos.mdm.rules.contract import Hits, Limits, Rule, Severity, of_rows
from osos.mdm.rules.facts import DayFacts


def _find(day: DayFacts, limits: Limits) -> Iterable[Hits]:
    rows = np.flatnonzero(day.off_grid > limits["most_records"])
    yield Hits(rows=rows, expected=of_rows(limits["most_records"], rows), seen=day.off_grid[rows])


RULE = Rule(
    id="OVERLAP",
    number=6,
    version=1,
    severity=Severity.WARN,
    code="3.5.258",
    unit="records",
    name_tr="Örtüşen aralık",
    name_en="Overlapping intervals",
    words_tr="{seen} kayıt aralıkların kenarına düşmüyor; aralıklar örtüşüyor",
    words_en="{seen} records lie off the edges of the intervals, which overlap",
    find=_find,
)
