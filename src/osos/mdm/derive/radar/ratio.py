"""Is a meter's multiplier not that of its transformers (CT ratio, VT ratio)?

Then what is missing at the main meter follows this meter's load, slot by slot: missing = b × load + the rest,
with b = true ÷ used − 1. Slopes of all meters are solved at once, so that neighbours with like days do not
share blame.
"""

from collections.abc import Iterator

import numpy as np

from osos.mdm.derive.radar.seen import Floats, Place, Suspicion

LEAST_SLOPE = 0.08  # below, a class of accuracy and technical loss explain it
LEAST_SURENESS = 8.0  # slope ÷ its standard error
# What the meter explains of what is missing, over what nothing explains (slot by slot). A bypass, or a meter
# that hangs here and is written down elsewhere, leaves much that only looks like the neighbours' load.
LEAST_EXPLAINED = 2.0


def wrong_ratios(place: Place) -> Iterator[Suspicion]:
    if not place.meters:
        return
    names = list(place.meters)
    loads = np.column_stack([place.meters[name].import_wh.astype(np.float64) for name in names])
    design = np.column_stack((loads, np.ones(len(loads))))
    balanced = place.balanced()
    slopes, errors = _solved(design[balanced], place.residual()[balanced])
    for number, name in enumerate(names):
        slope, error = float(slopes[number]), float(errors[number])
        sureness = abs(slope) / error if error > 0 else 0.0
        least = max(LEAST_SURENESS, LEAST_EXPLAINED * float(balanced.sum()) ** 0.5)
        if abs(slope) < LEAST_SLOPE or sureness < least:
            continue
        facts = {"true_over_used": 1 + slope, "sureness": sureness}
        yield Suspicion(
            place=place.name,
            meter=name,
            pattern="ratio",
            recoverable_wh=round(abs(slope) * float(loads[place.meters[name].told, number].sum())),
            strength=sureness,
            facts=facts,
        )


def _solved(design: Floats, target: Floats) -> tuple[Floats, Floats]:
    """Least squares with the standard error of each slope; what cannot be told apart has none."""
    slopes, _, rank, _ = np.linalg.lstsq(design, target, rcond=None)
    if rank < design.shape[1] or len(target) <= rank:
        return np.zeros(design.shape[1]), np.zeros(design.shape[1])
    left = target - design @ slopes
    variance = float(left @ left) / (len(target) - rank)
    spread: Floats = variance * np.diag(np.linalg.inv(design.T @ design))
    errors: Floats = np.sqrt(np.maximum(spread, 0)).astype(np.float64)
    return slopes.astype(np.float64), errors
