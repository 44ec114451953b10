"""Are all the registers there that the meter had before?"""

from collections.abc import Iterable

import numpy as np

from osos.mdm.canonical import CHANNELS
from osos.mdm.rules.contract import Hits, Limits, Rule, Severity
from osos.mdm.rules.facts import DayFacts, known


def _find(day: DayFacts, _limits: Limits) -> Iterable[Hits]:
    past = day.past.channels
    now = np.zeros(day.rows, dtype=np.int64)
    for place, channel in enumerate(day.channels):
        now |= day.held[place].astype(np.int64) << CHANNELS.index(channel)
    lost = known(past) & ((past & ~now) != 0) & day.is_known.any(axis=1)
    rows = np.flatnonzero(lost)
    yield Hits(rows=rows, expected=past[rows], seen=now[rows])


RULE = Rule(
    id="CHANNELS",
    number=25,
    version=1,
    severity=Severity.WARN,
    code="3.5.259",
    unit="bits",
    name_tr="Eksik kanal",
    name_en="Missing channel",
    words_tr="Daha önce gelen bir yazmaç bugün yok (kanallar {seen}, {expected} olmalıydı)",
    words_en="A register that came before is not there today (channels {seen}, expected {expected})",
    find=_find,
)
