"""Do the registers stand still where they never did (F49)?"""

from collections.abc import Iterable

import numpy as np

from osos.mdm.rules.contract import Hits, Limits, Rule, Severity
from osos.mdm.rules.facts import DayFacts, known
from osos.mdm.rules.stillness import flow_of, in_long_runs, still_slots


def _find(day: DayFacts, limits: Limits) -> Iterable[Hits]:
    flow = flow_of(day)
    if flow is None:
        return
    past = day.past.longest_still
    told = known(past) & (day.past.days >= limits["needs_days"])
    usual = np.where(told, past, day.slots)
    bound = np.maximum(limits["least_slots"], usual * (100 + limits["over_past_pct"]) // 100 + 1)
    rows = np.flatnonzero(told & (bound <= day.slots))
    still = still_slots(flow[rows], day.is_known[rows])
    hit = still >= bound[rows]
    rows, still = rows[hit], still[hit]
    slots = in_long_runs(flow[rows], day.is_known[rows], bound[rows])
    yield Hits(rows=rows, expected=usual[rows], seen=still, slots=slots)


RULE = Rule(
    id="FROZEN",
    number=22,
    version=1,
    severity=Severity.FAIL,
    code="3.5.258",
    unit="slots",
    name_tr="Donmuş değer",
    name_en="Frozen value",
    words_tr="{from_}–{until} arasında {seen} aralık hep aynı değerde; son dört haftada en çok {expected}",
    words_en="{seen} intervals of one value between {from_} and {until}; in four weeks at most {expected}",
    find=_find,
)
