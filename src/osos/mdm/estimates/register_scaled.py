"""How did the energy between two known registers spread, if it was a day like others?"""

from osos.mdm.canonical import Channel
from osos.mdm.estimates.hole import Guess, Hole
from osos.mdm.estimates.reference_days import References
from osos.mdm.labels import date_of_day

NAME, VERSION, CODE = "register-scaled reference days", 1, "3.8.0"


def fill(hole: Hole, *, references: References | None) -> Guess | None:
    """The shape of the reference days; how much it is the registers say."""
    if references is None or hole.difference(Channel.A_PLUS) is None:
        return None
    return Guess(
        shape={channel: references.sums(channel) for channel in hole.channels},
        inputs={"reference_days": [date_of_day(day).isoformat() for day in references.days]},
        sigma_wh=0,
        slot_sigma_wh=references.slot_sigma(Channel.A_PLUS),
    )
