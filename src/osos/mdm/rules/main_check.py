"""Do main and check meter agree?"""

from collections.abc import Iterable

import numpy as np

from osos.mdm.rules.contract import Hits, Limits, Rule, Severity
from osos.mdm.rules.facts import DayFacts, known


def _find(day: DayFacts, limits: Limits) -> Iterable[Hits]:
    own, check = day.beside.own_wh, day.beside.check_wh
    both = known(own) & known(check)
    own, check = np.where(both, own, 0), np.where(both, check, 0)
    most = np.maximum(np.maximum(own, check) * limits["share_ppm"] // 1_000_000, limits["least_wh"])
    rows = np.flatnonzero(both & (np.abs(own - check) > most))
    yield Hits(rows=rows, expected=most[rows], seen=(own - check)[rows])


RULE = Rule(
    id="MAIN_CHECK",
    number=18,
    version=1,
    severity=Severity.WARN,
    code="3.6.0",
    unit="Wh",
    name_tr="Ana / kontrol sayacı",
    name_en="Main and check meter",
    words_tr="Ana sayaç kontrol sayacından {seen} Wh sapıyor, en çok {expected} Wh olabilir",
    words_en="The main meter is {seen} Wh away from the check meter; at most {expected} Wh is tolerated",
    find=_find,
)
