"""What has to be brought up to date every few seconds while a server runs?"""

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from osos.quantities import Clock
    from osos.store import Store

EVERY_S = 5.0
_TURNS = 20  # portions in one go; what is left waits for the next


class Upkeep:
    """Keeps the fleet's counters near the truth, in a thread of its own, until `stop`."""

    def __init__(self, store: "Store", clock: "Clock", log: Any, *, every_s: float = EVERY_S) -> None:
        self._store, self._clock, self._log, self._every_s = store, clock, log, every_s
        self._end = threading.Event()
        self._trouble = ""
        self._thread = threading.Thread(target=self._live, name="osos-upkeep", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._end.set()
        self._thread.join(10)

    def _live(self) -> None:
        while not self._end.is_set():
            self.turn()
            self._end.wait(self._every_s)

    def turn(self) -> None:
        """One round; a store that is away is told once and asked again later."""
        from osos.mdm import fleet
        from osos.store import StoreUnavailable

        try:
            for _ in range(_TURNS):
                with self._store.begin() as conn:
                    done = fleet.refresh(conn, now=self._clock.now())
                if not done.more or self._end.is_set():
                    break
            trouble = ""
        except StoreUnavailable as error:
            trouble = str(error)
        if bool(trouble) != bool(self._trouble):
            self._log.warning("store trouble", words=trouble) if trouble else self._log.info("store is back")
        self._trouble = trouble
