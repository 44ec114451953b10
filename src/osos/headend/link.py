"""How do bytes on one TCP connection reach its session, and back?"""

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, cast

from osos.headend import outcomes
from osos.headend.actions import Action, Close, Entry, Keep, Known, Prepared, Say, Verdict, Write
from osos.headend.conversation import Ended, Request
from osos.headend.dialect import Dialect, Unknown, recognise
from osos.headend.outcomes import Finding
from osos.headend.session import Session
from osos.headend.sockets import tame
from osos.modems.mass_json import Frame, Framer, Malformed

if TYPE_CHECKING:
    from osos.headend.house import House

_PENDING_BYTES = 1 << 20  # of one connection on their way into the ledger: then reading pauses


class Link(asyncio.Protocol):
    """One accepted connection. It owns the socket and the timers, the session owns every decision."""

    port = ""  # it speaks for all of the modem's serial ports
    kind = "tcp"  # as the ledger calls it; TLS and MQTT follow

    def __init__(self, house: "House", number: int) -> None:
        self.house = house
        self.number = number  # later connections have higher ones (F29)
        self.session: Session
        self.address = ""
        self._transport: asyncio.Transport
        self._framer: Framer | None = None  # None until the first bytes have named the dialect
        self._opening = bytearray()
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._stalled: asyncio.TimerHandle | None = None
        self._paused = self._ended = False

    # -- called by the loop --

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports have the methods of asyncio.Transport without being one
        self._transport = transport = cast(asyncio.Transport, transport)
        self.address = _address(transport.get_extra_info("peername"))
        limits = self.house.settings.link
        transport.set_write_buffer_limits(high=limits.write_high_bytes)
        tame(transport.get_extra_info("socket"), limits)
        now = self.house.now()
        self.session = self.house.new_session(self.address, now)
        refused = self.house.came(self)
        if refused is not None:
            self._ended = True
            transport.write(self.house.later())
            transport.close()
            return
        self._set_timer(now + limits.unknown_s)

    def data_received(self, data: bytes) -> None:
        if self._ended:
            return
        if self._framer is None:
            data = self._open(data)
            if self._framer is None:
                return
        self._hear(self._framer.feed(data))

    def eof_received(self) -> bool:
        if self._framer is not None and not self._ended:
            self._hear(self._framer.finish())
        return False  # the transport closes itself after what is in its buffer

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._ended:
            if self._opening:
                self.house.refused(self, Finding(outcomes.UNKNOWN_DIALECT, "closed"), bytes(self._opening))
            self._finish(Finding(outcomes.PEER_CLOSED, type(exc).__name__ if exc is not None else ""))
        for timer in (self._timer, self._stalled):
            if timer is not None:
                timer.cancel()
        self.house.gone(self)

    def pause_writing(self) -> None:
        """More than the high-water mark waits for a peer that does not read (F36)."""
        limits = self.house.settings.link
        self._stalled = self.house.loop.call_later(limits.write_stall_s, self._drop_stalled)

    def resume_writing(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    # -- called by the house --

    def close(self, why: Finding) -> None:
        """End it from our side, after what is in the write buffer."""
        if self._ended:
            return
        self._finish(why)
        self._transport.close()
        # A peer that never reads would keep a closing socket for ever.
        self._stalled = self._stalled or self.house.loop.call_later(
            self.house.settings.link.write_stall_s, self._transport.abort
        )

    def ask(self, request: Request) -> None:
        """Put a request in line at this modem."""
        self.do(self.session.ask(request, now=self.house.now(), at=self.house.at()))

    def withdraw(self, chosen: Callable[[Request], bool]) -> None:
        """Take back requests that wait."""
        self.do(self.session.withdraw(chosen))

    def stop_reading(self) -> None:
        """What is not taken in now is sent again after the next start."""
        if not self._ended and not self._paused:
            self._paused = True
            self._transport.pause_reading()

    def abort(self) -> None:
        self._transport.abort()

    def kept(self, entry: Entry, found: Verdict | BaseException) -> None:
        """The committer has an answer to a `Keep`."""
        if isinstance(found, Verdict):
            self.do(self.session.kept(entry, found, now=self.house.now(), at=self.house.at()))
        else:
            self.session.not_kept(entry, now=self.house.now())
        self._resume_if_light()

    def said(self, say: Say, failed: BaseException | None) -> None:
        """The committer has an answer to a `Say`: written down, so it may go out."""
        if failed is None:
            if not self._ended:
                self._write(b"".join(say.frames))
            return
        why = Finding(outcomes.STORE_FULL, str(failed))
        self.do(self.session.unsaid(say, why, now=self.house.now(), at=self.house.at()))

    def do(self, actions: Iterable[Action]) -> None:
        for action in actions:
            match action:
                case Keep():
                    self.house.keep(self, action.entry)
                case Write() if not self._ended:
                    self._write(action.data)
                case Say() if not self._ended:
                    self.house.say(self, action)
                case Known():
                    self.house.known(self, action.facts)
                case Prepared():
                    self.house.prepared(action)
                case Ended():
                    self.house.ended(self, action)
                case Close():
                    self.close(action.finding)
                case Write() | Say():
                    pass  # nobody is there to read it any more
        if not self._ended:
            self._set_timer(self.session.deadline)

    # -- inside --

    def _open(self, data: bytes) -> bytes:
        """Decide the dialect; gives back what the dialect's reader has to be fed."""
        self._opening += data
        match recognise(bytes(self._opening)):
            case None:
                return b""
            case Dialect(spoken=True):
                self._framer = Framer(max_bytes=self.house.settings.link.frame_bytes)
                self._set_timer(self.session.deadline)
                opening, self._opening = bytes(self._opening), bytearray()
                return opening
            case Dialect(name=name):
                self._refuse_dialect(Finding(outcomes.DIALECT_NOT_SPOKEN, name))
            case Unknown():
                # Not closed at once: a scanner learns nothing from when we lose patience.
                del self._opening[256:]
                self._transport.pause_reading()
        return b""

    def _hear(self, items: list[Frame | Malformed]) -> None:
        for item in items:
            if self._ended:
                return  # what came after the end was never taken in, so never acknowledged
            self.do(self.session.received(item, now=self.house.now(), at=self.house.at()))
        self._pause_if_heavy()

    def _refuse_dialect(self, why: Finding) -> None:
        self.house.refused(self, why, bytes(self._opening))
        self.close(why)

    def _finish(self, why: Finding) -> None:
        self._ended = True
        self.house.closing(self, why)
        self.do(self.session.end(why, now=self.house.now(), at=self.house.at()))

    def _write(self, data: bytes) -> None:
        self._transport.write(data)
        if self._transport.get_write_buffer_size() > self.house.settings.link.write_most_bytes:
            self._drop_stalled()

    def _drop_stalled(self) -> None:
        waiting = self._transport.get_write_buffer_size()
        if not self._ended:
            self._finish(Finding(outcomes.NOT_READING, f"{waiting} bytes wait"))
        self._transport.abort()

    def _pause_if_heavy(self) -> None:
        entries, size = self.session.keeping
        heavy = entries >= self.house.settings.link.waiting_frames or size >= _PENDING_BYTES
        if heavy and not self._paused and not self._ended:
            self._paused = True
            self._transport.pause_reading()

    def _resume_if_light(self) -> None:
        entries, size = self.session.keeping
        light = entries <= self.house.settings.link.waiting_frames // 2 and size <= _PENDING_BYTES // 2
        if light and self._paused and not self._ended:
            self._paused = False
            self._transport.resume_reading()

    def _set_timer(self, when: float) -> None:
        """One timer a connection; it is moved only when the next deadline comes earlier."""
        if self._timer is not None and self._due <= when:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._due = when
        self._timer = self.house.loop.call_at(when, self._tick)

    def _tick(self) -> None:
        self._timer = None
        if self._ended:
            return
        now = self.house.now()
        if self._framer is None:
            if now < self._due:
                self._set_timer(self._due)
                return
            self._refuse_dialect(
                Finding(outcomes.UNKNOWN_DIALECT, bytes(self._opening[:24]).hex(" "))
                if self._opening
                else Finding(outcomes.UNIDENTIFIED, "not a byte came")
            )
            return
        if now >= self.session.deadline:
            self.do(self.session.tick(now=now, at=self.house.at()))
        if not self._ended and self._timer is None:
            self._set_timer(max(self.session.deadline, now + _TICK_S))


_TICK_S = 0.05  # a session that wants to be ticked at once still leaves the loop to the others


def _address(peer: object) -> str:
    return f"{peer[0]}:{peer[1]}" if isinstance(peer, tuple) and len(peer) >= 2 else str(peer)
