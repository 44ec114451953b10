"""What has to be brought up to date every few seconds while a server runs?"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from osos.quantities import Clock
    from osos.store import Store

EVERY_S = 5.0
_PORTIONS = 20  # of one task in one go; what is left waits for the next


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing that is kept up to date; `portion` says whether there is more of it to do."""

    name: str
    portion: Callable[["Connection"], bool]
    every_s: float = 0.0  # 0: at every turn


class Upkeep:
    """Does the tasks in a thread of its own, each portion in its own transaction, until `stop`."""

    def __init__(self, store: "Store", tasks: tuple[Task, ...], clock: "Clock", log: Any) -> None:
        self._store, self._tasks, self._clock, self._log = store, tasks, clock, log
        self._end = threading.Event()
        self._trouble = ""
        self._due: dict[str, float] = {}
        self._thread = threading.Thread(target=self._live, name="osos-upkeep", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._end.set()
        self._thread.join(10)

    def _live(self) -> None:
        while not self._end.is_set():
            self.turn()
            self._end.wait(EVERY_S)

    def turn(self) -> None:
        """One round of all tasks that are due; a store that is away is told once and asked again later."""
        from osos.store import StoreUnavailable

        try:
            for task in self._tasks_due():
                self._do(task)
            trouble = ""
        except StoreUnavailable as error:
            trouble = str(error)
        if bool(trouble) != bool(self._trouble):
            self._log.warning("store trouble", words=trouble) if trouble else self._log.info("store is back")
        self._trouble = trouble

    def _tasks_due(self) -> Iterator[Task]:
        now = self._clock.monotonic()
        for task in self._tasks:
            if self._due.get(task.name, now) <= now:
                self._due[task.name] = now + task.every_s
                yield task

    def _do(self, task: Task) -> None:
        for _ in range(_PORTIONS):
            if not self._portion(task) or self._end.is_set():
                return

    def _portion(self, task: Task) -> bool:
        """One mistake of ours must not stop the other tasks: it is told, and tried again at the next turn."""
        from osos.store import StoreUnavailable

        try:
            with self._store.begin() as conn:
                return task.portion(conn)
        except StoreUnavailable:
            raise
        except Exception:  # noqa: BLE001  # whatever it is, it is told with its trace
            self._log.exception("upkeep failed", task=task.name)
            return False


def usual_tasks(clock: "Clock", real_clock: "Clock", *, speed: float = 1.0) -> tuple[Task, ...]:
    """What every server keeps up to date: counts, verdicts, estimates, balances; and old sign-ins go.

    Where the clock runs `speed` times as fast, rests between rounds are as much shorter.
    """

    def count(conn: "Connection") -> bool:
        from osos.mdm import fleet

        return fleet.refresh(conn, now=clock.now()).more

    def recount(conn: "Connection") -> bool:
        from osos.mdm import fleet

        return fleet.recount_some(conn, now=clock.now())

    def sweep(conn: "Connection") -> bool:
        from osos import access

        access.sweep(conn, now=real_clock.now())
        return False

    from osos.cli.estimating import Estimating
    from osos.cli.judging import Judging
    from osos.cli.networking import LOOK_REST_S, REST_S, Balancing, Searching

    balancing = Balancing(clock, real_clock, rest_s=REST_S / speed)
    searching = Searching(clock, real_clock, rest_s=LOOK_REST_S / speed)
    return (
        Task(name="count the fleet", portion=count),
        Task(name="recount moved points", portion=recount),
        Task(name="judge", portion=Judging(clock, real_clock).portion),
        Task(name="estimate", portion=Estimating(clock, real_clock).portion),
        Task(name="balance the network", portion=balancing.portion),
        Task(name="look for losses", portion=searching.portion),
        Task(name="forget", portion=sweep, every_s=3600.0),
    )
