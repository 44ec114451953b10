"""Where is energy lost that could be recovered, and what is probably wrong there (D-33)?

Five patterns, one file each, pure: arrays of one transformer in, suspicions out, ranked by recoverable
energy. A suspicion sends somebody to look; it decides nothing.
"""

from collections.abc import Callable, Iterable

from osos.mdm.derive.radar.bypass import bypasses
from osos.mdm.derive.radar.phase import wrong_phases
from osos.mdm.derive.radar.place import wrong_places
from osos.mdm.derive.radar.polarity import reversed_phases
from osos.mdm.derive.radar.ratio import wrong_ratios
from osos.mdm.derive.radar.seen import Meter, Place, Suspicion

Detector = Callable[[Place], Iterable[Suspicion]]

DETECTORS: tuple[Detector, ...] = (reversed_phases, wrong_phases, wrong_ratios, bypasses)

__all__ = ["DETECTORS", "Meter", "Place", "Suspicion", "look", "wrong_places"]


def look(place: Place) -> tuple[Suspicion, ...]:
    """All suspicions at one transformer, the most energy first; `wrong_places` wants all transformers."""
    found = [one for detector in DETECTORS for one in detector(place)]
    return tuple(sorted(found, key=lambda one: (-one.recoverable_wh, one.pattern)))
