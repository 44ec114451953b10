"""What is missing: which slots in a row, of which meter, and what is known at their edges?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from osos.mdm.canonical import GREATEST_W, Channel
from osos.mdm.keeping.exchanges import advance
from osos.mdm.labels import DAY_MIN, HOUR_MIN, Ints, day_of_label

Shape = Mapping[Channel, list[int]]  # Wh or varh a slot, as a method believes them


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """Missing slots in a row, measured by one meter; labels are those of their first and last edge."""

    first_label: int
    last_label: int
    period_min: int
    meter_id: int
    multiplier: Decimal
    channels: tuple[Channel, ...]
    begun: Mapping[Channel, int] | None = None  # registers at the first edge, None: not known
    ended: Mapping[Channel, int] | None = None
    minutes: tuple[int, ...]  # of each slot to be filled, this meter's; fewer than a period at an exchange
    by_hand: tuple[
        tuple[int, tuple[int, ...]], ...
    ] = ()  # slots a person set: label of the end, each channel
    split: bool = False  # one meter whose multiplier changed: the register then is counted out by minutes

    @property
    def count(self) -> int:
        return (self.last_label - self.first_label) // self.period_min

    @property
    def length_min(self) -> int:
        return self.last_label - self.first_label

    def places(self) -> list[tuple[int, int]]:
        """(day, slot of the day) of each missing slot."""
        ends = range(self.first_label + self.period_min, self.last_label + 1, self.period_min)
        return [
            (day_of_label(end), (end - day_of_label(end) * DAY_MIN) // self.period_min - 1) for end in ends
        ]

    def difference(self, channel: Channel) -> int | None:
        """What the register counted over the hole, less what was set by hand in it.

        None when an edge is not known or cannot be believed.
        """
        counted = self._counted(channel)
        return None if counted is None else counted - self.set_wh(channel)

    def _counted(self, channel: Channel) -> int | None:
        if self.begun is None or self.ended is None:
            return None
        if channel not in self.begun or channel not in self.ended:
            return None
        most = GREATEST_W * self.length_min // HOUR_MIN
        return advance(self.begun[channel], self.ended[channel], most=most)

    def set_wh(self, channel: Channel) -> int:
        """What people set in this hole."""
        if channel not in self.channels:
            return 0
        place = self.channels.index(channel)
        return sum(values[place] for _, values in self.by_hand)

    @property
    def is_overfilled(self) -> bool:
        """Whether people set more than the registers counted."""
        return any((self.difference(channel) or 0) < 0 for channel in self.channels)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fill:
    """What was put in, how, and from what."""

    values: Ints  # (channels, slots)
    method: str
    version: int
    code: str  # IEC 61968-9
    inputs: Mapping[str, Any]
    uncertainty_wh: int  # one sigma of the whole fill's A+; nought where registers tell the sum
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What a method believes before registers have their say."""

    shape: Shape
    inputs: Mapping[str, Any]
    sigma_wh: int  # of the sum of A+
    slot_sigma_wh: int = 0
