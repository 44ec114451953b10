"""Does an active point use nothing for days?"""

from collections.abc import Iterable

import numpy as np

from osos.mdm.canonical import Channel
from osos.mdm.rules.contract import Hits, Limits, Rule, Severity
from osos.mdm.rules.facts import NO, YES, DayFacts, known


def _find(day: DayFacts, limits: Limits) -> Iterable[Hits]:
    place = day.place(Channel.A_PLUS)
    if place is None:
        return
    export = day.place(Channel.A_MINUS)
    nothing = day.is_whole & day.is_plain[place] & day.held[place] & (day.totals[place] == 0)
    nothing &= (day.totals[export] == 0) if export is not None else True
    nothing &= (day.terms.active != NO) & known(day.past.zero_days)
    usual = np.where(day.terms.seasonal == YES, limits["seasonal_days"], limits["days"])
    since = np.where(known(day.past.zero_days), day.past.zero_days, 0) + 1
    rows = np.flatnonzero(nothing & (since >= usual))
    yield Hits(rows=rows, expected=usual[rows] - 1, seen=since[rows])


RULE = Rule(
    id="ZERO_CONSUMPTION",
    number=12,
    version=1,
    severity=Severity.WARN,
    code="3.6.1",
    unit="days",
    name_tr="Sıfır tüketim",
    name_en="Zero consumption",
    words_tr="{seen} gündür hiç tüketim yok, en çok {expected} gün olağan",
    words_en="Nothing was used for {seen} days; at most {expected} days are usual",
    find=_find,
)
