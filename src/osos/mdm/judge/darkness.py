"""In which slots was a meter without voltage, by its own list of interruptions?

It writes no record then (M-105): what is not there is zero, and known (regulation c1). A slot that was dark
in part counts, its record is missing at the cut or at the return.
"""

from collections.abc import Sequence

import numpy as np
from sqlalchemy import Connection, select

from osos.mdm.judge.registers import PointDay
from osos.mdm.keeping.tables import interruptions
from osos.mdm.labels import DAY_MIN, EPOCH, edge_of_day, instant_of_label
from osos.mdm.rules.facts import Flags

_ALL_PHASES = ("96.77.0", "96.77.00")
_AT_ONCE = 400


def dark_slots(conn: Connection, rows: Sequence[PointDay], *, period_min: int) -> Flags | None:
    """(rows, slots); None: no interruption is known of any of them."""
    hung: dict[int, list[int]] = {}
    for place, one in enumerate(rows):
        for segment in one.segments:
            hung.setdefault(segment.meter_id, []).append(place)
    days = [one.day for one in rows]
    since, until = instant_of_label(edge_of_day(min(days))), instant_of_label(edge_of_day(max(days) + 1))
    c, meters, dark = interruptions.c, sorted(hung), None
    for start in range(0, len(meters), _AT_ONCE):
        own = c.meter_id.in_(meters[start : start + _AT_ONCE]), c.code.in_(_ALL_PHASES)
        query = select(c.meter_id, c.since, c.until).where(*own, c.since < until, c.until > since)
        for row in conn.execute(query):
            if dark is None:
                dark = np.zeros((len(rows), DAY_MIN // period_min), dtype=bool)
            first, last = (row.since - EPOCH).total_seconds() / 60, (row.until - EPOCH).total_seconds() / 60
            for place in dict.fromkeys(hung[row.meter_id]):
                _mark(
                    dark[place], first - edge_of_day(days[place]), last - edge_of_day(days[place]), period_min
                )
    return dark


def _mark(dark: Flags, first: float, last: float, period_min: int) -> None:
    """Minutes since the day began. At the very edge of its return a meter writes no record either."""
    from_slot = max(0, int(first // period_min))
    until_slot = min(dark.size, int(last // period_min) + 1)
    dark[from_slot : max(from_slot, until_slot)] = True
