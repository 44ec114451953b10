"""Do the intervals add up to what the registers say (F48)?"""

from collections.abc import Iterable

import numpy as np

from osos.mdm.rules.contract import Hits, Limits, Rule, Severity, of_rows
from osos.mdm.rules.facts import DayFacts, known


def _find(day: DayFacts, limits: Limits) -> Iterable[Hits]:
    asked = np.flatnonzero(known(day.readout.at_min) & (day.readout.at_min >= 0))
    asked = asked[day.readout.at_min[asked] <= day.slots * day.period_min]
    before = day.readout.at_min[asked] // day.period_min
    after = np.minimum(before + (day.readout.at_min[asked] % day.period_min > 0), day.slots)
    there = (day.times_said[asked, before] > 0) & (day.times_said[asked, after] > 0)
    asked, before, after = asked[there], before[there], after[there]
    for place, channel in enumerate(day.channels):
        said = day.readout.registers[place, asked]
        held = day.held[place, asked] & known(said)
        low, high = day.registers[place, asked, before], day.registers[place, asked, after]
        away = np.where(said < low, said - low, np.where(said > high, said - high, 0))
        away = np.where(high >= low, away, 0)  # across the register's end it cannot be told
        most = np.maximum(
            np.abs(day.totals[place, asked]) * of_rows(limits["share_ppm"], asked) // 1_000_000,
            2 * of_rows(limits["digit_wh"], asked),
        )
        wrong = held & (np.abs(away) > most)
        yield Hits(rows=asked[wrong], expected=most[wrong], seen=away[wrong], channel=channel)


RULE = Rule(
    id="SUM_CHECK",
    number=7,
    version=1,
    severity=Severity.FAIL,
    code="3.6.0",
    unit="Wh",
    name_tr="Toplam denetimi",
    name_en="Sum check",
    words_tr="{channel} okuması profilden {seen} Wh sapıyor, en çok {expected} Wh olabilir",
    words_en="The readout of {channel} is {seen} Wh away from the profile; at most {expected} Wh may be",
    find=_find,
)
