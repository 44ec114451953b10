"""Could the meter itself still be asked (D-20, first of all)?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from osos.mdm.estimates.hole import Hole
from osos.mdm.labels import instant_of_label

NAME, VERSION = "re-read", 1
KEPT_BY_METER = timedelta(days=90)  # a meter holds at least that much of a profile (regulation b1)
PATIENCE = timedelta(days=2)  # chosen: how long an unanswered question is worth waiting for


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of asking for these records."""

    answered_empty: bool  # the meter itself has none (M-108)
    may_be_asked: bool = True  # it can be reached, and nobody took it away


def should_wait(hole: Hole, *, asked: Asked, now: datetime, patience: timedelta = PATIENCE) -> bool:
    """Whether measured values may still come, so that nothing is to be estimated yet."""
    ended = instant_of_label(hole.last_label)
    if asked.answered_empty or not asked.may_be_asked:
        return False
    return now - ended < min(patience, KEPT_BY_METER)
