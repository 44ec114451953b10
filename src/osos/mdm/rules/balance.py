"""Does a main meter balance with the meters below it?"""

from collections.abc import Iterable

import numpy as np

from osos.mdm.rules.contract import Hits, Limits, Rule, Severity
from osos.mdm.rules.facts import DayFacts, known


def _find(day: DayFacts, limits: Limits) -> Iterable[Hits]:
    beside = day.beside
    all_known = known(beside.own_wh) & known(beside.below_wh) & known(beside.loss_wh)
    own = np.where(all_known, beside.own_wh, 0)
    left = own - np.where(all_known, beside.below_wh, 0) - np.where(all_known, beside.loss_wh, 0)
    most = np.maximum(np.abs(own) * limits["share_pct"] // 100, limits["least_wh"])
    rows = np.flatnonzero(all_known & (np.abs(left) > most))
    yield Hits(rows=rows, expected=most[rows], seen=left[rows])


RULE = Rule(
    id="BALANCE",
    number=19,
    version=1,
    severity=Severity.WARN,
    code="3.6.0",
    unit="Wh",
    name_tr="Bilanço",
    name_en="Balance",
    words_tr="Alt sayaçlar ve teknik kayıpla fark {seen} Wh, en çok {expected} Wh olabilir",
    words_en="Beside the meters below and the loss {seen} Wh are left; at most {expected} Wh may be",
    find=_find,
)
