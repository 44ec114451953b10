"""Did a meter's use drop from one day on while the transformer misses what it dropped by?

A bypass takes part of the load past the meter. A customer who merely uses less leaves the balance as it was:
the drop must reappear in what is missing. Wires lose more on days of much load; that is fitted beside, so
that a home is seen below a transformer of a hundred times its use.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from osos.mdm.derive.radar.seen import QUARTERS, Flags, Floats, Place, Suspicion

LEAST_DAYS = 7  # on both sides of the day it began
LEAST_SLOTS = 80  # balanced quarter hours of a day that is looked at
LEAST_DROP = 0.25  # of the use before
REAPPEARS = (0.6, 1.5)  # what is missing more, over what the meter dropped by
LEAST_SURENESS = 8.0  # of the rise: over its standard error


@dataclass(frozen=True, slots=True)
class _Rise:
    """From this day on so much more is missing a day, whatever the wires lose."""

    day: int
    wh: float
    sureness: float
    left: float  # what nothing explains: the smaller, the better the day


def bypasses(place: Place) -> Iterator[Suspicion]:
    balanced = place.balanced()
    whole = _days(balanced.astype(np.float64)) >= LEAST_SLOTS
    numbers = np.flatnonzero(whole)
    if numbers.size < 2 * LEAST_DAYS:
        return
    rises = _rises(place, balanced, whole)
    likeliest = min(rises.values(), key=lambda one: one.left)
    for name, meter in place.meters.items():
        use = _day_means(meter.import_wh.astype(np.float64), balanced)[whole]
        found = _reappearing(use, [rises[_likeliest_drop(use)], likeliest])
        if found is not None:
            rise, share = found
            yield Suspicion(
                place=place.name,
                meter=name,
                pattern="bypass",
                recoverable_wh=round(rise.wh * (use.size - rise.day)),
                strength=rise.sureness,
                facts={
                    "from_day": float(numbers[rise.day]),
                    "drop_share": share,
                    "rise_wh": rise.wh,
                    "days_since": float(use.size - rise.day),
                },
            )


def _reappearing(use: Floats, rises: Iterable[_Rise]) -> tuple[_Rise, float] | None:
    """The rise that this meter's drop explains, and the share it dropped by."""
    for rise in rises:
        before, after = float(use[: rise.day].mean()), float(use[rise.day :].mean())
        drop = before - after
        if before <= 0 or drop / before < LEAST_DROP or rise.sureness < LEAST_SURENESS:
            continue
        if REAPPEARS[0] <= rise.wh / drop <= REAPPEARS[1]:
            return rise, drop / before
    return None


def _rises(place: Place, balanced: Flags, whole: Flags) -> dict[int, _Rise]:
    """For each day on which something could have begun."""
    main = place.main_wh.astype(np.float64)
    missing = _day_means(place.residual(), balanced)[whole]
    load = _day_means(main, balanced)[whole]
    heat = _day_means(main**2, balanced)[whole]
    scale = [np.ones(missing.size), load / max(1.0, load.max()), heat / max(1.0, heat.max())]
    days = range(LEAST_DAYS, missing.size - LEAST_DAYS + 1)
    return {day: _fitted(day, missing, scale) for day in days}


def _fitted(day: int, missing: Floats, beside: list[Floats]) -> _Rise:
    step = (np.arange(missing.size) >= day).astype(np.float64)
    design = np.column_stack([step, *beside])
    slopes, _, rank, _ = np.linalg.lstsq(design, missing, rcond=None)
    left = missing - design @ slopes
    error = float(left @ left)
    spread = error / max(1, missing.size - int(rank)) * float(np.linalg.pinv(design.T @ design)[0, 0])
    rise = float(slopes[0])
    return _Rise(day, rise, rise / float(np.sqrt(spread)) if spread > 0 else np.inf, error)


def _likeliest_drop(use: Floats) -> int:
    """The day that parts the days best into before and after."""
    days = range(LEAST_DAYS, use.size - LEAST_DAYS + 1)
    apart = [use[:day].size * use[:day].var() + use[day:].size * use[day:].var() for day in days]
    return LEAST_DAYS + int(np.argmin(apart))


def _days(slots: Floats) -> Floats:
    days: Floats = slots[: slots.size // QUARTERS * QUARTERS].reshape(-1, QUARTERS).sum(axis=1)
    return days


def _day_means(slots: Floats, known: Flags) -> Floats:
    """Wh a day, as if the quarter hours that are not known were like the others."""
    counted = np.maximum(_days(known.astype(np.float64)), 1)
    found: Floats = _days(np.where(known, slots, 0)) / counted * QUARTERS
    return found
