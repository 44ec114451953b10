"""What time is it, and how long is a second?"""

from datetime import datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """A source of time that is handed in; the real and the scaled one are built in `cli`."""

    def now(self) -> datetime:
        """The present, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds of this clock since some start; never goes back, runs at the pace of `now`."""

    def wall_s(self, seconds: float) -> float:
        """How long the world outside waits while this clock runs `seconds` (÷ 60 at ×60)."""

    def sleep_until(self, when: datetime) -> None:
        """Block this thread until `now() >= when`."""


class ManualClock:
    """A clock that moves only when told to: tests and compressed time."""

    def __init__(self, start: datetime) -> None:
        if start.utcoffset() is None:
            raise ValueError(f"a clock starts at an aware time, got {start!r}")
        self._start = start
        self._now = start

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return (self._now - self._start).total_seconds()

    def wall_s(self, seconds: float) -> float:  # noqa: ARG002  # nothing outside ever waits for it
        return 0.0

    def sleep_until(self, when: datetime) -> None:
        self._now = max(self._now, when)

    def advance(self, seconds: float) -> datetime:
        """Move on by `seconds` (never back) and say what time it is now."""
        if seconds < 0:
            raise ValueError(f"time does not run back: {seconds} s")
        self._now += timedelta(seconds=seconds)
        return self._now
