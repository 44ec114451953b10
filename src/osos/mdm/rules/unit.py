"""Is each column in the unit of its register?"""

from collections.abc import Iterable

import numpy as np

from osos.mdm.rules.contract import Hits, Limits, Rule, Severity
from osos.mdm.rules.facts import NO, DayFacts


def _find(day: DayFacts, _limits: Limits) -> Iterable[Hits]:
    yield Hits(rows=np.flatnonzero(day.meter.units_fit == NO))


RULE = Rule(
    id="UNIT",
    number=24,
    version=1,
    severity=Severity.FAIL,
    code="3.6.0",
    unit="",
    name_tr="Birim",
    name_en="Unit of measure",
    words_tr="Bir sütunun birimi yazmacınınki değil; değerler binler kat yanlış olabilir",
    words_en="A column is in another unit than its register; values may be wrong a thousandfold",
    find=_find,
)
