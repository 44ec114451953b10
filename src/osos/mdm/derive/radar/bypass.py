"""Did a meter's use drop from one day on while the transformer misses what it dropped by?

A bypass takes part of the load past the meter. A customer who merely uses less leaves the balance as it was:
the drop must reappear in what is missing.
"""

from collections.abc import Iterator

import numpy as np

from osos.mdm.derive.radar.seen import QUARTERS, Flags, Floats, Place, Suspicion

LEAST_DAYS = 7  # on both sides of the day it began
LEAST_SLOTS = 80  # balanced quarter hours of a day that is looked at
LEAST_DROP = 0.25  # of the use before
REAPPEARS = (0.6, 1.5)  # what is missing more, over what the meter dropped by
LEAST_SURENESS = 6.0


def bypasses(place: Place) -> Iterator[Suspicion]:
    balanced = place.balanced()
    whole = _days(balanced.astype(np.float64)) >= LEAST_SLOTS
    missing = _day_means(place.residual(), balanced)[whole]
    numbers = np.flatnonzero(whole)
    for name, meter in place.meters.items():
        use = _day_means(meter.import_wh.astype(np.float64), balanced)[whole]
        found = _drop(use)
        if found is None:
            continue
        day, before, after = found
        rise = float(missing[day:].mean() - missing[:day].mean())
        drop = before - after
        spread = float(
            np.concatenate((missing[:day] - missing[:day].mean(), missing[day:] - missing[day:].mean())).std()
        )
        sureness = rise / (spread * np.sqrt(1 / day + 1 / (missing.size - day))) if spread else np.inf
        if REAPPEARS[0] <= rise / drop <= REAPPEARS[1] and sureness >= LEAST_SURENESS:
            yield Suspicion(
                place=place.name,
                meter=name,
                pattern="bypass",
                recoverable_wh=round(rise * (missing.size - day)),
                strength=float(sureness),
                facts={"from_day": float(numbers[day]), "drop_share": drop / before},
            )


def _days(slots: Floats) -> Floats:
    days: Floats = slots[: slots.size // QUARTERS * QUARTERS].reshape(-1, QUARTERS).sum(axis=1)
    return days


def _day_means(slots: Floats, known: Flags) -> Floats:
    """Wh a day, as if the quarter hours that are not known were like the others."""
    counted = np.maximum(_days(known.astype(np.float64)), 1)
    found: Floats = _days(np.where(known, slots, 0)) / counted * QUARTERS
    return found


def _drop(use: Floats) -> tuple[int, float, float] | None:
    """The day that parts the days best into before and after; mean use of both. None: no such drop."""
    if use.size < 2 * LEAST_DAYS:
        return None
    candidates = range(LEAST_DAYS, use.size - LEAST_DAYS + 1)
    apart = [use[:day].size * use[:day].var() + use[day:].size * use[day:].var() for day in candidates]
    day = LEAST_DAYS + int(np.argmin(apart))
    before, after = float(use[:day].mean()), float(use[day:].mean())
    return (day, before, after) if before > 0 and (before - after) / before >= LEAST_DROP else None
