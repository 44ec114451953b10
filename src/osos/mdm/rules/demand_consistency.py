"""Can the maximum demand be true beside the profile?"""

from collections.abc import Iterable

import numpy as np

from osos.mdm.rules.contract import Hits, Limits, Rule, Severity
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
    rows = np.flatnonzero(small | late | early)
    yield Hits(rows=rows, expected=readout.peak_w[rows], seen=readout.demand_w[rows])


RULE = Rule(
    id="DEMAND_CONSISTENCY",
    number=21,
    version=1,
    severity=Severity.WARN,
    code="3.5.256",
    unit="W",
    name_tr="Demant tutarlılığı",
    name_en="Demand consistency",
    words_tr="1.6.0 {seen} W, profilin en büyüğü {expected} W; ya küçük ya da tarihi dönem dışında",
    words_en="1.6.0 is {seen} W, the profile's greatest {expected} W: too small, or dated outside its period",
    find=_find,
)
