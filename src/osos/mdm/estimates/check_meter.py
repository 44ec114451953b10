"""What did the check meter of this point count?"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from osos.mdm.canonical import Channel
from osos.mdm.estimates.apportion import apportion
from osos.mdm.estimates.hole import Guess, Hole

NAME, VERSION, CODE = "check meter", 1, "3.8.0"
_CLASS = Decimal("0.005")  # chosen: two meters of class 0.5 may differ so much


def fill(
    hole: Hole, *, check_point: int, primary: Mapping[Channel, Sequence[Decimal | None]]
) -> Guess | None:
    """Its primary energies in these slots, as this meter would have counted them; all or nothing."""
    shape = {}
    for channel in hole.channels:
        slots = primary.get(channel)
        if slots is None or any(value is None for value in slots):
            return None
        exact = [(value or Decimal(0)) / hole.multiplier for value in slots]
        whole = int(sum(exact, Decimal(0)).to_integral_value())
        shape[channel] = apportion(whole, [int(value * 1000) for value in exact])
    sigma = int(_CLASS * sum(shape.get(Channel.A_PLUS, [])))
    return Guess(shape=shape, inputs={"check_point": check_point}, sigma_wh=sigma)
