"""What did the point do in the same period last year?"""

from osos.mdm.canonical import Channel
from osos.mdm.estimates.history import History, value_at
from osos.mdm.estimates.hole import Guess, Hole
from osos.mdm.labels import date_of_day

NAME, VERSION, CODE = "same period last year", 1, "3.8.0"
YEAR_DAYS = 364  # 52 weeks: the same weekday
_SIGMA_PERCENT = 25  # chosen: how far a year may differ from the last one


def fill(hole: Hole, *, history: History) -> Guess | None:
    """Slot by slot 52 weeks earlier, if all of it was measured."""
    shape: dict[Channel, list[int]] = {}
    for channel in hole.channels:
        found = [
            value_at(history, day - YEAR_DAYS, slot, channel, hole.period_min) for day, slot in hole.places()
        ]
        values = [value for value in found if value is not None]
        if len(values) < len(found):
            return None
        shape[channel] = values
    total = sum(shape.get(Channel.A_PLUS, []))
    first = date_of_day(hole.places()[0][0] - YEAR_DAYS).isoformat()
    return Guess(shape=shape, inputs={"since": first}, sigma_wh=total * _SIGMA_PERCENT // 100)
