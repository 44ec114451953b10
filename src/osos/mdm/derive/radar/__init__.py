"""Where is energy lost that could be recovered, and what is probably wrong there (D-33)?

Five patterns, one file each, pure: arrays of one transformer in, suspicions out, ranked by recoverable
energy. A suspicion sends somebody to look; it decides nothing.
"""

from collections.abc import Callable, Iterable

from osos.mdm.derive.radar.bypass import bypasses
from osos.mdm.derive.radar.phase import wrong_phases
from osos.mdm.derive.radar.place import Voltage, wrong_here, wrong_places
from osos.mdm.derive.radar.polarity import reversed_phases
from osos.mdm.derive.radar.ratio import wrong_ratios
from osos.mdm.derive.radar.seen import Meter, Place, Suspicion

Detector = Callable[[Place], Iterable[Suspicion]]

DETECTORS: tuple[Detector, ...] = (reversed_phases, wrong_phases, wrong_ratios, bypasses)
_NARROWEST_FIRST = ("place", "polarity", "phase", "bypass", "ratio")

__all__ = [
    "DETECTORS",
    "Meter",
    "Place",
    "Suspicion",
    "Voltage",
    "look",
    "ranked",
    "wrong_here",
    "wrong_places",
]


def look(place: Place) -> tuple[Suspicion, ...]:
    """All suspicions at one transformer, the most energy first; `wrong_places` wants all transformers."""
    return ranked(one for detector in DETECTORS for one in detector(place))


def ranked(found: Iterable[Suspicion]) -> tuple[Suspicion, ...]:
    """The most energy first; of each meter what explains it most narrowly.

    A current turned round, a phase mixed up, a bypass and a meter of another place all make what is missing
    follow the meter's load, as a wrong ratio does: the ratio is told only where none of them is.
    """
    narrowest: dict[tuple[str, object], Suspicion] = {}
    for one in found:
        key = (one.place, one.meter)
        held = narrowest.get(key)
        if held is None or (_narrowness(one), -one.strength) < (_narrowness(held), -held.strength):
            narrowest[key] = one
    return tuple(sorted(narrowest.values(), key=lambda one: (-one.recoverable_wh, one.pattern)))


def _narrowness(one: Suspicion) -> int:
    return _NARROWEST_FIRST.index(one.pattern.partition(":")[0])
