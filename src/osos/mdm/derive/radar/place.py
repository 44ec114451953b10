"""Does a meter hang at another transformer than the records say?

Voltage of all meters of one transformer rises and falls together. A meter whose voltage follows another one's
better than its own is written down in the wrong place, and both balances are wrong by its energy.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from osos.mdm.derive.radar.seen import Floats, Place, Suspicion

LEAST_BETTER = 0.2  # by so much the other place's correlation must be higher
LEAST_FOLLOWING = 0.6
LEAST_SLOTS = 96 * 3


def wrong_places(places: Sequence[Place]) -> Iterator[Suspicion]:
    """Over all transformers at once."""
    for place in places:
        for name, meter in place.meters.items():
            if meter.volts is None:
                continue
            follows = {one.name: _following(meter.volts, _mean_of(one, leave_out=name)) for one in places}
            best = max(follows, key=lambda other: follows[other])
            better = follows[best] - follows[place.name]
            if best != place.name and better >= LEAST_BETTER and follows[best] >= LEAST_FOLLOWING:
                yield Suspicion(
                    place=place.name,
                    meter=name,
                    pattern=f"place: {best}",
                    recoverable_wh=int(meter.import_wh.sum()),
                    strength=better,
                    facts={"own": follows[place.name], "other": follows[best]},
                )


def _mean_of(place: Place, *, leave_out: object) -> Floats | None:
    curves = [one.volts for name, one in place.meters.items() if name != leave_out and one.volts is not None]
    return np.nanmean(np.vstack(curves), axis=0) if curves else None


def _following(volts: Floats, other: Floats | None) -> float:
    """Correlation of the changes from slot to slot: the level and the day's shape are alike everywhere."""
    if other is None:
        return 0.0
    steps, others = np.diff(volts), np.diff(other)
    both = np.isfinite(steps) & np.isfinite(others)
    if int(both.sum()) < LEAST_SLOTS or steps[both].std() == 0 or others[both].std() == 0:
        return 0.0
    return float(np.corrcoef(steps[both], others[both])[0, 1])
