"""How long is the way to this modem and back, and so how patient must the meter protocol be? (X-43)"""

from collections import deque
from dataclasses import dataclass, field
from statistics import median

_KEPT = 15  # samples: the way may change with the cell a modem is in


@dataclass(slots=True)
class RoundTrip:
    """Learnt from how long the first byte of each answer took, less the time our own message was on the line.

    What a meter takes to think is counted in: to be patient for longer than needed costs nothing.
    """

    least_s: float = 1.5
    most_s: float = 30.0
    _samples: deque[float] = field(default_factory=lambda: deque(maxlen=_KEPT))

    def took(self, seconds: float) -> None:
        self._samples.append(max(0.0, seconds))

    @property
    def delay_s(self) -> float:
        """What is added to every timeout: twice the median, never less than `least_s`."""
        measured = 2 * median(self._samples) if self._samples else 0.0
        return min(self.most_s, max(self.least_s, measured))
