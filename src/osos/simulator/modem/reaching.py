"""How does a unit reach its centre, and when does it try again? Times are seconds of the loop."""

import asyncio
from collections.abc import Callable
from random import Random

from osos.simulator.line import Link
from osos.simulator.modem.settings import ModemSettings
from osos.simulator.modem.wire import Wire

CONNECT_WITHIN_S = 10.0


class Caller:
    """Holds one connection at a time; calls again when it has ended, with capped, jittered back-off (F30).

    `up`, `down` and `heard` are told what happens; `links` are what is wrong with the way out and the way in.
    """

    def __init__(
        self,
        settings: ModemSettings,
        *,
        chance: Random,
        links: tuple[Link, Link],
        up: Callable[[], None],
        down: Callable[[str], None],
        heard: Callable[[bytes], None],
    ) -> None:
        self._settings, self._chance, self._links = settings, chance, links
        self._up, self._down, self._hear = up, down, heard
        self._wire: Wire | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._failures = 0
        self.call_at = 0.0
        self.heard_at = 0.0
        self.calls = 0  # that were answered

    @property
    def connected(self) -> bool:
        return self._wire is not None

    @property
    def busy(self) -> bool:
        return self._wire is not None or self._connecting is not None

    def tend(self, host: str, port: int, now: float) -> None:
        """Call when it is time."""
        if not self.busy and now >= self.call_at:
            self._connecting = asyncio.ensure_future(self._connect(host, port))

    def write(self, data: bytes) -> None:
        if self._wire is not None:
            self._wire.write(data)

    def welcome(self) -> None:
        """The centre has spoken sense: the next back-off starts small again."""
        self._failures = 0

    def hang_up(self) -> None:
        """After what is still in the buffer."""
        if self._wire is not None:
            self._wire.close()

    def cut(self) -> None:
        """Without a farewell."""
        if self._wire is not None:
            self._wire.abort()

    def stop(self) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
        self.cut()

    async def _connect(self, host: str, port: int) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECT_WITHIN_S):
                _, wire = await loop.create_connection(self._new_wire, host, port)
        except (OSError, TimeoutError) as why:
            self._connecting = None
            self._lost(f"{type(why).__name__}: {why}")
            return
        self._connecting = None
        if not wire.open:
            self._lost("closed as soon as it was open")
            return
        self._wire = wire
        self.calls += 1
        self.heard_at = loop.time()
        self._up()

    def _new_wire(self) -> Wire:
        out, into = self._links
        return Wire(out=out, into=into, heard=self._heard, lost=self._lost)

    def _heard(self, data: bytes) -> None:
        self.heard_at = asyncio.get_running_loop().time()
        self._hear(data)

    def _lost(self, reason: str) -> None:
        if self._connecting is not None:
            return  # `_connect` will see it
        self._wire = None
        longest = self._settings.reconnect_longest_s
        delay = min(longest, self._settings.reconnect_first_s * 2 ** min(self._failures, 20))
        self._failures += 1
        self.call_at = asyncio.get_running_loop().time() + delay * self._chance.uniform(0.5, 1.0)
        self._down(reason)
