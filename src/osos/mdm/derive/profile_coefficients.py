"""How is a month's energy of a meter without hourly values spread over its hours (regulation (b4))?

Hourly value = energy of the rate × coefficient of that hour. Coefficients of a rate sum to about 1 over the
month (three rates: 1 each, 3 together). Whole Wh, spread so that the hours add up to the rate's energy
exactly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from osos.mdm.derive.tariffs import Band, Bands
from osos.mdm.labels import Ints

MILLIONTHS = 10**12  # coefficients are kept as whole numbers of 10⁻¹²
OFF_BY_MOST = Decimal("0.01")  # "about 1": published sums differ in the last digits; more is a wrong table


@dataclass
class NotAProfile(ValueError):
    """Coefficients that do not spread a month: their sum is too far from one, or one is below zero."""

    total: Decimal

    def __str__(self) -> str:
        return f"the coefficients of the month sum to {self.total}, not to 1: see which table this is"


def by_profile(wh: int, coefficients: Sequence[Decimal]) -> Ints:
    """One rate over the hours of the month that have its coefficients.

    >>> by_profile(10, [Decimal("0.25"), Decimal("0.25"), Decimal("0.5")]).tolist()
    [2, 3, 5]
    """
    shares = [int(one * MILLIONTHS) for one in coefficients]
    total = sum(coefficients, Decimal(0))
    if abs(total - 1) > OFF_BY_MOST or min(shares, default=0) < 0:
        raise NotAProfile(total)
    counted, edges = 0, [0]
    for share in shares:
        counted += share
        edges.append(wh * counted // sum(shares))
    spread: Ints = np.array(edges[1:], dtype=np.int64) - np.array(edges[:-1], dtype=np.int64)
    return spread


def three_rates_by_profile(wh: Mapping[Band, int], coefficients: Sequence[Decimal], bands: Bands) -> Ints:
    """Each rate over its own hours, whose coefficients sum to one by themselves."""
    found = np.zeros(len(coefficients), dtype=np.int64)
    for band, energy in wh.items():
        own = np.flatnonzero(bands == band)
        if own.size:
            found[own] = by_profile(energy, [coefficients[place] for place in own.tolist()])
        elif energy:
            raise NotAProfile(Decimal(0))
    return found
