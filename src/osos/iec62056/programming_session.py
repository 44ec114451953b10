"""How does a reader ask and change single values of a meter?"""

import hashlib
import hmac
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from osos.iec62056.actions import Action, Answer, Event, Ready, Refused, Whose
from osos.iec62056.errors import ChecksumMismatch, MessageTooLong, NotNow
from osos.iec62056.message_reader import Item
from osos.iec62056.messages import BREAK, Ack, Command, DataBlock, Nak
from osos.iec62056.reading_side import Line, ReadingSide, State

RefusalReason = Literal["nak", "error", "silence", "damaged"]
READ_AGAIN = 1  # a read that got NAK or silence: the line may have damaged it; writes are never sent twice


@dataclass(frozen=True, slots=True)
class Password:
    """What is sent under P1, P2 or P3 (M-41)."""

    text: str
    level: int = 1
    auth: Literal["plain", "hmac"] = "plain"

    def answer(self, seed: str | None) -> Command:
        """The P message; with `hmac`, 64 capital hex digits over the seed text, as one real `<3>` meter."""
        text = self.text
        if self.auth == "hmac":
            key, message = self.text.encode("latin-1"), (seed or "").encode("latin-1")
            text = hmac.new(key, message, hashlib.sha256).hexdigest().upper()
        return Command("P", str(self.level), f"({text})".encode("latin-1"))


class ProgrammingSession(ReadingSide):
    """Sign on, reach programming mode, send the commands one by one, break (M-40 … M-46).

    With `keep_open` it waits for `ask` after the last command, until `finish`.
    """

    y = "1"

    def __init__(
        self,
        address: str = "",
        commands: Iterable[Command] = (),
        *,
        password: Password | None = None,
        line: Line | None = None,
        keep_open: bool = False,
    ) -> None:
        super().__init__(address, line=line)
        self._queue = deque(commands)
        self._password = password
        self._keep_open = keep_open
        self._asked: Command | None = None
        self._again = 0

    def ask(self, command: Command, now: float) -> list[Action | Event]:
        """One more command; sent at once if nothing is being asked."""
        if self.state is State.CLOSED:
            raise NotNow("ask", self.state.value)
        self._queue.append(command)
        return self._next(now) if self.state is State.READY else []

    def finish(self, now: float) -> list[Action | Event]:
        """Break once all has been asked."""
        self._keep_open = False
        return self._next(now) if self.state is State.READY else []

    def _selected(self, item: Item, now: float) -> list[Action | Event]:
        if self.state is State.SELECTED:
            return self._begin(item, now)
        match item:
            case DataBlock():
                return self._answered(item, now)
            case Ack() if self._current.letter != "R" and self._is_lone:
                return [Answer(self._name, b""), *self._next(now)]
            case Nak() if self._is_lone:
                return self._refused_by_nak(now)
            case MessageTooLong():
                return self._refuse("damaged", str(item), now)
            case _:  # else noise around the answer
                return self._ask_again(now) if isinstance(item, ChecksumMismatch) else []

    def _begin(self, item: Item, now: float) -> list[Action | Event]:
        match item:
            case Command(letter="P", kind="0"):
                return self._ready(item.bracket(), now)
            case Ack() if self._is_lone:
                return self._ready(None, now)
            case ChecksumMismatch():
                return self._ask_again(now)
            case Nak() if self._is_lone:
                return self._fail("refused", "peer", "NAK to programming mode")
            case _:
                return []

    def _ready(self, seed: str | None, now: float) -> list[Action | Event]:
        if self._password:
            self._queue.appendleft(self._password.answer(seed))
        return [Ready(seed), *self._next(now)]

    def _next(self, now: float) -> list[Action | Event]:
        self._asked, self._again, self._naks, self._deadline = None, 0, 0, None
        self.state = State.READY
        if self._queue:
            self._asked = self._queue.popleft()
            self.state = State.ASKING
            return self._write(self._asked.render(), now)
        if self._keep_open:
            return []
        return [self._out(BREAK.render()), *self._finish()]  # no answer is waited for

    def _answered(self, block: DataBlock, now: float) -> list[Action | Event]:
        error = block.refusal()
        if error is not None:
            return self._refuse("error", error, now)
        return [Answer(self._name, block.block), *self._next(now)]

    def _refused_by_nak(self, now: float) -> list[Action | Event]:
        return self._read_again(now) or self._refuse("nak", "NAK", now)

    def _refuse(self, reason: RefusalReason, detail: str, now: float) -> list[Action | Event]:
        refused: list[Action | Event] = [Refused(self._name, reason, detail)]
        if self._current.letter == "P":  # no write after a refused password: it would count as a try (M-42)
            kept = [command for command in self._queue if command.letter == "R"]
            for command in self._queue:
                if command.letter != "R":
                    refused.append(Refused(_name(command), "nak", "not sent: the password was refused"))
            self._queue = deque(kept)
        return [*refused, *self._next(now)]

    def _silence(self, now: float) -> list[Action | Event]:
        if self.state is State.ASKING and not self._heard:
            return self._read_again(now) or self._refuse("silence", "no answer", now)
        done = super()._silence(now)
        if self.state is State.ASKED and self.identification:  # the meter may be waiting in programming mode
            return [self._out(BREAK.render()), *done]
        return done

    def _fail(self, reason: str, whose: Whose, detail: str) -> list[Action | Event]:
        failed = super()._fail(reason, whose, detail)
        if self.identification is None:
            return failed
        return [self._out(BREAK.render()), *failed]

    def _cut_off(self, now: float) -> list[Action | Event]:
        if self.state is State.SELECTED:
            return self._fail("bcc", "line", "the P0 message came damaged each time it was asked for")
        return self._refuse("damaged", "the answer came damaged each time it was asked for", now)

    def _read_again(self, now: float) -> list[Action | Event]:
        if self._current.letter != "R" or self._again == READ_AGAIN:
            return []
        self._again += 1
        return self._write(self._current.render(), now)

    @property
    def _current(self) -> Command:
        if self._asked is None:
            raise NotNow("an answer", self.state.value)
        return self._asked

    @property
    def _name(self) -> str:
        return _name(self._current)


def _name(command: Command) -> str:
    """`R2 1.8.0()`; of a P message the name alone, never the password."""
    if command.letter == "P" or command.data is None:
        return command.name
    return f"{command.name} {command.data.decode('latin-1')}"
