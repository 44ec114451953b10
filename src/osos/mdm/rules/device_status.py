"""Does the meter itself say that it cannot be believed: pulses overflowed, test mode, a broken part?"""

from collections.abc import Iterable

import numpy as np

from osos.mdm.rules.contract import Hits, Limits, Rule, Severity
from osos.mdm.rules.facts import FAULTY, OVERFLOWED, TESTED, DayFacts, known


def _find(day: DayFacts, _limits: Limits) -> Iterable[Hits]:
    status = day.meter.status
    rows = np.flatnonzero(known(status) & ((status & (OVERFLOWED | TESTED | FAULTY)) != 0))
    yield Hits(rows=rows, expected=np.zeros_like(rows), seen=status[rows])


RULE = Rule(
    id="DEVICE_STATUS",
    number=23,
    version=2,
    severity=Severity.FAIL,
    code="3.1.0",
    unit="bits",
    name_tr="Sayaç durumu",
    name_en="Meter status",
    words_tr="Sayaç kendisi bildiriyor: ölçme ya da bellek arızası, darbe taşması veya deneme kipi ({seen})",
    words_en="The meter itself reports a metering or memory fault, pulse overflow or test mode ({seen})",
    find=_find,
)
