"""Can the maximum demand be true beside the profile?"""

from collections.abc import Iterable

import numpy as np

from osos.mdm.rules.contract import Hits, Limits, Rule, Severity, of_rows
from osos.mdm.rules.facts import DayFacts, known


def _find(day: DayFacts, limits: Limits) -> Iterable[Hits]:
    readout = day.readout
    told = known(readout.demand_w)
    small = told & known(readout.peak_w)
    small &= np.where(small, readout.demand_w, 0) * 100 < np.where(small, readout.peak_w, 0) * (
        100 - limits["below_pct"]
    )
    dated = told & known(readout.demand_day) & (readout.demand_w > 0)
    late = dated & (readout.demand_day > day.days)
    early = dated & known(readout.demand_since_day) & (readout.demand_day < readout.demand_since_day)
    wrong = small | late | early
    rows = np.flatnonzero(wrong)
    yield Hits(rows=rows, expected=readout.peak_w[rows], seen=readout.demand_w[rows])
    carried = day.terms.greatest_w * limits["over_pct"] // 100
    large = told & known(day.terms.greatest_w) & (readout.demand_w > carried) & ~wrong
    large &= readout.demand_day == day.days  # told once: it stands there until the month's end
    rows = np.flatnonzero(large)
    yield Hits(rows=rows, expected=of_rows(carried, rows), seen=readout.demand_w[rows])


RULE = Rule(
    id="DEMAND_CONSISTENCY",
    number=21,
    version=2,
    severity=Severity.WARN,
    code="3.5.256",
    unit="W",
    name_tr="Demant tutarlılığı",
    name_en="Demand consistency",
    words_tr="1.6.0 {seen} W, profilin ya da tesisatın en büyüğü {expected} W; küçük, büyük ya da dönem dışı",
    words_en="1.6.0 is {seen} W, {expected} W the most of profile or wiring: too small, large, or misdated",
    find=_find,
)
