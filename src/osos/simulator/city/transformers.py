"""Which transformers feed the city's customers, and what do their main meters see?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from osos.simulator.city.points import Point
from osos.simulator.load import Fed, Feeding, greatest_w

STREETS = 5  # every fifth customer lives in the same street
_EACH = 10  # customers of a transformer at most
_LEAST = 3
_MOST_MULTIPLIER = 80  # larger works have a transformer of their own and hang at the feeder
_SIZES = ((50, 20), (100, 30), (160, 50), (250, 80), (400, 120), (630, 200), (1000, 300))  # kVA, X/5


Numbered = tuple[int, Point]  # a point and its number in the city


@dataclass(frozen=True, slots=True)
class Transformer:
    """A transformer before its main meter is made."""

    name: str
    kva: int
    multiplier: int
    below: tuple[int, ...]  # numbers of the city's points
    load: Feeding


def transformers(seed: int, points: Sequence[Point], *, days: range) -> Iterator[Transformer]:
    """Streets of at most ten customers; `days` are looked at to choose a transformer large enough."""
    for number, street in enumerate(_streets(points)):
        fed = [_fed(*one) for one in street]
        kva, multiplier = _size(greatest_w(fed, days))
        yield Transformer(
            name=f"TR-{number + 1}",
            kva=kva,
            multiplier=multiplier,
            below=tuple(one for one, _ in street),
            load=Feeding(seed * 907 + number, fed=fed, multiplier=multiplier),
        )


def _streets(points: Sequence[Point]) -> Iterator[Sequence[Numbered]]:
    low = [one for one in enumerate(points) if one[1].multiplier <= _MOST_MULTIPLIER]
    for street in range(STREETS):
        own = [one for one in low if one[0] % STREETS == street]
        for first in range(0, len(own), _EACH):
            if len(own[first : first + _EACH]) >= _LEAST:
                yield own[first : first + _EACH]


def _fed(number: int, point: Point) -> Fed:
    return Fed(point.load, int(point.multiplier), phase=number // STREETS % 3)


def _size(most_w: float) -> tuple[int, int]:
    return next(((kva, ratio) for kva, ratio in _SIZES if most_w * 1.25 <= kva * 1000), _SIZES[-1])
