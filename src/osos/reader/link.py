"""How do the sessions of iec62056 get their bytes and their time?

The sessions do no input or output. A link owns the wire, waits on the clock it is given, and remembers what
it has learnt about this line: whether parity travels, and which speed the meter and the line both carry.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar

from osos.iec62056 import (
    BREAK,
    Action,
    Close,
    Event,
    Failed,
    Identification,
    Identified,
    Line,
    ProgrammingSession,
    ReadoutSession,
    SwitchBaud,
    Write,
    add_parity,
    speeds_to_try,
    strip_parity,
)
from osos.iec62056.reading_side import State
from osos.iec62056.speeds import sending_s
from osos.quantities import Clock
from osos.reader.place import Parity, Place
from osos.reader.trouble import LineTrouble, Words
from osos.reader.watching import Nobody, Watch
from osos.reader.wire import Wire, open_wire

Session = ReadoutSession | ProgrammingSession
S = TypeVar("S", ReadoutSession, ProgrammingSession)

REACTION_S = 0.25  # M-16: no sooner after a byte of the meter
SLOWER = (19200, 9600, 300)  # where an identified meter falls silent after the option select
_HOLDING = {State.SELECTED, State.READY, State.ASKING}  # of a programming session: the meter waits for more


class Link:
    """One cable to one meter, opened when first needed."""

    def __init__(
        self,
        place: Place,
        *,
        clock: Clock,
        watch: Watch | None = None,
        reaction_s: float = REACTION_S,
        opened: Callable[[Place], Wire] = open_wire,
    ) -> None:
        self.place, self.clock, self.watch = place, clock, watch or Nobody()
        self.identification: Identification | None = None
        self.is_identified = False  # in this session
        self.sessions = self.received = 0
        self.tried: list[tuple[Words, bytes]] = []  # in vain: which way, and what was heard
        self._kept = bytearray()  # what was heard since the last sign-on, 7 bits each
        self._opened, self.reaction_s = opened, reaction_s
        self._wire: Wire | None = None
        self._session: ProgrammingSession | None = None
        self._baud = 300
        self._parities = _parities(place)
        self._limits = limits(place)

    # -- sessions --

    def talk(self, make: Callable[[Line], S]) -> tuple[S, list[Event]]:
        """Run a session to its end or to where it waits to be asked; again where another parity or a lower
        speed may help. Raises LineTrouble."""
        while True:
            session, events = self.sign_on(make(self.line()))
            failed = next((each for each in events if isinstance(each, Failed)), None)
            if failed is None:
                self._settle()
                return session, events
            if not self._another_way(failed):
                return session, events

    def sign_on(self, session: S) -> tuple[S, list[Event]]:
        """Run this very session, once."""
        self.sessions += 1
        self._kept.clear()
        self.is_identified = False
        self._session = session if isinstance(session, ProgrammingSession) else None
        events = list(self._carry_out(session, session.start))
        return session, events

    def further(
        self, session: ProgrammingSession, act: Callable[[float], list[Action | Event]]
    ) -> list[Event]:
        """Something more of a session that waits to be asked: `lambda now: session.ask(command, now)`."""
        return list(self._carry_out(session, act))

    def line(self) -> Line:
        """How the next session is to use the wire."""
        place = self.place
        serial = place.is_serial
        usual = speeds_to_try(300) if serial else (300,)
        return Line(
            start_bauds=(place.baud,) if place.baud else usual,
            max_baud=self._limits[0],
            reaction_s=self.reaction_s,
            parity=self._parities[0] == "even",
            delay_s=place.delay_s,
        )

    @property
    def parity(self) -> Parity:
        return self._parities[0]

    @property
    def heard(self) -> bytes:
        """All since the last sign-on, parity taken off where it is known to be on."""
        return bytes(self._kept)

    @property
    def baud(self) -> int:
        """The speed the port has now."""
        return self._baud

    # -- the wire --

    def open(self) -> Wire:
        if self._wire is None:
            self.watch.step("opening", url=self.place.url)
            self._wire = self._opened(self.place)
        return self._wire

    def close(self) -> None:
        """A meter left in programming mode would hear no request for 60 s (M-18), so it is told."""
        wire, session = self._wire, self._session
        self._wire = self._session = None
        if wire is None:
            return
        if session is not None and session.state in _HOLDING:
            message = BREAK.render()
            with suppress(LineTrouble):
                self._send(wire, add_parity(message) if self.parity == "even" else message)
        wire.close()

    def listen(self, for_s: float) -> bytes:
        """What the line says unasked."""
        data = self.open().read(self.clock.wall_s(for_s))
        if data:
            self._heard(data)
        return data

    def send_alone(self, message: bytes, *, baud: int) -> None:
        """A message outside of any session, at this speed."""
        wire = self.open()
        self._switch(wire, baud)
        self._send(wire, add_parity(message) if self.parity == "even" else message)

    def use_parity(self, parity: Parity) -> None:
        """This one from now on."""
        self._parities = [parity]

    def pause(self, seconds: float) -> None:
        if seconds > 0:
            self.clock.sleep_until(self.clock.now() + timedelta(seconds=seconds))

    # -- inside --

    def _carry_out(self, session: Session, act: Callable[[float], list[Action | Event]]) -> Iterator[Event]:
        wire, clock = self.open(), self.clock
        todo = act(clock.monotonic())
        while True:
            for each in todo:
                if isinstance(each, Write):
                    self.pause(each.after_s)
                    self._send(wire, each.data)
                elif isinstance(each, SwitchBaud):
                    self._switch(wire, each.baud)
                elif isinstance(each, Close):
                    return
                elif isinstance(each, Event):
                    yield self._told(each)
            wake_at = session.wake_at()
            if wake_at is None:
                return
            data = wire.read(clock.wall_s(max(0.0, wake_at - clock.monotonic())))
            if data:
                self._heard(data)
                todo = session.receive(data, clock.monotonic())
            else:
                todo = session.tick(clock.monotonic())

    def _told(self, event: Event) -> Event:
        if isinstance(event, Identified):
            self.identification, self.is_identified = event.identification, True
            self.watch.step("identified", identification=str(event.identification))
        return event

    def _send(self, wire: Wire, data: bytes) -> None:
        wire.write(data)
        if (
            wire.carries_speed
        ):  # adapters say "sent" while bytes still wait in them; the speed must not change yet
            self.pause(sending_s(len(data), self._baud))

    def _switch(self, wire: Wire, baud: int) -> None:
        self._baud = baud
        wire.set_baud(baud)

    def _heard(self, data: bytes) -> None:
        self.received += len(data)
        plain = strip_parity(data)[0] if self.parity == "even" else data
        self._kept += plain
        self.watch.heard(plain)

    def _another_way(self, failed: Failed) -> bool:
        """Is there something else to try? Only silence is a reason to."""
        line = self.line()
        speeds = f"{'/'.join(map(str, line.start_bauds))} Bd, " if self.open().carries_speed else ""
        self.tried.append((parity_words(self.parity, speeds), self.heard))
        if failed.reason != "silent":
            return False
        ways = self._parities if not self.is_identified else self._limits
        if len(ways) == 1:
            return False
        ways.pop(0)
        return True

    def _settle(self) -> None:
        """The way that worked is the only one from now on."""
        del self._parities[1:], self._limits[1:]


def parity_words(parity: Parity, before: str = "") -> Words:
    return f"{before}eşlik {'çift' if parity == 'even' else 'yok'}", f"{before}parity {parity}"


def limits(place: Place) -> list[int]:
    """The highest speed to go to, and what to be content with where the line does not follow."""
    most = place.max_baud or SLOWER[0]
    return [most, *(baud for baud in SLOWER if baud < most)]


def _parities(place: Place) -> list[Parity]:
    """Serial lines of meters are 7E1; a modem's TCP port mostly hands on plain characters."""
    if place.parity != "auto":
        return [place.parity]
    return ["even"] if place.is_serial else ["none", "even"]
