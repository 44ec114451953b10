"""How does a port look like a serial port of this machine?

A pseudo-terminal carries speed but neither parity nor 7 bits (M-19): the speed the peer has set is read
from its side with every portion of bytes, so a wrong one is heard as noise.
"""

import asyncio
import os
import termios
import tty

from osos.iec62056 import BAUD, MeterSide
from osos.simulator.meter.wire import PortWire

_MOST_WAITING = 1 << 20  # bytes nobody reads; a real line would lose them too
_BAUD = {getattr(termios, f"B{baud}"): baud for baud in BAUD.values()}
_OUTPUT_SPEED = 5  # place of the speed the peer sends at in tcgetattr's list


class PtyPort(asyncio.Protocol):
    """The meter's end of a pseudo-terminal; `path` is what the reader opens."""

    def __init__(self) -> None:
        self._ours, self._theirs = os.openpty()
        tty.setraw(self._theirs)  # kept open, so that a reader may come and go
        self.path = os.ttyname(self._theirs)
        self._out: asyncio.WriteTransport | None = None
        self._in: asyncio.BaseTransport | None = None
        self._wire: PortWire | None = None

    async def open(self, side: MeterSide, *, loop: asyncio.AbstractEventLoop, paced: bool) -> None:
        self._out, _ = await loop.connect_write_pipe(
            asyncio.BaseProtocol, os.fdopen(os.dup(self._ours), "wb", buffering=0)
        )
        self._wire = PortWire(side, self, loop=loop, paced=paced)
        self._in, _ = await loop.connect_read_pipe(lambda: self, os.fdopen(self._ours, "rb", buffering=0))

    def data_received(self, data: bytes) -> None:
        if self._wire:
            self._wire.receive(data, baud=self._speed())

    def write(self, data: bytes) -> None:
        if self._out and self._out.get_write_buffer_size() < _MOST_WAITING:
            self._out.write(data)

    def close(self) -> None:
        if self._wire:
            self._wire.close()
        for transport in (self._in, self._out):
            if transport:
                transport.close()
        os.close(self._theirs)

    def _speed(self) -> int | None:
        """None at a speed unknown to mode C, such as that of a fresh terminal: all is heard."""
        return _BAUD.get(termios.tcgetattr(self._theirs)[_OUTPUT_SPEED])
