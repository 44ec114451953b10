"""Which modems listen, and when does the centre call them? (X-40)

Often enough for the plan, and at once when somebody asks for one of their meters.
"""

import asyncio
import itertools
import random
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from osos import registry
from osos.headend.acquaintances import Acquaintance
from osos.headend.backoff import Backoff
from osos.headend.house import House
from osos.headend.keeping import Desk
from osos.headend.transparent_link import TransparentLink
from osos.headend.transparent_plan import Diary

_SHORTEST_S = 0.05


@dataclass(slots=True)
class _Tries:
    """What calling a modem has come to lately."""

    failed: int = 0
    not_before: datetime | None = None


class Dialing:
    """The calls that one head-end makes."""

    def __init__(
        self, house: House, rng: random.Random, diary: Diary, numbers: "itertools.count[int]"
    ) -> None:
        self._house, self._rng, self._diary, self._numbers = house, rng, diary, numbers
        self._limits = house.settings.transparent
        self._listening: dict[int, registry.Listening] = {}
        self._tries: dict[int, _Tries] = {}
        self._calling: dict[int, asyncio.Task[bool]] = {}
        self._at_once = asyncio.Semaphore(self._limits.dials_at_once)

    async def run(self) -> None:
        """Round after round until cancelled."""
        try:
            while True:
                await self.round()
                wait_s = self._house.clock.wall_s(min(self._limits.dial_every_s, 60.0))
                await asyncio.sleep(max(_SHORTEST_S, wait_s))
        finally:
            for call in list(self._calling.values()):
                call.cancel()

    async def round(self) -> int:
        """Call everybody whose turn it is; how many calls were begun."""
        if not await self._look():
            return 0
        now = self._house.clock.now()
        due = [one for one in self._listening.values() if self._is_due(one.modem_id, now)]
        for one in due:
            self._begin(one)
        return len(due)

    async def _look(self) -> bool:
        """What the registry says of transparent modems; False when it could not be asked."""
        try:
            found = await asyncio.wrap_future(self._house.committer.submit(registry.listening_modems))
            await self._house.learn_first_lines()
        except Exception as error:  # noqa: BLE001  # a store that is away ends this round, not the head-end
            self._house.note_trouble("look for transparent modems", error)
            return False
        self._listening = {each.modem_id: each for each in found}
        return True

    async def call(self, modem_id: int) -> bool:
        """Somebody wants this modem now; whether it is connected in the end."""
        if modem_id not in self._house.sessions and modem_id not in self._listening:
            await self._look()  # it may have been admitted a moment ago
        if modem_id in self._house.sessions:  # the round may have reached it while we looked
            return True
        if modem_id not in self._listening:
            return False
        return await asyncio.shield(self._begin(self._listening[modem_id]))

    # -- inside --

    def _is_due(self, modem_id: int, now: datetime) -> bool:
        if modem_id in self._house.sessions or modem_id in self._calling:
            return False  # one client a serial port
        not_before = self._tries.setdefault(modem_id, _Tries()).not_before
        return not_before is None or now >= not_before

    def _begin(self, one: registry.Listening) -> asyncio.Task[bool]:
        call = self._calling.get(one.modem_id)
        if call is None:
            call = self._house.loop.create_task(self._call(one))
            self._calling[one.modem_id] = call
        return call

    async def _call(self, one: registry.Listening) -> bool:
        try:
            async with self._at_once:
                problem = await self._reach(one)
        finally:
            self._calling.pop(one.modem_id, None)
        tries, now = self._tries.setdefault(one.modem_id, _Tries()), self._house.clock.now()
        if not problem:
            tries.failed, tries.not_before = 0, now + timedelta(seconds=self._limits.dial_every_s)
            return True
        tries.failed += 1
        wait = Backoff(self._limits.dial_first_backoff_s, self._limits.dial_every_s)
        tries.not_before = now + timedelta(seconds=wait.wait_s(tries.failed, self._rng))
        where = f"{one.host}:{one.port}"
        self._house.log.warning("call not answered", modem=str(one.device), address=where, words=problem)
        return False

    async def _reach(self, one: registry.Listening) -> str:
        """Connect; why it did not work, or nothing."""
        house, at = self._house, self._house.at()
        now = house.now()
        asked: Future[Acquaintance | None] = house.committer.submit(
            lambda conn: _look_up(conn, house.desk, one, at, now)
        )
        try:
            known = await asyncio.wrap_future(asked)
        except Exception as error:  # noqa: BLE001  # as in `round`
            house.note_trouble("look up a listening modem", error)
            return str(error)
        if known is None or not known.may_be_plain(at):
            return "it may not use a plain connection"
        try:
            async with asyncio.timeout(self._limits.dial_within_s):
                await house.loop.create_connection(
                    lambda: TransparentLink(house, next(self._numbers), self._diary, known.facts, one.place),
                    one.host,
                    one.port,
                )
        except (OSError, TimeoutError) as error:
            return f"{type(error).__name__}: {error}"
        return ""


def _look_up(
    conn: Connection, desk: Desk, one: registry.Listening, at: datetime, now: float
) -> Acquaintance | None:
    return desk.acquaintances.find(conn, one.device, at=at, now=now)
