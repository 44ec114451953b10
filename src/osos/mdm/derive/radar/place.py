"""Does a meter hang at another transformer than the records say?

Voltage of all meters of one transformer rises and falls together. A meter whose voltage follows another one's
better than its own is written down in the wrong place, and both balances are wrong by its energy.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from osos.mdm.derive.radar.seen import Floats, Place, Suspicion

LEAST_BETTER = 0.2  # by so much the other place's correlation must be higher
LEAST_FOLLOWING = 0.6
LEAST_SLOTS = 96 * 3


def wrong_places(places: Sequence[Place]) -> Iterator[Suspicion]:
    """Over all transformers at once."""
    voltages = {place.name: Voltage.of(place) for place in places}
    for place in places:
        yield from wrong_here(place, voltages)


def wrong_here(place: Place, voltages: Mapping[str, "Voltage"]) -> Iterator[Suspicion]:
    """Meters of one transformer that follow another one's voltage."""
    means = {name: one.mean() for name, one in voltages.items() if name != place.name}
    for name, meter in place.meters.items():
        if meter.volts is None:
            continue
        own = following(meter.volts, voltages[place.name].mean(without=meter.volts))
        follows = {other: following(meter.volts, mean) for other, mean in means.items()}
        if not follows:
            return
        best = max(follows, key=lambda other: follows[other])
        better = follows[best] - own
        if better >= LEAST_BETTER and follows[best] >= LEAST_FOLLOWING:
            yield Suspicion(
                place=place.name,
                meter=name,
                pattern=f"place: {best}",
                recoverable_wh=int(meter.import_wh[meter.told].sum()),
                strength=better,
                facts={"own": own, "other": follows[best]},
            )


@dataclass(frozen=True, slots=True, eq=False)
class Voltage:
    """What the meters of one transformer saw together: sums, so that one can be taken out."""

    total: Floats
    count: Floats

    @classmethod
    def of(cls, place: Place) -> "Voltage":
        size = place.main_wh.size
        total, count = np.zeros(size), np.zeros(size)
        for one in place.meters.values():
            if one.volts is not None:
                seen = np.isfinite(one.volts)
                total += np.where(seen, one.volts, 0)
                count += seen
        return cls(total, count)

    def mean(self, *, without: Floats | None = None) -> Floats:
        """NaN where nobody else saw anything."""
        total, count = self.total, self.count
        if without is not None:
            seen = np.isfinite(without)
            total, count = total - np.where(seen, without, 0), count - seen
        found = np.full(total.size, np.nan)
        np.divide(total, count, out=found, where=count > 0)
        return found


def following(volts: Floats, other: Floats) -> float:
    """Correlation of the changes from slot to slot: the level and the day's shape are alike everywhere."""
    steps, others = np.diff(volts), np.diff(other)
    both = np.isfinite(steps) & np.isfinite(others)
    if int(both.sum()) < LEAST_SLOTS or steps[both].std() == 0 or others[both].std() == 0:
        return 0.0
    return float(np.corrcoef(steps[both], others[both])[0, 1])
