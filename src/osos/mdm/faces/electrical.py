"""What voltage, current, power factor and frequency did the meter record (P-8)?

As said, each with the end of its profile period. These are momentary or extreme values: they may be thinned
for a drawing, energies may not.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection

from osos.mdm import said
from osos.mdm.derive.grids import naive
from osos.mdm.faces.curves import Curve, curves, days_with_edge
from osos.mdm.faces.points import SeenPoint
from osos.quantities import Interval

PROFILES = ("P.01", "P.02", "P.03")  # where which kind of meter keeps them differs (M-101)
_MOMENTARY = re.compile(r"(?:1[34]|[357][123]|91)\.7\.0(?: (?:max|min))?")


@dataclass(frozen=True, slots=True, eq=False)
class Electrical:
    """By code: 32 52 72.7.0 V (` max`, ` min` of the period), 31 51 71.7.0 A, 13 33 53 73.7.0 cos φ."""

    curves: Mapping[str, Curve]

    def told_after(self, start: datetime) -> list[str]:
        """The codes with a record whose profile period ended later: one of `start` closes the one before."""
        return sorted(code for code, curve in self.curves.items() if (curve.at > naive(start)).any())


def electrical(conn: Connection, seen: SeenPoint, *, period: Interval) -> Electrical:
    """Nothing where the meter keeps no such profile or it was not read."""
    found: dict[str, Curve] = {}
    for profile in PROFILES:
        found |= curves(conn, seen, period=period, profile=profile, wanted=is_momentary)
    return Electrical(found)


def lay_records_at_hand(conn: Connection, seen: SeenPoint, *, period: Interval) -> None:
    """What `electrical` and `series` by slots ask for profile by profile, asked for in one go."""
    if seen.shelf is not None:
        keys = [
            (one.meter_id, day)
            for one, part in seen.seen_installations()
            for span in seen.in_sight(period)
            if (sight := part.overlap(span)) is not None
            for day in days_with_edge(sight)
        ]
        said.lay_at_hand(conn, profiles=PROFILES, keys=keys, shelf=seen.shelf)


@lru_cache(maxsize=256)  # a year's blocks ask of the same dozen codes
def is_momentary(code: str) -> bool:
    return _MOMENTARY.fullmatch(code) is not None
