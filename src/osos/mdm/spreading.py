"""How is batch work by metering point spread over threads, processes or machines, to the same outcome?

An errand reads and computes one part; whoever asked for it takes what the parts come to in their order, and
alone writes: SQLite has one writer. Without a `Spread` parts are done one after another, as they are asked
for. With one, Dask (the extra `batch`) hands them out, some at a time: what waits to be written is in memory.
"""

import os
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures import CancelledError as FutureCancelled
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import urlsplit

from osos.mdm.spreading_refusals import (
    DaskMissing,
    NoSuchSpread,
    PartFailed,
    SchedulerUnreachable,
    StoreNotShared,
    WorkerLost,
)
from osos.store import Store, StoreUnavailable, open_store

PartT = TypeVar("PartT")
FoundT = TypeVar("FoundT")
Errand = Callable[[PartT, Store], FoundT]

PARTS_A_WORKER = 4  # in flight: enough that a slow part keeps one worker waiting, not all
CONNECT_WITHIN_S = 10
_MOST_THREADS = 16  # a store has twenty readers at once
_MOST_PROCESSES = 61  # Windows waits for no more
_LOCAL = ("threads", "processes")
_SCHEMES = ("tcp", "tls")
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Where parts are worked on, how many at once, and where workers of other processes find the store."""

    where: str  # threads, processes, or the address of a Dask scheduler
    store_url: str = field(repr=False)  # it may hold a password
    workers: int = 0  # 0: as many as there are processors; a scheduler knows its own


def spread_of(text: str, *, store_url: str) -> Spread:
    """`threads`, `processes`, either with `:N` workers, or `tcp://host:port` of a Dask scheduler.

    >>> spread_of("processes:2", store_url="sqlite:///osos.sqlite").workers
    2
    """
    kind, _, count = text.partition(":")
    if kind in _LOCAL and (text == kind or (count.isdecimal() and int(count[:6]) > 0)):
        return Spread(where=kind, workers=int(count[:6] or 0), store_url=store_url)
    if kind in _SCHEMES and _has_port(text):
        return Spread(where=text, store_url=store_url)
    raise NoSuchSpread(text)


class Crew(Protocol):
    """Whoever works on parts, for as long as the batch takes."""

    def worked(self, errand: Errand[PartT, FoundT], parts: Iterable[PartT]) -> Iterator[FoundT]:
        """What each part comes to, in the order of the parts.

        Raises `PartFailed` where an errand of a worker failed, and StoreUnavailable where its store was: what
        was taken before stands, nothing of that part and of later ones was handed over.
        """


@contextmanager
def crew(store: Store, spread: Spread | None) -> Iterator[Crew]:
    """One that does one part after another here, or Dask's; raises `CannotSpread` before anything is done."""
    if spread is None:
        yield _Alone(store)
    elif spread.where in _LOCAL:
        with _on_this_machine(store, spread) as found:
            yield found
    else:
        with _by_scheduler(store, spread) as found:
            yield found


@dataclass(frozen=True, slots=True)
class _Alone:
    store: Store

    def worked(self, errand: Errand[PartT, FoundT], parts: Iterable[PartT]) -> Iterator[FoundT]:
        return (errand(part, self.store) for part in parts)


@contextmanager
def _on_this_machine(store: Store, spread: Spread) -> Iterator[Crew]:
    try:
        from dask.base import compute
        from dask.delayed import delayed
    except ModuleNotFoundError as error:
        raise DaskMissing(error.name or "dask") from None
    most = _MOST_THREADS if spread.where == "threads" else _MOST_PROCESSES
    workers = min(spread.workers or os.cpu_count() or 1, most)
    where = store if spread.where == "threads" else spread.store_url
    with _pool(spread.where, workers) as pool:
        yield _OnThisMachine(where, spread.where, pool, PARTS_A_WORKER * workers, compute, delayed)


def _pool(where: str, workers: int) -> Executor:
    """Kept over all parts: a process of its own takes a second to learn what it needs."""
    if where == "threads":
        return ThreadPoolExecutor(workers)
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))


@dataclass(frozen=True, slots=True)
class _OnThisMachine:
    """Dask's own schedulers: they hand back some parts together, then get the next ones."""

    store: Store | str = field(repr=False)
    scheduler: str
    pool: Executor
    parts_at_once: int
    compute: Callable[..., Any]  # Dask has no types for them
    delayed: Callable[..., Any]

    def worked(self, errand: Errand[PartT, FoundT], parts: Iterable[PartT]) -> Iterator[FoundT]:
        job, waiting = _Job(errand, self.store), iter(parts)
        while some := list(islice(waiting, self.parts_at_once)):
            asked = [self.delayed(job, pure=False)(part) for part in some]
            try:
                told = self.compute(*asked, scheduler=self.scheduler, pool=self.pool, chunksize=1)
            except BrokenExecutor as error:
                raise WorkerLost(str(error)) from error
            for part, found in zip(some, told, strict=True):
                yield _handed_over(part, found)


@contextmanager
def _by_scheduler(store: Store, spread: Spread) -> Iterator[Crew]:
    try:
        from distributed import (  # type: ignore[import-not-found, unused-ignore]  # no part of the extra
            Client,
            KilledWorker,
        )
    except ModuleNotFoundError as error:
        raise DaskMissing(error.name or "distributed") from None
    if store.dialect == "sqlite" and urlsplit(spread.where).hostname not in _LOOPBACK:
        raise StoreNotShared(spread.where)
    try:
        client = Client(spread.where, timeout=CONNECT_WITHIN_S, set_as_default=False)
    except (OSError, ValueError) as error:  # its own time-out is an OSError
        raise SchedulerUnreachable(spread.where, str(error)) from error
    with client:
        workers = sum(client.nthreads().values())
        if not workers:
            raise SchedulerUnreachable(spread.where, "it has no workers")
        lost = (KilledWorker, FutureCancelled, OSError)
        yield _ByScheduler(spread.store_url, client, PARTS_A_WORKER * workers, lost)


@dataclass(frozen=True, slots=True)
class _ByScheduler:
    """A scheduler of other processes: with each part that comes back another one goes out."""

    store: str = field(repr=False)
    client: Any
    parts_at_once: int
    lost: tuple[type[BaseException], ...]

    def worked(self, errand: Errand[PartT, FoundT], parts: Iterable[PartT]) -> Iterator[FoundT]:
        job, waiting = _Job(errand, self.store), iter(parts)
        asked = deque((part, self._ask(job, part)) for part in islice(waiting, self.parts_at_once))
        while asked:
            part, future = asked.popleft()
            try:
                found = future.result()
            except self.lost as error:
                raise WorkerLost(str(error)) from error
            asked.extend((more, self._ask(job, more)) for more in islice(waiting, 1))
            yield _handed_over(part, found)

    def _ask(self, job: Callable[[PartT], Any], part: PartT) -> Any:
        return self.client.submit(job, part, pure=False)


@dataclass(frozen=True, slots=True)
class _Failed:
    """Why an errand failed; its error itself may not survive the way back."""

    kind: str
    words: str
    where: str  # the trace at the worker
    store_reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Job(Generic[PartT, FoundT]):
    """An errand that opens the store by itself where it must, and tells of its failure as data."""

    errand: Errand[PartT, FoundT]
    store: Store | str = field(repr=False)

    def __call__(self, part: PartT) -> FoundT | _Failed:
        try:
            if not isinstance(self.store, str):
                return self.errand(part, self.store)
            opened = open_store(self.store)
            try:
                return self.errand(part, opened)
            finally:
                opened.close()
        except StoreUnavailable as error:
            return _Failed(type(error).__name__, error.detail, traceback.format_exc(), error.reason)
        except Exception as error:  # noqa: BLE001  # it ends the run at the caller's, by name
            return _Failed(type(error).__name__, str(error), traceback.format_exc())


def _handed_over(part: PartT, found: FoundT | _Failed) -> FoundT:
    if not isinstance(found, _Failed):
        return found
    if found.store_reason is not None:
        raise StoreUnavailable(found.store_reason, found.words)
    raise PartFailed(part=str(part), kind=found.kind, words=found.words, trace=found.where)


def _has_port(text: str) -> bool:
    try:
        address = urlsplit(text)
        return bool(address.hostname and address.port)
    except ValueError:
        return False
