"""How does a head-end begin, live and end?"""

import asyncio
import contextlib
import itertools
import random
from collections.abc import Callable
from typing import Any

from osos.headend import outcomes
from osos.headend.asking import Asking
from osos.headend.counters import HeadEndStatus
from osos.headend.gap_rounds import GapRounds
from osos.headend.house import House
from osos.headend.link import Link
from osos.headend.outcomes import Finding
from osos.headend.settings import HeadEndSettings
from osos.headend.transparent_dialing import Dialing
from osos.headend.transparent_link import TransparentLink
from osos.headend.transparent_plan import Diary
from osos.quantities import Clock
from osos.store import Committer, Store

_CLOSING_S = 2.0  # what is in the write buffers after the last commit


class HeadEnd:
    """Listens, collects, asks and re-reads until stopped.

    `store` must be migrated. Data carries the handed-in clock's times; link timers run on the loop's. With no
    committer given it makes its own: one process has one (see docs/why/one-committer-thread.md).
    """

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        settings: HeadEndSettings,
        rng: random.Random,
        log: Any,
        committer: Committer | None = None,
        worker: str = "headend",
    ) -> None:
        self._store, self._clock, self._settings, self._rng = store, clock, settings, rng
        self._log, self._worker = log, worker
        self._committer, self._own_committer = committer, committer is None
        self._house: House | None = None
        self._gaps: GapRounds | None = None
        self._asking: Asking | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._dialing: Dialing | None = None
        self._servers: list[asyncio.Server] = []
        self.address: tuple[str, int] | None = None  # where it listens
        self.transparent: tuple[str, int] | None = None  # and for modems that pass on bytes of meters

    async def start(self) -> None:
        """Open the door. Raises OSError when the port is taken."""
        loop = asyncio.get_running_loop()
        self._committer = self._committer or Committer(self._store)
        house = House(
            committer=self._committer,
            clock=self._clock,
            settings=self._settings,
            rng=self._rng,
            log=self._log,
            loop=loop,
        )
        numbers, diary = itertools.count(1), Diary()
        self._house, self._gaps = house, GapRounds(house, self._rng)
        self._dialing = Dialing(house, self._rng, diary, numbers)
        self._asking = Asking(house, self._worker, self._dialing.call)
        await house.warm_up()
        try:
            self.address = await self._listen(lambda: Link(house, next(numbers)), self._settings.port)
            if self._settings.transparent_port is not None:
                self.transparent = await self._listen(
                    lambda: TransparentLink(house, next(numbers), diary), self._settings.transparent_port
                )
        except OSError:
            for server in self._servers:
                server.close()
            await self._end_threads()
            raise
        working = (self._gaps.run(), self._asking.run(), self._dialing.run())
        self._tasks = [loop.create_task(each) for each in working]
        for what, where in (("mass", self.address), ("transparent", self.transparent)):
            if where is not None:
                self._log.info("listening", what=what, address=f"{where[0]}:{where[1]}")

    async def _listen(self, new_link: Callable[[], asyncio.Protocol], port: int) -> tuple[str, int]:
        server = await asyncio.get_running_loop().create_server(
            new_link, self._settings.host, port, backlog=self._settings.door.backlog
        )
        self._servers.append(server)
        host, taken = server.sockets[0].getsockname()[:2]
        return host, taken

    async def gap_round(self) -> int:
        """Look for missing records now; how many there are that can still be had."""
        assert self._gaps is not None, "the head-end has not been started"
        return await self._gaps.round()

    def status(self) -> HeadEndStatus:
        """One look; costs nothing."""
        house, gaps = self._house, self._gaps
        assert house is not None, "the head-end has not been started"
        assert gaps is not None, "the head-end has not been started"
        counted = house.counters
        return HeadEndStatus(
            listening="" if self.address is None else f"{self.address[0]}:{self.address[1]}",
            store=house.store_trouble or "ok",
            connected=len(house.links),
            sessions=len(house.sessions),
            accepted=counted.accepted,
            turned_away=counted.turned_away,
            frames=counted.frames,
            not_kept=counted.not_kept,
            repeated=counted.repeated,
            refused=counted.refused,
            poisoned=counted.poisoned,
            readings=counted.readings,
            intervals=counted.intervals,
            asked=counted.asked,
            answered=counted.answered,
            waiting_requests=sum(link.session.talk.waiting for link in house.sessions.values()),
            open_gaps=gaps.open_gaps,
            gaps_lost_at_meter=gaps.lost_at_meter,
            only_counted=house.desk.only_counted,
        )

    async def stop(self) -> None:
        """Drain: nothing new comes in, what came in is committed and acknowledged, all are let go."""
        house, asking = self._house, self._asking
        if house is None or asking is None:
            return
        for server in self._servers:
            server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for link in list(house.links):
            link.stop_reading()
        asking.stop()
        await _until(lambda: house.in_flight == 0, within_s=self._settings.drain_s)
        for link in list(house.links):
            link.close(Finding(outcomes.STOPPING))
        await _until(lambda: not house.links, within_s=_CLOSING_S)
        for link in list(house.links):
            link.abort()
        await self._end_threads()
        self._log.info("stopped", connected=len(house.links))
        self.address = None

    async def _end_threads(self) -> None:
        if self._house is not None:
            self._house.close()
        if self._own_committer and self._committer is not None:
            committer, self._committer = self._committer, None
            await asyncio.get_running_loop().run_in_executor(None, committer.close)
            await asyncio.sleep(0)  # the last outcomes come back through the loop


async def _until(reached: Any, *, within_s: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            while not reached():
                await asyncio.sleep(0.02)
