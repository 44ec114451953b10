"""Which labels were told more than once (F38, F45)?"""

from collections.abc import Iterable

import numpy as np

from osos.mdm.rules.contract import Hits, Limits, Rule, Severity
from osos.mdm.rules.facts import DayFacts


def _find(day: DayFacts, _limits: Limits) -> Iterable[Hits]:
    twice = day.times_said > 1
    rows = np.flatnonzero(twice.any(axis=1))
    slots = twice[rows, :-1] | twice[rows, 1:]  # both neighbours of an edge rest on it
    yield Hits(rows=rows, seen=twice[rows].sum(axis=1), expected=np.zeros_like(rows), slots=slots)


RULE = Rule(
    id="DUPLICATE",
    number=5,
    version=1,
    severity=Severity.WARN,
    code="3.5.258",
    unit="slots",
    name_tr="Yinelenen aralık",
    name_en="Duplicate intervals",
    words_tr="{count} aralığın kaydı birden çok geldi ({from_}–{until})",
    words_en="{count} intervals were told more than once ({from_}–{until})",
    find=_find,
)
