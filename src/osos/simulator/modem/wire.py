"""How do a unit's bytes get to the centre's socket, and the centre's bytes to the unit?"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import cast

from osos.simulator.line import Cut, Link, Piece


class Wire(asyncio.Protocol):
    """One TCP connection, with what is wrong with it on the way out and on the way in."""

    def __init__(
        self, *, out: Link, into: Link, heard: Callable[[bytes], None], lost: Callable[[str], None]
    ) -> None:
        self._out, self._into = _Lane(out, self._write), _Lane(into, heard)
        self._out.cut = self._into.cut = self.abort
        self._lost = lost
        self._transport: asyncio.Transport | None = None

    @property
    def open(self) -> bool:
        return self._transport is not None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._into.put(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._out.stop()
        self._into.stop()
        self._lost("closed by the centre" if exc is None else f"{type(exc).__name__}: {exc}")

    def write(self, data: bytes) -> None:
        self._out.put(data)

    def close(self) -> None:
        """Farewell after what is still in the buffer."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Gone without a farewell."""
        if self._transport is not None:
            self._transport.abort()

    def _write(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)


class _Lane:
    """One direction: what the link makes of each message, in order and at its time."""

    cut: Callable[[], None]

    def __init__(self, link: Link, deliver: Callable[[bytes], None]) -> None:
        self._link, self._deliver = link, deliver
        self._coming: deque[tuple[float, Piece | Cut]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def put(self, data: bytes) -> None:
        now = asyncio.get_running_loop().time()
        for piece in self._link.carry(data):
            delay = piece.after_s if isinstance(piece, Piece) else 0.0
            self._coming.append((now + delay, piece))
        self._flow()

    def stop(self) -> None:
        self._coming.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _flow(self) -> None:
        """Hand on what is due; nothing overtakes what was put before it."""
        loop = asyncio.get_running_loop()
        while self._timer is None and self._coming:
            at, piece = self._coming[0]
            if at > loop.time():
                self._timer = loop.call_at(at, self._go_on)
                return
            self._coming.popleft()
            if isinstance(piece, Piece):
                self._deliver(piece.data)
            else:
                self.cut()

    def _go_on(self) -> None:
        self._timer = None
        self._flow()
