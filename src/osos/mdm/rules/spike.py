"""Does one slot stand out of its day (F49)?"""

from collections.abc import Iterable

import numpy as np

from osos.mdm.canonical import Channel
from osos.mdm.rules.contract import Hits, Limits, Rule, Severity, of_rows, per_slot
from osos.mdm.rules.facts import DayFacts, known


def _find(day: DayFacts, limits: Limits) -> Iterable[Hits]:
    for channel in (Channel.A_PLUS, Channel.A_MINUS):
        place = day.place(channel)
        if place is None or day.slots < 3:
            continue
        most = day.greatest_advance[place]
        power = day.as_power(np.minimum(most, day.greatest_slot_wh))
        stands_out = power > limits["least_w"]
        past = known(day.past.peak_wh) & (day.past.days >= limits["needs_days"]) & (channel is Channel.A_PLUS)
        stands_out &= ~past | (most * 100 > day.past.peak_wh * (100 + limits["over_peak_pct"]))
        rows = np.flatnonzero(stands_out)
        energies = day.energies[place, rows]
        third = np.partition(energies, day.slots - 3, axis=1)[:, day.slots - 3]
        over = np.where(
            past[rows], of_rows(limits["over_third_pct"], rows), of_rows(limits["over_third_alone_pct"], rows)
        )
        bound = np.maximum(third * (100 + over) // 100, 0)
        slots = (energies > bound[:, None]) & (
            day.as_power(energies) > per_slot(of_rows(limits["least_w"], rows))
        )
        hit = slots.any(axis=1)
        yield Hits(
            rows=rows[hit],
            expected=day.as_power(bound[hit]),
            seen=day.as_power(energies[hit].max(axis=1)),
            slots=slots[hit],
            channel=channel,
        )


RULE = Rule(
    id="SPIKE",
    number=8,
    version=1,
    severity=Severity.FAIL,
    code="3.6.5",
    unit="W",
    name_tr="Sıçrama",
    name_en="Spike",
    words_tr="{channel}: {from_} aralığında {seen} W; günün üçüncüsüne göre en çok {expected} W beklenirdi",
    words_en="{channel}: {seen} W at {from_}; by the day's third-highest at most {expected} W was expected",
    find=_find,
)
