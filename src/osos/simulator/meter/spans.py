"""When did something begin and end, by the meter's own clock?"""

from dataclasses import dataclass, replace

from osos.simulator.meter.moment import NO_STAMP, stamp, stamp_s
from osos.simulator.meter.timeline import Change, Epoch, Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A row `start;end` with world seconds for the logic and wall seconds for print; None: open, no clock."""

    start_s: int
    start_wall_s: int | None
    end_s: int | None = None
    end_wall_s: int | None = None

    def ended(self, change: "Change") -> "Span":
        return replace(self, end_s=change.second, end_wall_s=change.wall_s)

    @property
    def text(self) -> str:
        """In minutes, gen2."""
        return f"({stamp(_minute(self.start_wall_s))};{stamp(_minute(self.end_wall_s))})"

    @property
    def start_text_s(self) -> str:
        return stamp_s(self.start_wall_s)

    @property
    def text_s(self) -> str:
        """In seconds, gen3."""
        return f"({stamp_s(self.start_wall_s)};{stamp_s(self.end_wall_s)})"


NO_SPAN = f"({NO_STAMP};{NO_STAMP})"
NO_SPAN_S = f"({stamp_s(None)};{stamp_s(None)})"


def _minute(wall_s: int | None) -> int | None:
    return None if wall_s is None else wall_s // 60


def began(change: Change) -> Span:
    return Span(start_s=change.second, start_wall_s=change.wall_s)


def epochs_to(timeline: Timeline, second: int) -> list[Epoch]:
    """All stretches up to this second, what was done at it included."""
    return timeline.whole(second)


def changes_to(timeline: Timeline, second: int) -> list[Change]:
    """Each act, and each thing the meter did by itself, up to this second."""
    return timeline.changes(second)
