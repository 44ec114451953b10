"""Does the meter's clock run true (F37)?"""

from collections.abc import Iterable

import numpy as np

from osos.mdm.rules.contract import Hits, Limits, Rule, Severity, of_rows
from osos.mdm.rules.facts import DayFacts, known


def _find(day: DayFacts, limits: Limits) -> Iterable[Hits]:
    drift = day.meter.drift_s
    off = np.where(known(drift), np.abs(drift), 0)
    failed = off > limits["fail_s"]
    for which, limit, severity in (
        (failed, limits["fail_s"], Severity.FAIL),
        (~failed & (off > limits["warn_s"]), limits["warn_s"], Severity.WARN),
    ):
        rows = np.flatnonzero(which)
        yield Hits(rows=rows, expected=of_rows(limit, rows), seen=drift[rows], severity=severity)


RULE = Rule(
    id="TIME_TOLERANCE",
    number=2,
    version=1,
    severity=Severity.WARN,
    code="3.1.9",
    unit="s",
    name_tr="Saat sapması",
    name_en="Clock tolerance",
    words_tr="Sayaç saati {seen} s sapmış, en çok {expected} s olabilir",
    words_en="The meter's clock is off by {seen} s; at most {expected} s is tolerated",
    find=_find,
)
