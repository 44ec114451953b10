"""How do many small works become one durable commit?"""

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Connection

from osos.store.open import Store
from osos.store.savepoint import Savepoint
from osos.store.unavailable import StoreUnavailable, unavailable

T = TypeVar("T")
CLOSE_WITHIN_S = 4.0  # of the 30 s in which SIGTERM is to be obeyed; the head-end drains before


@dataclass(slots=True)
class _Asked:
    """A work that waits, and where its outcome goes."""

    work: Callable[[Connection], Any]
    future: Future[Any]
    result: Any = None
    error: BaseException | None = None
    begun: bool = False

    def begin(self) -> bool:
        """From here it cannot be cancelled; False: it was."""
        self.begun = self.begun or self.future.set_running_or_notify_cancel()
        return self.begun

    def settle(self) -> None:
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class Committer:
    """One thread that runs what is waiting in one transaction and then releases the outcomes (H-4).

    Each work runs in a savepoint: one that raises fails alone. A future is resolved only after COMMIT; when
    the database is locked, full or gone, the whole batch fails with StoreUnavailable, nothing of it counts as
    done, and the next batch tries afresh. More than `capacity` works waiting: the newest is refused with
    reason "overloaded", so memory stays bounded and the device sends again. A batch that has lasted
    `max_batch_s` is committed and the rest of it goes first in the next one: the first of 500 days of
    profile is not acknowledged after the last, and SIGTERM waits for no longer batch.
    """

    def __init__(
        self,
        store: Store,
        *,
        max_wait_s: float = 0.005,
        max_batch: int = 500,
        max_batch_s: float = 0.5,
        capacity: int = 20_000,
        counter_s: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._store, self._counter_s = store, counter_s
        self._max_wait_s, self._max_batch, self._capacity = max_wait_s, max_batch, capacity
        self._max_batch_s = max_batch_s
        self._waiting: deque[_Asked] = deque()
        self._changed = threading.Condition()
        self._closed = self._given_up = False
        self._thread = threading.Thread(target=self._run, name="osos-committer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Connection], T]) -> Future[T]:
        """Have `work(conn)` committed soon; never blocks and never raises, the future tells."""
        future: Future[T] = Future()
        with self._changed:
            if self._closed:
                future.set_exception(StoreUnavailable("closed", "the program is stopping"))
            elif len(self._waiting) >= self._capacity:
                future.set_exception(
                    StoreUnavailable("overloaded", f"{self._capacity} works wait for the database")
                )
            else:
                self._waiting.append(_Asked(work, future))
                self._changed.notify()
        return future

    @property
    def waiting(self) -> int:
        """How many works wait for the database now."""
        return len(self._waiting)

    def close(self, *, within_s: float = CLOSE_WITHIN_S) -> None:
        """Take nothing new, commit what waits, and end the thread.

        What a slow database has not taken in time is refused: nobody was told that it is safe.
        """
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join(within_s)
        if self._thread.is_alive():
            self._refuse_waiting()
            self._thread.join()

    def _refuse_waiting(self) -> None:
        with self._changed:
            self._given_up = True
            left = [self._waiting.popleft() for _ in range(len(self._waiting))]
        for asked in left:
            if asked.begin():
                asked.future.set_exception(StoreUnavailable("closed", "the program has stopped"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        pause_s = self._max_wait_s
        while batch := self._gather(pause_s):
            self._put_back(self._commit([asked for asked in batch if asked.begin()]))
            # What arrived during that commit has waited long enough.
            pause_s = 0.0 if self._waiting else self._max_wait_s

    def _gather(self, pause_s: float) -> list[_Asked]:
        """The next batch; empty only when closed and drained."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if pause_s:
                self._changed.wait_for(lambda: self._closed or len(self._waiting) >= self._max_batch, pause_s)
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), self._max_batch))]

    def _put_back(self, rest: list[_Asked]) -> None:
        with self._changed:
            self._waiting.extendleft(reversed(rest))
        if self._given_up:
            self._refuse_waiting()

    def _commit(self, batch: list[_Asked]) -> list[_Asked]:
        """Those there was no time for."""
        if not batch:
            return []
        try:
            with self._store.begin() as conn:
                done = self._run_each(conn, batch)
        except BaseException as error:  # noqa: BLE001  # whatever it was, the batch is told and the thread lives on
            for asked in batch:
                asked.future.set_exception(_refusal(error))
            return []
        for asked in batch[:done]:
            asked.settle()
        return batch[done:]

    def _run_each(self, conn: Connection, batch: list[_Asked]) -> int:
        """Run the works one after the other while there is time; how many were run."""
        until, savepoint = self._counter_s() + self._max_batch_s, Savepoint(conn)
        for number, asked in enumerate(batch):
            if number and self._counter_s() >= until:
                return number
            _run(conn, savepoint, asked)
        return len(batch)


def _run(conn: Connection, savepoint: Savepoint, asked: _Asked) -> None:
    """One work, in a savepoint of its own."""
    transaction = conn.get_transaction()
    savepoint.renew()
    try:
        asked.result = asked.work(conn)
    except BaseException as error:  # a poisonous work fails alone, whatever it raises
        failed = unavailable(error)
        if failed is not None:
            raise failed from error
        asked.error = error
    if conn.get_transaction() is not transaction or conn.in_nested_transaction():
        raise RuntimeError(f"{asked.work!r} ended the transaction it shares, or left a savepoint open")
    if asked.error is not None:
        savepoint.roll_back()


def _refusal(error: BaseException) -> StoreUnavailable:
    """A fresh exception for each future: raised in many tasks, one object would mix their tracebacks."""
    if isinstance(error, StoreUnavailable):
        told = StoreUnavailable(error.reason, error.detail)
    else:
        told = StoreUnavailable("refused", f"the commit failed: {type(error).__name__}: {error}")
    told.__cause__ = error
    return told
