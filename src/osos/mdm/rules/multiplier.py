"""Did the multiplier change without an order (F44)?"""

from collections.abc import Iterable

import numpy as np

from osos.mdm.rules.contract import Hits, Limits, Rule, Severity
from osos.mdm.rules.facts import YES, DayFacts, known


def _find(day: DayFacts, _limits: Limits) -> Iterable[Hits]:
    now, before = day.meter.multiplier_milli, day.meter.multiplier_before_milli
    changed = known(now) & known(before) & (now != before) & (day.meter.multiplier_ordered != YES)
    absurd = known(now) & (now <= 0)
    rows = np.flatnonzero(changed | absurd)
    yield Hits(rows=rows, expected=before[rows], seen=now[rows])


RULE = Rule(
    id="MULTIPLIER",
    number=17,
    version=1,
    severity=Severity.FAIL,
    code="3.6.0",
    unit="1/1000",
    name_tr="Çarpan",
    name_en="Multiplier",
    words_tr="Çarpan iş emri olmadan değişti: binde {expected} yerine {seen}",
    words_en="The multiplier changed without an order: {seen} thousandths instead of {expected}",
    find=_find,
)
