"""Is energy given back where nobody may (F49)?"""

from collections.abc import Iterable

import numpy as np

from osos.mdm.canonical import Channel
from osos.mdm.rules.contract import Hits, Limits, Rule, Severity, of_rows
from osos.mdm.rules.facts import NO, DayFacts


def _find(day: DayFacts, limits: Limits) -> Iterable[Hits]:
    place = day.place(Channel.A_MINUS)
    if place is None:
        return
    given = day.totals[place]
    rows = np.flatnonzero((day.terms.may_export == NO) & (given > limits["most_wh"]))
    slots = day.energies[place, rows] > 0
    yield Hits(
        rows=rows,
        expected=of_rows(limits["most_wh"], rows),
        seen=given[rows],
        slots=slots,
        channel=Channel.A_MINUS,
    )


RULE = Rule(
    id="EXPORT",
    number=14,
    version=1,
    severity=Severity.WARN,
    code="3.3.4",
    unit="Wh",
    name_tr="İzinsiz veriş",
    name_en="Export without leave",
    words_tr="Yalnız tüketen noktada {seen} Wh veriş sayılmış; akım yönü ya da izinsiz üretim",
    words_en="A point that only consumes exported {seen} Wh: a reversed current, or generation without leave",
    find=_find,
)
