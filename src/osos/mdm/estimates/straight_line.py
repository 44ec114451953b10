"""What lies on the straight line between the slots before and after?"""

from collections.abc import Mapping
from dataclasses import dataclass

from osos.mdm.canonical import Channel
from osos.mdm.estimates.apportion import apportion
from osos.mdm.estimates.hole import Guess, Hole

NAME, VERSION, CODE = "straight line", 1, "3.8.0"
LONGEST_MIN = 120  # California's Attachment VEE: two contiguous hours


@dataclass(frozen=True, slots=True)
class EndPoint:
    """A measured slot beside the hole."""

    energies: Mapping[Channel, int]
    power_failed: bool  # part of it was without power: it is no end point


def fill(hole: Hole, *, before: EndPoint | None, after: EndPoint | None) -> Guess | None:
    """Two hours at most, between two slots that had power throughout."""
    if hole.length_min > LONGEST_MIN or before is None or after is None:
        return None
    if before.power_failed or after.power_failed:
        return None
    shape = {
        channel: _line(before.energies.get(channel, 0), after.energies.get(channel, 0), hole.count)
        for channel in hole.channels
    }
    ends = [before.energies.get(Channel.A_PLUS, 0), after.energies.get(Channel.A_PLUS, 0)]
    apart = abs(ends[1] - ends[0])
    return Guess(
        shape=shape,
        inputs={"before_wh": ends[0], "after_wh": ends[1]},
        sigma_wh=apart * hole.count // 2,
        slot_sigma_wh=apart // 2,
    )


def _line(before: int, after: int, count: int) -> list[int]:
    """`count` values between two, whole Wh, their sum as the line's."""
    steps = [before * (count - n) + after * (n + 1) for n in range(count)]  # × (count + 1)
    return apportion((sum(steps) + (count + 1) // 2) // (count + 1), steps)
