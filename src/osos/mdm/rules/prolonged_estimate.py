"""Is too much of this point estimated for too long?"""

from collections.abc import Iterable

import numpy as np

from osos.mdm.rules.contract import Hits, Limits, Rule, Severity
from osos.mdm.rules.facts import DayFacts, known


def _find(day: DayFacts, limits: Limits) -> Iterable[Hits]:
    past = day.past
    slots = np.where(known(past.estimated_slots), past.estimated_slots, 0)
    month = np.where(known(past.month_slots), past.month_slots, 0)
    most = month * limits["month_pct"] // 100
    too_many = known(past.estimated_slots) & known(past.month_slots) & (slots > most)
    too_long = known(past.estimated_days) & (past.estimated_days > limits["days"])
    rows = np.flatnonzero(too_many | too_long)
    yield Hits(rows=rows, expected=most[rows], seen=slots[rows])


RULE = Rule(
    id="PROLONGED_ESTIMATE",
    number=20,
    version=1,
    severity=Severity.WARN,
    code="3.8.0",
    unit="slots",
    name_tr="Uzun süren tahmin",
    name_en="Prolonged estimate",
    words_tr="Ayın {seen} aralığı tahmin (sınır {expected}) ya da art arda gün çok; otomatik fatura durmalı",
    words_en="{seen} estimated intervals this month (limit {expected}) or too many days on end: bill by hand",
    find=_find,
)
