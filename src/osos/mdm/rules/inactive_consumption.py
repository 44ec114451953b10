"""Is energy used at a vacant or disconnected point?"""

from collections.abc import Iterable

import numpy as np

from osos.mdm.canonical import Channel
from osos.mdm.rules.contract import Hits, Limits, Rule, Severity, of_rows
from osos.mdm.rules.facts import NO, DayFacts


def _find(day: DayFacts, limits: Limits) -> Iterable[Hits]:
    place = day.place(Channel.A_PLUS)
    if place is None:
        return
    used = day.totals[place]
    rows = np.flatnonzero((day.terms.active == NO) & (used > limits["most_wh"]))
    yield Hits(rows=rows, expected=of_rows(limits["most_wh"], rows), seen=used[rows], channel=Channel.A_PLUS)


RULE = Rule(
    id="INACTIVE_CONSUMPTION",
    number=13,
    version=1,
    severity=Severity.FAIL,
    code="3.6.2",
    unit="Wh",
    name_tr="Pasif noktada tüketim",
    name_en="Use at an inactive point",
    words_tr="Kesik ya da boş noktada {seen} Wh tüketim var",
    words_en="{seen} Wh were used at a point that is disconnected or vacant",
    find=_find,
)
