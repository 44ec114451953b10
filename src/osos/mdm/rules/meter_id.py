"""Did the meter answer that should hang there (F51)?"""

from collections.abc import Iterable

import numpy as np

from osos.mdm.rules.contract import Hits, Limits, Rule, Severity
from osos.mdm.rules.facts import NO, DayFacts


def _find(day: DayFacts, _limits: Limits) -> Iterable[Hits]:
    yield Hits(rows=np.flatnonzero(day.meter.is_expected == NO))


RULE = Rule(
    id="METER_ID",
    number=1,
    version=1,
    severity=Severity.FAIL,
    code="3.6.0",
    unit="",
    name_tr="Sayaç kimliği",
    name_en="Meter identity",
    words_tr="Beklenen sayaç yerine başka bir sayaç yanıt verdi; değerleri bu noktaya yazılmamalı",
    words_en="Another meter answered than the one expected; its values are not this point's",
    find=_find,
)
