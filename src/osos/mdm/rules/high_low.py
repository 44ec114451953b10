"""Is the day out of line with the same weekday of the last weeks?"""

from collections.abc import Iterable

import numpy as np

from osos.mdm.canonical import Channel
from osos.mdm.rules.contract import Hits, Limits, Rule, Severity
from osos.mdm.rules.facts import DayFacts, known


def _find(day: DayFacts, limits: Limits) -> Iterable[Hits]:
    place = day.place(Channel.A_PLUS)
    if place is None:
        return
    total, past = day.totals[place], day.past
    judged = day.is_whole & known(past.weekday_mean_wh) & (past.weekdays >= limits["weeks"])
    judged &= known(past.greatest_day_wh) & known(past.least_day_wh) & (past.days >= limits["needs_days"])
    judged &= np.maximum(total, past.weekday_mean_wh) >= limits["least_wh"]
    mean = past.weekday_mean_wh
    high = (total * 100 > mean * limits["high_pct"]) & (
        total * 100 > past.greatest_day_wh * (100 + limits["beyond_pct"])
    )
    low = (total * 100 < mean * limits["low_pct"]) & (
        total * 100 < past.least_day_wh * (100 - limits["beyond_pct"])
    )
    for which, code in ((high, "3.6.5"), (low, "3.6.6")):
        rows = np.flatnonzero(judged & which)
        yield Hits(rows=rows, expected=mean[rows], seen=total[rows], code=code, channel=Channel.A_PLUS)


RULE = Rule(
    id="HIGH_LOW",
    number=9,
    version=1,
    severity=Severity.WARN,
    code="3.6.5",
    unit="Wh",
    name_tr="Yüksek / düşük",
    name_en="High / low",
    words_tr="Günlük tüketim {seen} Wh; aynı günün ortalaması {expected} Wh",
    words_en="The day's use is {seen} Wh; the same weekday's mean is {expected} Wh",
    find=_find,
)
