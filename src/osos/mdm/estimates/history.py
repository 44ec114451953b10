"""What did the point do on other days?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from osos.mdm.canonical import CanonicalBlock, Channel
from osos.mdm.keeping.clocks import Flags
from osos.mdm.labels import Ints
from osos.quantities import Quality

_GOOD = (Quality.MEASURED.mark, Quality.EDITED.mark)


@dataclass(frozen=True, slots=True, eq=False)
class PastDay:
    """A day of a point: its energies and which slots may serve as a measure for others."""

    period_min: int
    energies: Mapping[Channel, Ints]
    good: Flags  # measured or put right by hand, and no power failure in it

    @classmethod
    def of_block(cls, block: CanonicalBlock, *, out: Flags | None = None) -> "PastDay":
        good = np.isin(block.quality, _GOOD)
        if out is not None:
            good &= ~out
        rows = {channel: block.energies[place] for place, channel in enumerate(block.channels)}
        return cls(block.period_min, rows, good)


History = Mapping[int, PastDay]  # by day


def value_at(history: History, day: int, slot: int, channel: Channel, period_min: int) -> int | None:
    """The energy of a slot of another day, if it may serve."""
    past = history.get(day)
    if past is None or past.period_min != period_min or not past.good[slot]:
        return None
    row = past.energies.get(channel)
    return 0 if row is None else int(row[slot])
