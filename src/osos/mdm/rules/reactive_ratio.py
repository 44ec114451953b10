"""Is there more reactive energy than the active can explain?"""

from collections.abc import Iterable

import numpy as np

from osos.mdm.canonical import Channel
from osos.mdm.rules.contract import Hits, Limits, Rule, Severity, of_rows
from osos.mdm.rules.facts import DayFacts

_ACTIVE = (Channel.A_PLUS, Channel.A_MINUS)
_REACTIVE = (Channel.Q1, Channel.Q2, Channel.Q3, Channel.Q4)


def _find(day: DayFacts, limits: Limits) -> Iterable[Hits]:
    active = [place for c in _ACTIVE if (place := day.place(c)) is not None]
    reactive = [place for c in _REACTIVE if (place := day.place(c)) is not None]
    if not active or not reactive:
        return
    wh, varh = day.totals[active].sum(axis=0), day.totals[reactive].sum(axis=0)
    too_much = day.is_whole & (varh > wh * limits["times"]) & (varh > limits["least_varh"])
    rows = np.flatnonzero(too_much)
    yield Hits(rows=rows, expected=(wh * limits["times"])[rows], seen=varh[rows])
    idle = np.all(day.least_advance[active] <= 0, axis=0)  # in some slot, maybe
    rows = np.flatnonzero(~too_much & idle & (varh > limits["least_varh"]))
    no_active = np.all(day.energies[np.ix_(np.array(active), rows)] == 0, axis=0) & day.is_known[rows]
    alone = day.energies[np.ix_(np.array(reactive), rows)].sum(axis=0) * no_active
    slots = alone > 0
    hit = (slots.sum(axis=1) >= of_rows(limits["alone_slots"], rows)) & (
        alone.sum(axis=1) > of_rows(limits["least_varh"], rows)
    )
    zero = np.zeros(int(hit.sum()), dtype=np.int64)
    yield Hits(rows=rows[hit], expected=zero, seen=alone[hit].sum(axis=1), slots=slots[hit])


RULE = Rule(
    id="REACTIVE_RATIO",
    number=16,
    version=1,
    severity=Severity.WARN,
    code="3.6.0",
    unit="varh",
    name_tr="Reaktif oranı",
    name_en="Reactive ratio",
    words_tr="Reaktif {seen} varh, aktif enerjiye göre en çok {expected} varh beklenirdi",
    words_en="Reactive energy is {seen} varh; by the active energy at most {expected} varh was expected",
    find=_find,
)
