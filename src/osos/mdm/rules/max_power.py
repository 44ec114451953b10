"""Is a slot more than the wiring can carry?"""

from collections.abc import Iterable

import numpy as np

from osos.mdm.canonical import GREATEST_W
from osos.mdm.labels import HOUR_MIN
from osos.mdm.rules.contract import Hits, Limits, Rule, Severity
from osos.mdm.rules.facts import DayFacts, known


def _find(day: DayFacts, limits: Limits) -> Iterable[Hits]:
    carried = np.where(
        known(day.terms.greatest_w), day.terms.greatest_w * limits["over_pct"] // 100, GREATEST_W
    )
    most = np.minimum(carried, GREATEST_W) * day.period_min // HOUR_MIN  # no display shows more (F41)
    for place, channel in enumerate(day.channels):
        rows = np.flatnonzero(day.greatest_advance[place] > most)
        steps = day.advances[place, rows]
        yield Hits(
            rows=rows,
            expected=day.as_power(most[rows]),
            seen=day.as_power(day.greatest_advance[place, rows]),
            slots=steps > most[rows][:, None],
            channel=channel,
        )


RULE = Rule(
    id="MAX_POWER",
    number=10,
    version=1,
    severity=Severity.FAIL,
    code="3.6.3",
    unit="W",
    name_tr="Fiziksel sınır",
    name_en="Physical maximum",
    words_tr="{channel}: {from_} aralığında {seen} W, tesisat en çok {expected} W taşır",
    words_en="{channel}: {seen} W at {from_}; the wiring carries at most {expected} W",
    find=_find,
)
