"""What if only the sum is known, and nothing of its shape?

Not in the public lists; chosen, because the sum is certain and a month may rest on it. It stands last before
a person is asked, and says by its uncertainty how little it knows of the single slot.
"""

from osos.mdm.canonical import Channel
from osos.mdm.estimates.hole import Guess, Hole

NAME, VERSION, CODE = "register difference evenly", 1, "3.8.0"


def fill(hole: Hole) -> Guess | None:
    """The same for every minute between two known registers."""
    counted = hole.difference(Channel.A_PLUS)
    if counted is None:
        return None
    shape = {channel: list(hole.minutes) for channel in hole.channels}
    return Guess(shape=shape, inputs={}, sigma_wh=0, slot_sigma_wh=counted // max(1, hole.count))
