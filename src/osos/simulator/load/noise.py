"""Where does chance come from, when any day must be reachable without the days before it?"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from osos.simulator.load.day import MINUTES, Floats

_GOLDEN = 0x9E3779B97F4A7C15  # splitmix64's increment and its two multipliers
_MIX_1 = 0xBF58476D1CE4E5B9
_MIX_2 = 0x94D049BB133111EB
_WORD = 2**64 - 1


def chance(seed: int, stream: str, number: int = -1) -> np.random.Generator:
    """A generator for one day of one stream of one customer; number −1: for all of its life."""
    return np.random.Generator(np.random.PCG64([seed & _WORD, *stream.encode(), number + 1]))


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    values = (values ^ (values >> np.uint64(30))) * np.uint64(_MIX_1)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(_MIX_2)
    return values ^ (values >> np.uint64(31))


@lru_cache(maxsize=32)
def _blend(every_min: int) -> Floats:
    place = np.arange(every_min) / every_min
    return place * place * (3.0 - 2.0 * place)  # smoothstep: no kinks at the knots


def wander(seed: int, stream: int, number: int, *, every_min: int, rows: int) -> Floats:
    """A curve in [−1, 1] of (rows, 1440) that runs on smoothly into the next day.

    Its knots, every `every_min` minutes (a divisor of 1440), are hashed from their absolute time, so
    midnight's knot is the same seen from either day.
    """
    first = number * MINUTES // every_min
    knots = np.arange(first, first + MINUTES // every_min + 1, dtype=np.uint64) * np.uint64(_GOLDEN)
    keys = [((seed * _MIX_1) + (stream * _MIX_2) + row * _GOLDEN) & _WORD for row in range(rows)]
    hashed = _mixed(_mixed(np.array(keys, dtype=np.uint64))[:, None] + knots)
    heights = hashed * 2.0**-63 - 1.0
    between: Floats = heights[:, :-1, None] + (heights[:, 1:, None] - heights[:, :-1, None]) * _blend(
        every_min
    )
    return between.reshape(rows, MINUTES)
