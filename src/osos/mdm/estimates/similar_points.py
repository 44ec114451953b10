"""What did points like this one do at that time?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import pstdev

from osos.mdm.canonical import Channel
from osos.mdm.estimates.hole import Guess, Hole

NAME, VERSION, CODE = "similar points", 1, "3.8.0"
FEWEST = 3  # chosen: two neighbours are no group


@dataclass(frozen=True, slots=True)
class Similar:
    """Another point of the same kind: its energies in these slots, and how large it is beside this one."""

    point_id: int
    energies: Mapping[Channel, Sequence[int]]  # in the unit of this point's meter
    usual_wh: int  # its A+ on usual days
    own_usual_wh: int  # this point's on the same days


def fill(hole: Hole, *, similar: Sequence[Similar]) -> Guess | None:
    """The mean of at least three, each scaled by what the two use on usual days."""
    fitting = [one for one in similar if one.usual_wh > 0]
    if len(fitting) < FEWEST:
        return None
    shape = {channel: _mean(fitting, channel, hole.count) for channel in hole.channels}
    totals = [sum(_scaled(one, Channel.A_PLUS, hole.count)) for one in fitting]
    return Guess(
        shape=shape,
        inputs={"points": [one.point_id for one in fitting]},
        sigma_wh=round(pstdev(totals)),
    )


def _scaled(one: Similar, channel: Channel, count: int) -> list[int]:
    values = one.energies.get(channel, [0] * count)
    return [value * one.own_usual_wh // one.usual_wh for value in values]


def _mean(points: Sequence[Similar], channel: Channel, count: int) -> list[int]:
    columns = zip(*(_scaled(one, channel, count) for one in points), strict=True)
    return [sum(column) // len(points) for column in columns]
