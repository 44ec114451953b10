"""What was unpacked already for the page that is being made?

A page asks many questions of the same days. Within one state of the store a block that was unpacked once
lies on the shelf for the next question; who writes, or looks at a later state, takes a new shelf or none.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # all of them lay theirs here
    from osos.mdm.canonical import Channel
    from osos.mdm.derive.forecasting import Forecast
    from osos.mdm.faces.series import DaySum
    from osos.mdm.points import HeldDay
    from osos.mdm.said import HeldBlock


@dataclass(slots=True, eq=False)
class Shelf:
    """None where it was looked for and there is none."""

    said: "dict[tuple[str, int, int], HeldBlock | None]" = field(default_factory=dict)
    days: "dict[tuple[int, int], HeldDay | None]" = field(default_factory=dict)
    sums: "dict[tuple[int, int], DaySum | None]" = field(default_factory=dict)
    forecasts: "dict[tuple[int, datetime, Channel], Forecast | None]" = field(default_factory=dict)

    @property
    def unpacked(self) -> int:
        """How many blocks as said were taken apart."""
        return sum(block is not None for block in self.said.values())
