"""How do the bytes of a transparent connection reach its session, and back?"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, cast

from osos.headend import outcomes
from osos.headend.actions import Close, Entry, Keep, Known, ModemFacts, Prepared, Say, Verdict, Write
from osos.headend.conversation import Ended, Request
from osos.headend.outcomes import Finding
from osos.headend.own_words import TRANSPARENT
from osos.headend.sockets import tame
from osos.headend.transparent_plan import Diary
from osos.headend.transparent_session import (
    Later,
    NotWelcome,
    TransparentAction,
    TransparentSession,
    Turn,
)
from osos.iec62056 import add_parity, sending_s, strip_parity
from osos.modems.rfc2217 import RemotePort
from osos.modems.transparent import REFUSED
from osos.registry import CallingPlace

START_BAUD = 300

if TYPE_CHECKING:
    from osos.headend.house import House

_TURN_AFTER_S = 0.05  # beyond the bytes themselves; a meter answers after 0.2 s at the earliest (M-16)
_TICK_S = 0.02  # a session that wants to be ticked at once still leaves the loop to the others


class TransparentLink(asyncio.Protocol):
    """One connection: a modem that dialled in, or, with `facts`, one that listens and was called."""

    kind = TRANSPARENT

    def __init__(
        self,
        house: "House",
        number: int,
        diary: Diary,
        facts: ModemFacts | None = None,
        place: CallingPlace | None = None,
    ) -> None:
        self.house = house
        self.number = number
        self.session: TransparentSession
        self.address = ""
        self._diary, self._called, self._place = diary, facts, place
        self._remote = RemotePort() if place is not None and place.is_rfc2217 else None
        self._baud = START_BAUD
        self._transport: asyncio.Transport
        self._timer: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None
        self._saying: deque[tuple[float, Say | Turn]] = deque()  # in order, each after its reaction time
        self._unwritten = 0  # of what was handed on, not committed yet
        self._out_at = 0.0  # what was written last has left the modem's port
        self._speaking: asyncio.TimerHandle | None = None
        self._ended = False

    # -- called by the loop --

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports have the methods of asyncio.Transport without being one
        self._transport = transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        self.address = f"{peer[0]}:{peer[1]}" if isinstance(peer, tuple) and len(peer) >= 2 else str(peer)
        tame(transport.get_extra_info("socket"), self.house.settings.link)
        self.session = TransparentSession(
            address=self.address,
            settings=self.house.settings,
            rng=self.house.rng,
            new_reference=self.house.new_reference,
            diary=self._diary,
            now=self.house.now(),
            first_lines=self.house.first_lines,
            place=self._place,
        )
        if self.house.came(self) is not None:
            self._ended = True
            transport.write(b"" if self._called is not None else REFUSED)
            transport.close()
            return
        if self._remote is not None:
            transport.write(self._remote.begin())
            if self._place is not None and self._place.baud is not None:
                self._turn(self._place.baud)
        if self._called is not None:
            self.do(self.session.called(self._called, now=self.house.now(), at=self.house.at()))
        self._set_timer()

    def data_received(self, data: bytes) -> None:
        if self._remote is not None:
            data, answer = self._remote.heard(data)
            self._transport.write(answer)
            data = strip_parity(data)[0]
        if data and not self._ended:
            self.do(self.session.received(data, now=self.house.now(), at=self.house.at()))

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._ended:
            self._finish(Finding(outcomes.PEER_CLOSED, type(exc).__name__ if exc is not None else ""))
        for timer in (self._timer, self._stalled, self._speaking):
            if timer is not None:
                timer.cancel()
        self.house.gone(self)

    # -- called by the house --

    def close(self, why: Finding) -> None:
        """End it from our side, after what is in the write buffer."""
        if self._ended:
            return
        self._finish(why)
        self._transport.close()
        self._stalled = self.house.loop.call_later(
            self.house.settings.link.write_stall_s, self._transport.abort
        )

    def ask(self, request: Request) -> None:
        self.do(self.session.ask(request, now=self.house.now(), at=self.house.at()))

    def withdraw(self, chosen: Callable[[Request], bool]) -> None:
        self.do(self.session.withdraw(chosen))

    def stop_reading(self) -> None:
        """What a meter still says is asked for again after the next start."""
        if not self._ended:
            self._transport.pause_reading()

    def abort(self) -> None:
        self._transport.abort()

    def kept(self, entry: Entry, found: Verdict | BaseException) -> None:
        now, at = self.house.now(), self.house.at()
        if isinstance(found, Verdict):
            self.do(self.session.kept(entry, found, now=now, at=at))
        else:
            self.do(self.session.not_kept(entry, str(found), now=now, at=at))

    def said(self, say: Say, failed: BaseException | None) -> None:
        """Written down, so it may go out."""
        self._unwritten -= 1
        if failed is None:
            if not self._ended:
                self._write(b"".join(say.frames))
                self._speak()
            return
        why = Finding(outcomes.STORE_FULL, str(failed))
        self.do(self.session.unsaid(why, now=self.house.now(), at=self.house.at()))

    def do(self, actions: Iterable[TransparentAction]) -> None:
        for action in actions:
            match action:
                case Keep():
                    self.house.keep(self, action.entry)
                case Write() if not self._ended:
                    self._transport.write(action.data)
                case Later() if not self._ended:
                    self._saying.append((self.house.now() + action.after_s, action.say))
                case Turn() if not self._ended:
                    self._saying.append((0.0, action))
                case Known():
                    self.house.known(self, action.facts)
                case Prepared():
                    self.house.prepared(action)
                case Ended():
                    self.house.ended(self, action)
                case NotWelcome():
                    self.house.refused(self, action.finding, action.raw)
                    self._transport.write(REFUSED if action.raw.startswith(b"@") else b"")
                case Close():
                    self.close(action.finding)
                case _:
                    pass  # nobody is there to hear it any more
        if not self._ended:
            self._speak()
            self._set_timer()

    # -- inside --

    def _speak(self) -> None:
        """Hand on what is due; nothing overtakes what was put before it."""
        if self._speaking is not None:
            return
        while self._saying:
            due, say = self._saying[0]
            if isinstance(say, Turn):
                if self._unwritten:
                    return  # the words before it are still on their way into the ledger
                due = self._out_at
            if due > self.house.now():
                self._speaking = self.house.loop.call_at(due, self._speak_on)
                return
            self._saying.popleft()
            self._now_say(say)

    def _speak_on(self) -> None:
        self._speaking = None
        if self._ended:
            return
        # The loop may wake a clock's tick early: what it was woken for is due.
        _, say = self._saying.popleft()
        self._now_say(say)
        self._speak()

    def _now_say(self, say: Say | Turn) -> None:
        if isinstance(say, Turn):
            self._turn(say.baud)
            return
        self._unwritten += 1
        self.house.say(self, say)

    def _turn(self, baud: int) -> None:
        self._baud = baud
        if self._remote is not None:
            self._transport.write(self._remote.turn(baud))

    def _write(self, data: bytes) -> None:
        self._out_at = self.house.now() + sending_s(len(data), self._baud) + _TURN_AFTER_S
        if self._remote is not None:
            data = self._remote.say(add_parity(data))
        self._transport.write(data)

    @property
    def port(self) -> str:
        return self.session.port

    def _finish(self, why: Finding) -> None:
        self._ended = True
        self._saying.clear()
        self.house.closing(self, why)
        self.do(self.session.end(why, now=self.house.now(), at=self.house.at()))

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        when = max(self.session.deadline, self.house.now() + _TICK_S)
        self._timer = self.house.loop.call_at(when, self._tick)

    def _tick(self) -> None:
        self._timer = None
        if not self._ended:
            self.do(self.session.tick(now=self.house.now(), at=self.house.at()))
