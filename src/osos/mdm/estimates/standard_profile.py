"""What would the point's group have done, by the published coefficients?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from osos.mdm.canonical import Channel
from osos.mdm.estimates.hole import Guess, Hole

NAME, VERSION, CODE = "standard profile", 1, "3.8.0"
_SIGMA_PERCENT = 40  # chosen: a single point against its group


@dataclass(frozen=True, slots=True)
class Standard:
    """Coefficients of a subscriber group in the slots of a hole, and the month's energy they multiply."""

    name: str
    month_wh: Mapping[Channel, int]  # secondary, expected for the month
    coefficients: Sequence[Decimal]  # of each slot, parts of the month


def fill(hole: Hole, *, standard: Standard | None) -> Guess | None:
    """Month energy × coefficient of the slot (regulation b4)."""
    if standard is None or len(standard.coefficients) != hole.count:
        return None
    shape = {
        channel: [
            int((standard.month_wh.get(channel, 0) * part).to_integral_value())
            for part in standard.coefficients
        ]
        for channel in hole.channels
    }
    total = sum(shape.get(Channel.A_PLUS, []))
    return Guess(shape=shape, inputs={"profile": standard.name}, sigma_wh=total * _SIGMA_PERCENT // 100)
