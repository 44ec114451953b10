"""Which clocks does a running program live by?"""

import time
from datetime import UTC, datetime, timedelta


class RealClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251  # here, and only here, the real time comes in

    def monotonic(self) -> float:
        return time.monotonic()  # noqa: TID251  # the same

    def wall_s(self, seconds: float) -> float:
        return seconds

    def sleep_until(self, when: datetime) -> None:
        time.sleep(max(0.0, (when - self.now()).total_seconds()))  # noqa: TID251  # the same


class ScaledClock:
    """A clock that starts where it is told and runs `speed` times as fast: the demo's city lives at ×60."""

    def __init__(self, start: datetime, speed: float) -> None:
        if speed <= 0:
            raise ValueError(f"a clock runs forwards: speed {speed}")
        if start.utcoffset() is None:
            raise ValueError(f"a clock starts at an aware time, got {start!r}")
        self._start = start.astimezone(UTC)
        self._speed = speed
        self._origin = time.monotonic()  # noqa: TID251  # the pace comes from the machine

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return (time.monotonic() - self._origin) * self._speed  # noqa: TID251  # the same

    def wall_s(self, seconds: float) -> float:
        return seconds / self._speed

    def sleep_until(self, when: datetime) -> None:
        time.sleep(max(0.0, self.wall_s((when - self.now()).total_seconds())))  # noqa: TID251  # the same
