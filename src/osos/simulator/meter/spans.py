"""When did something begin and end, by the meter's own clock?"""

import itertools
from dataclasses import dataclass, replace

from osos.simulator.meter.moment import stamp
from osos.simulator.meter.settings import Epoch, Settings, Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A row `start;end` with world seconds for the logic and wall minutes for print; None: open, no clock."""

    start_s: int
    start_minute: int | None
    end_s: int | None = None
    end_minute: int | None = None

    def ended(self, change: "Change") -> "Span":
        return replace(self, end_s=change.second, end_minute=change.minute)

    @property
    def text(self) -> str:
        return f"({stamp(self.start_minute)};{stamp(self.end_minute)})"


@dataclass(frozen=True, slots=True)
class Change:
    """The second at which one set of settings gave way to another; acts of one second are one change."""

    second: int
    before: Settings
    after: Settings

    @property
    def minute(self) -> int | None:
        """The wall minute printed for it: the clock's that ran then, None without one (M-128)."""
        clock = self.before if self.before.clock_runs else self.after
        return None if clock.clock_fault else (self.second + clock.offset_s) // 60


def began(change: Change) -> Span:
    return Span(start_s=change.second, start_minute=change.minute)


def epochs_to(timeline: Timeline, second: int) -> list[Epoch]:
    """All stretches up to this second, what was done at it included."""
    return timeline.epochs(timeline.since_s, second + 1)


def changes_to(timeline: Timeline, second: int) -> list[Change]:
    epochs = epochs_to(timeline, second)
    return [
        Change(later.start_s, earlier.settings, later.settings)
        for earlier, later in itertools.pairwise(epochs)
    ]
