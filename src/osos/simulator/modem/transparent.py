"""How does a virtual transparent modem pass bytes on between a TCP connection and the meters on its line?

It knows three things of what they mean: which speed an acknowledge asks for, where a readout ends, and the
break (X-42).
"""

import asyncio
from collections.abc import Callable

from osos.iec62056 import add_parity, strip_parity
from osos.modems.transparent import Hello, hello_line
from osos.simulator.line import Cut, Line, Link, Piece
from osos.simulator.modem.speed_watch import SIGN_ON, START_BAUD, SpeedWatch

REST_S = 61.0  # of an instant line between two sign-ons: any session has ended by then (M-18)
_MEANT_NOW_S = 1.0  # of an instant line: what is further away waits for time, not for bytes


class TransparentModem:
    """One serial port with its meters, dialling in (`live`) or listening (`listen`).

    `instant`: the line's time is its own and jumps from event to event. `links`: what is wrong with the way
    out to the centre, and the way in.
    """

    def __init__(
        self,
        hello: Hello,
        line: Line,
        *,
        instant: bool = False,
        links: tuple[Link, Link] | None = None,
        strips_parity: bool = True,
    ) -> None:
        self.hello = hello
        self.answers: list[bytes] = []  # of the centre to the first line
        self.calls = 0
        self._line, self._instant, self._strips = line, instant, strips_parity
        self._links = links or (Link(), Link())
        self._watch = SpeedWatch()
        self._jumped_to = 0.0
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._server: asyncio.Server | None = None
        self._ended = asyncio.Event()
        self._welcome: bytearray | None = None  # the centre's first line, while it is not whole

    async def live(self, host: str, port: int, *, again_after_s: float = 0.2) -> None:
        """Call the centre, and again when it has hung up, until cancelled."""
        try:
            while True:
                await self.call(host, port)
                await self._ended.wait()
                await asyncio.sleep(again_after_s)
        finally:
            self.cut()

    async def call(self, host: str, port: int) -> None:
        self._ended.clear()
        try:
            await asyncio.get_running_loop().create_connection(lambda: _Ear(self, calls=True), host, port)
        except OSError:
            self._ended.set()

    async def listen(self, host: str = "127.0.0.1", port: int = 0) -> tuple[str, int]:
        """Wait to be called; where."""
        self._server = await asyncio.get_running_loop().create_server(
            lambda: _Ear(self, calls=False), host, port
        )
        told: tuple[str, int] = self._server.sockets[0].getsockname()[:2]
        return told

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
        self.cut()

    @property
    def connected(self) -> bool:
        return self._transport is not None

    def cut(self) -> None:
        """Gone without a farewell."""
        if self._transport is not None:
            self._transport.abort()

    async def ended(self) -> None:
        await self._ended.wait()

    # -- the connection --

    def came(self, transport: asyncio.Transport, *, calls: bool) -> bool:
        """False: somebody is here already, one client a serial port (X-43)."""
        if self._transport is not None:
            return False
        self._transport, self._watch = transport, SpeedWatch()
        self._ended.clear()
        self.calls += 1
        self._set_baud(START_BAUD, self._now())
        self._line.hear(now=self._now())
        self._welcome = bytearray() if calls else None
        if calls:
            transport.write(hello_line(self.hello))
        return True

    def went(self, transport: asyncio.Transport) -> None:
        if self._transport is not transport:
            return
        self._transport = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._ended.set()

    def heard(self, data: bytes) -> None:
        if self._welcome is not None:
            self._welcome += data
            line, end, data = bytes(self._welcome).partition(b"\r\n")
            if not end:
                return
            self._welcome = None
            self.answers.append(line)
        if data:
            self._pass_in(data)

    # -- between the line and the centre --

    def _pass_in(self, data: bytes) -> None:
        for piece in self._links[1].carry(data):
            if isinstance(piece, Piece):
                self._to_line(piece.data)
            else:
                self.cut()

    def _to_line(self, data: bytes) -> None:
        if self._instant and SIGN_ON.match(data):
            self._jumped_to += REST_S
        now = self._now()
        self._flow_back(now)
        speed = self._watch.from_centre(data, now)
        out = self._line.send(add_parity(data), now=now)
        if speed is not None:
            # The acknowledge goes out at the old speed; nothing is answered before it has.
            self._call_at(out, lambda: self._set_baud(speed, out))
        self._go_on()

    def _go_on(self) -> None:
        if self._instant:
            self._run_instantly()
            return
        now = self._now()
        self._flow_back(now)
        self._from_line(self._line.hear(now=now), now)
        coming = [at for at in (self._line.next_at(), self._back_at()) if at is not None]
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if coming and self._transport is not None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(max(min(coming), now + 0.002), self._go_on)

    def _run_instantly(self) -> None:
        while True:
            coming = self._line.next_at()
            if coming is None or coming > self._jumped_to + _MEANT_NOW_S:
                return
            self._jumped_to = max(self._jumped_to, coming)
            self._from_line(self._line.hear(now=self._jumped_to), self._jumped_to)

    def _from_line(self, data: bytes, now: float) -> None:
        if not data:
            return
        plain = strip_parity(data)[0]
        if self._watch.from_meter(plain, now):
            self._set_baud(START_BAUD, now)
        for piece in self._links[0].carry(plain if self._strips else data):
            if isinstance(piece, Cut):
                self.cut()
            elif self._transport is not None and not self._transport.is_closing():
                self._transport.write(piece.data)

    def _flow_back(self, now: float) -> None:
        if self._watch.is_over(now):
            self._set_baud(START_BAUD, now)

    def _back_at(self) -> float | None:
        return self._watch.over_at if self._watch.baud != START_BAUD else None

    def _set_baud(self, baud: int, now: float) -> None:
        self._watch.baud = baud
        self._line.set_baud(baud, now=now)

    def _call_at(self, at: float, act: Callable[[], None]) -> None:
        if self._instant:
            self._jumped_to = max(self._jumped_to, at)
            act()
        else:
            asyncio.get_running_loop().call_at(at, act)

    def _now(self) -> float:
        return self._jumped_to if self._instant else asyncio.get_running_loop().time()


class _Ear(asyncio.Protocol):
    """One TCP connection of the modem."""

    def __init__(self, modem: TransparentModem, *, calls: bool) -> None:
        self._modem, self._calls = modem, calls
        self._transport: asyncio.Transport
        self._taken = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._taken = self._modem.came(transport, calls=self._calls)
        if not self._taken:
            transport.close()

    def data_received(self, data: bytes) -> None:
        if self._taken:
            self._modem.heard(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio names it
        if self._taken:
            self._modem.went(self._transport)
