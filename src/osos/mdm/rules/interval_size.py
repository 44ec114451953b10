"""Are the slots as long as the meter is configured to make them?"""

from collections.abc import Iterable

import numpy as np

from osos.mdm.rules.contract import Hits, Limits, Rule, Severity
from osos.mdm.rules.facts import DayFacts, known


def _find(day: DayFacts, _limits: Limits) -> Iterable[Hits]:
    due = day.meter.period_set_min
    for shorter, code in ((False, "3.4.3"), (True, "3.4.2")):  # long interval, partial interval
        wrong = (due > day.period_min) if shorter else (due < day.period_min)
        rows = np.flatnonzero(wrong & known(due))
        yield Hits(rows=rows, expected=due[rows], seen=np.full(rows.size, day.period_min), code=code)


RULE = Rule(
    id="INTERVAL_SIZE",
    number=3,
    version=1,
    severity=Severity.FAIL,
    code="3.4.3",
    unit="min",
    name_tr="Aralık boyu",
    name_en="Interval size",
    words_tr="Profil periyodu {seen} dk, {expected} dk olmalıydı",
    words_en="The profile's period is {seen} min; it should be {expected} min",
    find=_find,
)
