"""Does the meter itself say that its pulses overflowed or that it was tested?"""

from collections.abc import Iterable

import numpy as np

from osos.mdm.rules.contract import Hits, Limits, Rule, Severity
from osos.mdm.rules.facts import OVERFLOWED, TESTED, DayFacts, known


def _find(day: DayFacts, _limits: Limits) -> Iterable[Hits]:
    status = day.meter.status
    rows = np.flatnonzero(known(status) & ((status & (OVERFLOWED | TESTED)) != 0))
    yield Hits(rows=rows, expected=np.zeros_like(rows), seen=status[rows])


RULE = Rule(
    id="DEVICE_STATUS",
    number=23,
    version=1,
    severity=Severity.FAIL,
    code="3.1.0",
    unit="bits",
    name_tr="Sayaç durumu",
    name_en="Meter status",
    words_tr="Sayaç darbe taşması ya da deneme kipi bildiriyor (durum {seen})",
    words_en="The meter reports a pulse overflow or test mode (status {seen})",
    find=_find,
)
