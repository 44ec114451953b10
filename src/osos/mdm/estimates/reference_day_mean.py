"""What is usual for this hour of such a day?"""

from osos.mdm.canonical import Channel
from osos.mdm.estimates.hole import Guess, Hole
from osos.mdm.estimates.reference_days import References
from osos.mdm.labels import date_of_day

NAME, VERSION, CODE = "reference-day mean", 1, "3.8.0"


def fill(hole: Hole, *, references: References | None) -> Guess | None:
    """The mean of the reference days, slot by slot."""
    if references is None:
        return None
    return Guess(
        shape={
            channel: [round(sum(slot) / len(slot)) for slot in references.values[channel]]
            for channel in hole.channels
        },
        inputs={"reference_days": [date_of_day(day).isoformat() for day in references.days]},
        sigma_wh=references.total_sigma(Channel.A_PLUS),
        slot_sigma_wh=references.slot_sigma(Channel.A_PLUS),
    )
