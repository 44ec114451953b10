"""When was which phase without voltage, and for long or for short? (M-110…M-114)"""

from dataclasses import dataclass, field

from osos.simulator.meter.spans import Span, began, changes_to
from osos.simulator.meter.timeline import Change, Timeline

THREE_PHASE = 0  # number of the three-phase lists; 1 … 3 are the phases'


@dataclass(slots=True)
class Interruptions:
    """All losses of voltage up to a second, oldest first, by list; the open one is the last."""

    spans: dict[int, list[Span]] = field(default_factory=lambda: {number: [] for number in range(4)})

    def open(self, number: int) -> Span | None:
        last = self.spans[number][-1:]
        return last[0] if last and last[0].end_s is None else None

    def begin(self, number: int, change: Change) -> None:
        self.spans[number].append(began(change))

    def end(self, number: int, change: Change) -> None:
        if self.open(number):
            self.spans[number][-1] = self.spans[number][-1].ended(change)

    def follow(self, change: Change) -> None:
        """One change of the live phases (M-113)."""
        was, now = change.before.live, change.after.live
        if len(now) == 1:
            self._phase(1, change, was=was[0], now=now[0])
        elif any(was) and not any(now):
            for number in (1, 2, 3):
                self.end(number, change)
            self.begin(THREE_PHASE, change)
        elif any(now):
            back = not any(was)
            if back:
                self.end(THREE_PHASE, change)
            for phase, live in enumerate(now):
                self._phase(phase + 1, change, was=back or was[phase], now=live)

    def _phase(self, number: int, change: Change, *, was: bool, now: bool) -> None:
        if was and not now:
            self.begin(number, change)
        elif now and not was:
            self.end(number, change)


def interruptions(timeline: Timeline, second: int) -> Interruptions:
    found = Interruptions()
    for change in changes_to(timeline, second):
        if change.before.live != change.after.live:
            found.follow(change)
    return found


def of_length(spans: list[Span], timeline: Timeline, second: int, *, short: bool) -> list[Span]:
    """The rows of the short or the long list, newest first: an open one stands in both until it is long.

    Exactly the threshold is long (M-112); it is the threshold in force when that is decided.
    """
    found = []
    for span in reversed(spans):
        decided = second if span.end_s is None else span.end_s
        threshold_s = timeline.at(decided).threshold_s
        is_long = decided - span.start_s >= threshold_s
        if (span.end_s is None and not is_long) or is_long != short:
            found.append(span)
    return found
