"""Do the tariff registers add up to the total?"""

from collections.abc import Iterable

import numpy as np

from osos.mdm.rules.contract import Hits, Limits, Rule, Severity, of_rows
from osos.mdm.rules.facts import DayFacts, known


def _find(day: DayFacts, limits: Limits) -> Iterable[Hits]:
    tariffs = day.readout.tariffs
    told = np.all(known(tariffs), axis=1)
    differs = np.where(told, tariffs[:, 1:].sum(axis=1, where=told[:, None]) - tariffs[:, 0], 0)
    most = 4 * limits["digit_wh"]  # each register is cut to its last digit
    rows = np.flatnonzero(np.abs(differs) > most)
    yield Hits(rows=rows, expected=of_rows(np.asarray(most), rows), seen=differs[rows])


RULE = Rule(
    id="TOU_SUM",
    number=15,
    version=1,
    severity=Severity.FAIL,
    code="3.6.9",
    unit="Wh",
    name_tr="Tarife toplamı",
    name_en="Tariff sum",
    words_tr="T1+…+T4 toplamdan {seen} Wh farklı, en çok {expected} Wh olabilir",
    words_en="T1 + … + T4 differ from the total by {seen} Wh; at most {expected} Wh is tolerated",
    find=_find,
)
