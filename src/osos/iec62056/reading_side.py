"""How does a reader get a meter to identify itself and change to its speed?"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from osos.iec62056.actions import (
    Action,
    Close,
    Event,
    Expect,
    Failed,
    Finished,
    Identified,
    SwitchBaud,
    Whose,
    Write,
)
from osos.iec62056.echo import EchoFilter
from osos.iec62056.errors import NotNow
from osos.iec62056.identification import Identification
from osos.iec62056.message_reader import Item, MessageReader
from osos.iec62056.messages import NAK, IdentificationLine, OptionSelect, Request
from osos.iec62056.parity import add_parity, heard_bits
from osos.iec62056.speeds import BAUD, ORDER, sending_s

IDENTIFIED_WITHIN_S = 1.5  # M-174: at each speed; the standard's longest reaction
SILENCE_S = 3.0  # M-174: so long without a byte, and what came is all there is
_GLITCHES = b"\x00\x7f\xff"  # what a line says as it turns round
REPEATS = 3  # of one message asked for by NAK, as many as a meter sends (M-15)


def speeds_to_try(first: int) -> tuple[int, ...]:
    """The profile's start speed, then the usual ones (M-174).

    >>> speeds_to_try(9600)
    (9600, 300, 19200, 4800, 2400)
    """
    return (first, *(baud for baud in ORDER if baud != first))


@dataclass(frozen=True, slots=True)
class Line:
    """How this line is used."""

    start_bauds: tuple[int, ...] = (300,)
    max_baud: int = 19200
    reaction_s: float = 0.25  # M-16: no sooner after a byte of the meter
    parity: bool = False  # even parity travels in the eighth bit (M-19)
    delay_s: float = 0.0  # there and back, of a modem or a network
    rounds: int = 2  # of sign-on, through all start speeds


class State(Enum):
    NEW = "new"
    ASKED = "asked"  # the request is out
    SELECTED = "selected"  # the option select is out
    READY = "ready"  # programming mode, nothing asked
    ASKING = "asking"  # programming mode, a command is out
    CLOSED = "closed"


class ReadingSide(ABC):
    """The reader's half of mode C up to the option select; what follows is up to the kind of session.

    No call raises on anything a meter may send. `receive` and `tick` answer with actions and events in order:
    a Write is to be out before the SwitchBaud behind it is done.
    """

    y: str

    def __init__(self, address: str = "", *, line: Line | None = None) -> None:
        self._request = Request(address).render()
        self._line = line or Line()
        speeds = self._line.start_bauds
        self._speeds = [baud for _ in range(self._line.rounds) for baud in speeds]
        self._echo = EchoFilter()
        self._reader = MessageReader("meter")
        self._baud = speeds[0]
        self._deadline: float | None = None
        self._heard = bytearray()  # since the option select or the last command
        self._naks = 0
        self.identification: Identification | None = None
        self.state = State.NEW

    def start(self, now: float) -> list[Action | Event]:
        """Ask who is there."""
        if self.state is not State.NEW:
            raise NotNow("start", self.state.value)
        return self._sign_on(now, first=True)

    def receive(self, data: bytes, now: float) -> list[Action | Event]:
        """What to do about these bytes."""
        if self.state in {State.NEW, State.CLOSED}:
            return []
        heard = self._echo.heard(heard_bits(data) if self._line.parity else data)
        if heard and self._deadline is not None:
            self._deadline = max(self._deadline, now + self._patience())
        self._heard += heard
        return self._handle_all(self._reader.feed(heard), now)

    def tick(self, now: float) -> list[Action | Event]:
        """What to do because time has passed."""
        if self._deadline is None or now < self._deadline:
            return []
        self._deadline = None
        done = self._handle_all(self._reader.flush(), now)
        waiting = self._deadline is None and self.state not in {State.CLOSED, State.READY}
        return done + (self._silence(now) if waiting else [])

    def wake_at(self) -> float | None:
        """When `tick` has something to do next; None: not before bytes come."""
        return self._deadline

    @property
    def _is_lone(self) -> bool:
        """One byte is all that was heard: an ACK or NAK among others is noise, of a wrong speed perhaps."""
        return len(self._heard.strip(_GLITCHES)) == 1

    @abstractmethod
    def _selected(self, item: Item, now: float) -> list[Action | Event]:
        """What to do about an item heard after the option select."""

    @abstractmethod
    def _cut_off(self, now: float) -> list[Action | Event]:
        """The meter stopped in mid-message once too often."""

    def _handle_all(self, items: Sequence[Item], now: float) -> list[Action | Event]:
        done: list[Action | Event] = []
        for item in items:
            if self.state is State.ASKED and isinstance(item, IdentificationLine):
                done += self._identified(item.identification, now)
            elif self.state in {State.SELECTED, State.ASKING}:
                done += self._selected(item, now)
        return done

    def _sign_on(self, now: float, *, first: bool = False) -> list[Action | Event]:
        baud = self._speeds.pop(0)
        self._reader = MessageReader("meter")
        self.state, self._naks = State.ASKED, 0
        switch: list[Action | Event] = [SwitchBaud(baud)] if first or baud != self._baud else []
        self._baud = baud
        self._echo.sign_on(self._request)
        return switch + self._write(self._request, now)

    def _identified(self, identification: Identification, now: float) -> list[Action | Event]:
        self.identification = identification
        if identification.baud is None:
            return [Identified(identification), *self._fail("not-mode-c", "peer", str(identification))]
        baud = min(identification.baud, max(self._line.max_baud, BAUD["0"]))
        baud = max(each for each in BAUD.values() if each <= baud)
        z = next(char for char, each in BAUD.items() if each == baud)
        self.state = State.SELECTED
        done = [Identified(identification), *self._write(OptionSelect(z, self.y).render(), now)]
        if baud != self._baud:
            done.insert(-1, SwitchBaud(baud))  # between the Write and its Expect
        self._baud = baud
        return done

    def _silence(self, now: float) -> list[Action | Event]:
        """Nothing more came: ask for it again, sign on again, or give up."""
        lost_whole = self.state is State.SELECTED and not self._naks
        if self.state is not State.ASKED and (self._heard or lost_whole):
            return self._ask_again(now)
        if self._speeds:
            return self._sign_on(now)
        if self.identification is None:
            return self._fail("silent", "peer", "no identification at any speed")
        return self._fail("silent", "peer", "no answer after the option select")

    def _ask_again(self, now: float) -> list[Action | Event]:
        """NAK: the same message once more (M-15)."""
        if self._naks == REPEATS:
            return self._cut_off(now)
        self._naks += 1
        return self._write(NAK, now)

    def _write(self, message: bytes, now: float) -> list[Action | Event]:
        self._heard.clear()
        if self.state is not State.ASKED:
            self._echo.wrote(message)
        wait = self._patience() + self._line.delay_s
        out = self._line.reaction_s + sending_s(len(message), self._baud)
        self._deadline = now + out + wait
        return [self._out(message), Expect(wait)]

    def _out(self, message: bytes) -> Write:
        return Write(add_parity(message) if self._line.parity else message, self._line.reaction_s)

    def _patience(self) -> float:
        return IDENTIFIED_WITHIN_S if self.state is State.ASKED else SILENCE_S

    def _finish(self) -> list[Action | Event]:
        return [Finished(), *self._close("finished")]

    def _fail(self, reason: str, whose: Whose, detail: str) -> list[Action | Event]:
        return [Failed(reason, whose, detail), *self._close(reason)]

    def _close(self, reason: str) -> list[Action | Event]:
        self.state = State.CLOSED
        self._deadline = None
        return [Close(reason)]
