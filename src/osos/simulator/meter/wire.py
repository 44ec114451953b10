"""How do a port's bytes get in and out in real time, over TCP or a pseudo-terminal?"""

import asyncio
from collections.abc import Callable
from typing import Protocol

from osos.iec62056 import Action, MeterSide, SwitchBaud, Write, add_parity, strip_parity

_PACE_S = 0.05  # bytes go out in portions of this many seconds of line time
_BITS_A_BYTE = 10  # start, 7 data, parity, stop


class Sink(Protocol):
    """Where a port's bytes go: an asyncio transport, or the open side of a pseudo-terminal."""

    def write(self, data: bytes) -> None: ...


class PortWire:
    """One `MeterSide` on a byte stream without parity of its own (M-19).

    Bytes with even parity in the eighth bit are answered alike, others without. `paced`: bytes leave no
    faster than the agreed speed carries them; else at once.
    """

    def __init__(
        self,
        side: MeterSide,
        sink: Sink,
        *,
        loop: asyncio.AbstractEventLoop,
        paced: bool = False,
    ) -> None:
        self._side, self._sink, self._loop = side, sink, loop
        self._paced, self._baud, self._parity = paced, side.baud, False
        self._free_at = 0.0  # when everything so far is out
        self._pending: set[asyncio.TimerHandle] = set()
        self._wake: asyncio.TimerHandle | None = None

    def receive(self, data: bytes, *, baud: int | None = None) -> None:
        if any(byte & 0x80 for byte in data):
            data, self._parity = strip_parity(data)[0], True
        elif data:
            self._parity = self._parity and not any(byte.bit_count() & 1 for byte in data)
        self._perform(self._side.receive(data, baud=baud, now=self._loop.time()))

    def close(self) -> None:
        for handle in self._pending:
            handle.cancel()
        self._pending.clear()
        if self._wake:
            self._wake.cancel()

    def _perform(self, actions: list[Action]) -> None:
        for action in actions:
            if isinstance(action, Write):
                self._send(add_parity(action.data) if self._parity else action.data, action.after_s)
            elif isinstance(action, SwitchBaud):
                self._baud = action.baud  # of what is sent from here on
        self._set_alarm()

    def _send(self, data: bytes, after_s: float) -> None:
        """In order and after the reaction time; paced, in portions."""
        start = max(self._loop.time() + after_s, self._free_at)
        rate = self._baud / _BITS_A_BYTE
        size = max(1, int(rate * _PACE_S)) if self._paced else max(1, len(data))
        for at in range(0, len(data), size):
            portion = data[at : at + size]
            if self._paced:
                start += len(portion) / rate
            self._at(start, portion)
        self._free_at = start

    def _at(self, when: float, portion: bytes) -> None:
        if when <= self._loop.time() and not self._pending:
            self._sink.write(portion)
            return
        handle: asyncio.TimerHandle

        def run() -> None:
            self._pending.discard(handle)
            self._sink.write(portion)

        handle = self._loop.call_at(when, run)
        self._pending.add(handle)

    def _set_alarm(self) -> None:
        if self._wake:
            self._wake.cancel()
        wake_at = self._side.wake_at()
        self._wake = None if wake_at is None else self._loop.call_at(wake_at, self._tick)

    def _tick(self) -> None:
        self._perform(self._side.tick(self._loop.time()))


class TcpPort(asyncio.Protocol):
    """A port as a TCP server: one peer at a time, as one plug fits the socket; the newest is taken.

    `make` builds a fresh `MeterSide`, so a new peer never continues the session of the last one.
    """

    def __init__(
        self, plug: "TcpPlug", *, make: Callable[[], MeterSide], loop: asyncio.AbstractEventLoop, paced: bool
    ) -> None:
        self._plug, self._make, self._loop, self._paced = plug, make, loop, paced
        self._wire: PortWire | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._plug.take(self)
        self._wire = PortWire(self._make(), transport, loop=self._loop, paced=self._paced)

    def data_received(self, data: bytes) -> None:
        if self._wire:
            self._wire.receive(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio names it
        self.pull()

    def pull(self) -> None:
        if self._wire:
            self._wire.close()
            self._wire = None
        if self._transport:
            self._transport.close()


class TcpPlug:
    """The one socket of a port: `asyncio.create_server(plug.accept, …)`."""

    def __init__(
        self, make: Callable[[], MeterSide], *, loop: asyncio.AbstractEventLoop, paced: bool = False
    ) -> None:
        self._make, self._loop, self._paced = make, loop, paced
        self._holder: TcpPort | None = None

    def accept(self) -> TcpPort:
        return TcpPort(self, make=self._make, loop=self._loop, paced=self._paced)

    def take(self, port: TcpPort) -> None:
        if self._holder:
            self._holder.pull()
        self._holder = port

    def close(self) -> None:
        """Pull the plug on whoever is in it."""
        if self._holder:
            self._holder.pull()
