"""What do all ways into a meter share: its life, its log, and the one way to change it?"""

from collections.abc import Callable
from datetime import datetime

from osos.simulator.load import Load
from osos.simulator.meter.act import Act
from osos.simulator.meter.life import Life
from osos.simulator.meter.moment import second_of, wall
from osos.simulator.meter.seams import Seams
from osos.simulator.meter.settings import Settings
from osos.simulator.meter.snapshot import Snapshot
from osos.simulator.meter.spec import MeterSpec


class Body:
    """One meter's inside; its ports, its rig and its door each see it through this."""

    def __init__(self, spec: MeterSpec, load: Load, *, days_kept: int, seams: Seams) -> None:
        self.spec, self.seams = spec, seams
        self.acts: list[Act] = []
        self.sessions: dict[str, int] = {}  # programming sessions begun, by port
        self.life = Life(spec, load, days_kept=days_kept, seams=seams)
        self._shot: Snapshot | None = None
        self.changed: Callable[[], None] = _nobody  # who keeps the state is told before anyone is answered

    def second(self, at: datetime) -> int:
        """Every question and act passes here: first what the meter did by itself until then."""
        second = second_of(at)
        self.life.settle(second)
        return second

    def snapshot(self, at: datetime) -> Snapshot:
        second = self.second(at)
        if self._shot is None or self._shot.second != second:
            self._shot = Snapshot(self.life, second)
        return self._shot

    def settings(self, second: int) -> Settings:
        return self.life.timeline.at(second)

    def act(self, second: int, found: Settings, *, what: str) -> None:
        """These settings hold from here on, if they are any others than before."""
        before = self.settings(second)
        found = self.seams.through("after", found, before, second, what)
        if found != before:
            self.life.act(second, found)
            self._shot = None
            self.changed()

    def is_locked(self, second: int) -> bool:
        """After three wrong passwords (M-50)."""
        return second < self.settings(second).locked_until_s


def _nobody() -> None:
    """Nobody keeps the state."""


def month_of(wall_s: int) -> tuple[int, int]:
    shown = wall(wall_s)
    return shown.year, shown.month
