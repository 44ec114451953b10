"""What does a meter answer on one of its ports?"""

from collections.abc import Callable
from enum import Enum

from osos.iec62056.actions import Action, SwitchBaud, Write
from osos.iec62056.errors import (
    CannotBeSent,
    ChecksumMismatch,
    MessageTooLong,
    NotAMessage,
    NotAnIdentification,
    ParityWrong,
)
from osos.iec62056.identification import parse_identification
from osos.iec62056.message_reader import Item, MessageReader
from osos.iec62056.messages import ACK, NAK, Command, DataBlock, Nak, OptionSelect, Request, readout_message
from osos.iec62056.meter_answers import MeterAnswers
from osos.iec62056.parity import add_parity, heard_bits
from osos.iec62056.speeds import sending_s

ACK_WITHIN_S = 2.25  # M-16: the longest tt the reader may take to acknowledge
GAP_S = 1.5  # M-16: between two characters of a message
IDLE_S = 60.0  # M-18: session.idle_s
REPEATS = 3  # M-15: of one message, asked for by NAK
GEN2_COMMANDS = frozenset({"R2", "W2", "E2", "P1", "P2", "P3"})


class State(Enum):
    IDLE = "idle"
    IDENTIFIED = "identified"  # the identification is out, the acknowledge may come
    SENT = "sent"  # the data message is out, a NAK may come
    PROGRAMMING = "programming"


class MeterSide:
    """The meter's half of mode C on one port; two ports are two of these, each with its own answers (M-7).

    `start_baud`: the speeds heard while idle (M-10): 300 for the optical port, (300, 9600) for RS-485.
    """

    def __init__(
        self,
        device: MeterAnswers,
        start_baud: int | tuple[int, ...] = 300,
        *,
        reaction_s: float = 0.25,  # M-16: tr; 0 in compressed time
        commands: frozenset[str] = GEN2_COMMANDS,
        ack_break: bool = False,  # gen1 answers the break with ACK (M-45)
        no_ack_readout: bool = False,  # M-14, the standard's way: packet 0 at the start speed
        parity: bool = False,  # the line carries even parity in the eighth bit (M-19)
    ) -> None:
        self._device = device
        self._start = (start_baud,) if isinstance(start_baud, int) else start_baud
        self._reaction_s = reaction_s
        self._commands = commands
        self._ack_break = ack_break
        self._no_ack_readout = no_ack_readout
        self._parity = parity
        self._reader = MessageReader("reader")
        self._offered = 0
        self._last_message = b""
        self._repeats = 0
        self._heard_at = self._sent_at = 0.0
        self._heard_baud: int | None = None
        self.state = State.IDLE
        self.baud = self._start[0]

    @property
    def in_session(self) -> bool:
        """Is the reading icon on for this port? (M-18)"""
        return self.state is not State.IDLE

    def receive(self, data: bytes, *, baud: int | None, now: float) -> list[Action]:
        """What to do about these bytes, heard at this speed: Write and SwitchBaud only.

        `baud=None`: the line carries no speed (TCP), everything is heard (M-19).
        """
        actions = self.tick(now)
        if not self._hears(baud):
            return actions  # noise: another speed than the port's
        if baud != self._heard_baud:
            self._reader.flush()
        self._heard_at, self._heard_baud = now, baud
        for item in self._reader.feed(heard_bits(data) if self._parity else data):
            actions += self._handle(item, now)
            if not self._hears(baud):  # the rest of these bytes came at the speed just left
                self._reader.flush()
                break
        return actions

    def tick(self, now: float) -> list[Action]:
        """What to do because time has passed."""
        if self._reader.pending and now - self._heard_at > GAP_S:
            self._reader.flush()  # a message that was never finished
        deadline = self._deadline()
        if deadline is None or now < deadline:
            return []
        if self.state is State.IDENTIFIED and self._no_ack_readout:
            lines = self._device.packet("0")
            return self._idle() if lines is None else self._send_readout(lines, now)
        return self._idle()

    def wake_at(self) -> float | None:
        """When `tick` has something to do next; None: not before bytes come."""
        return self._deadline()

    def _deadline(self) -> float | None:
        match self.state:
            case State.IDLE:
                return None
            case State.PROGRAMMING:
                return max(self._heard_at, self._sent_at) + IDLE_S
            case _:
                return self._sent_at + ACK_WITHIN_S

    def _hears(self, baud: int | None) -> bool:
        if baud is None:
            return True
        if self.state in {State.IDLE, State.SENT} and baud in self._start:
            return True
        return self.state is not State.IDLE and baud == self.baud

    def _handle(self, item: Item, now: float) -> list[Action]:
        act = _ACTS[self.state].get(type(item))
        return act(self, item, now) if act else []

    def _identify(self, request: Request, now: float) -> list[Action]:
        if request.address and not self._device.is_me(request.address):
            return self._idle() if self.state is not State.IDLE else []
        line = self._device.identification().rstrip(b"\r\n")
        try:
            offered = parse_identification(line).baud
        except NotAnIdentification as error:
            raise CannotBeSent("identification", line.decode("latin-1")) from error
        actions = self._switch(self._heard_baud or self._start[0])
        self._offered = offered or 0
        self.state = State.IDENTIFIED
        return [*actions, *self._write(line + b"\r\n", now)]

    def _select(self, option: OptionSelect, now: float) -> list[Action]:
        if option.protocol != "0" or option.baud is None or option.baud > self._offered:
            return self._idle()  # M-13
        if option.y == "1":
            return [*self._switch(option.baud), *self._begin_programming(now)]
        lines = self._device.packet(option.y)
        if lines is None:
            return self._idle()
        return [*self._switch(option.baud), *self._send_readout(lines, now)]

    def _send_readout(self, lines: bytes, now: float) -> list[Action]:
        self.state = State.SENT
        return self._write(readout_message(lines), now)

    def _begin_programming(self, now: float) -> list[Action]:
        self.state = State.PROGRAMMING
        seed = self._device.seed()
        first = ACK if seed is None else Command("P", "0", f"({seed})".encode("ascii")).render()
        return self._write(first, now)

    def _repeat(self, _nak: Item, now: float) -> list[Action]:
        if self._repeats == REPEATS:
            return self._idle()
        repeats = self._repeats + 1
        actions = self._write(self._last_message, now)
        self._repeats = repeats
        return actions

    def _command(self, command: Command, now: float) -> list[Action]:
        if command.name == "B0":
            return [*(self._write(ACK, now) if self._ack_break else []), *self._idle()]
        answer = self._answer(command) if command.name in self._commands else NAK
        return self._write(answer, now)

    def _answer(self, command: Command) -> bytes:
        if command.letter == "P":
            text = command.bracket()
            return _ack(text is not None and self._device.password(int(command.kind), text))
        dataset = command.dataset()
        if dataset is None:
            return NAK
        if command.letter == "R":
            block = self._device.read(*dataset)
            return NAK if block is None else DataBlock(block).render()
        if command.letter == "W":
            return _ack(self._device.write(*dataset))
        return _ack(command.letter == "E" and self._device.execute(*dataset))

    def _not_understood(self, _error: Item, now: float) -> list[Action]:
        return self._write(NAK, now)  # M-45

    def _write(self, message: bytes, now: float) -> list[Action]:
        self._last_message, self._repeats = message, 0
        self._sent_at = now + self._reaction_s + sending_s(len(message), self._heard_baud and self.baud)
        return [Write(add_parity(message) if self._parity else message, self._reaction_s)]

    def _switch(self, baud: int) -> list[Action]:
        changed = baud != self.baud
        self.baud = baud
        return [SwitchBaud(baud)] if changed else []

    def _idle(self) -> list[Action]:
        self.state = State.IDLE
        return self._switch(self._start[0])


def _ack(done: bool) -> bytes:
    return ACK if done else NAK


# What each state does about what it hears; what is not here is not heard.
_ACTS: dict[State, dict[type, Callable[..., list[Action]]]] = {
    State.IDLE: {Request: MeterSide._identify},
    State.IDENTIFIED: {Request: MeterSide._identify, OptionSelect: MeterSide._select},
    State.SENT: {Request: MeterSide._identify, Nak: MeterSide._repeat},
    State.PROGRAMMING: {
        Command: MeterSide._command,
        Nak: MeterSide._repeat,
        ChecksumMismatch: MeterSide._not_understood,
        ParityWrong: MeterSide._not_understood,
        NotAMessage: MeterSide._not_understood,
        MessageTooLong: MeterSide._not_understood,
    },
}
