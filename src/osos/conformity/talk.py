"""How do sessions of iec62056 get their bytes on a stage, one or two at a time?"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from osos.conformity.stage import Stage
from osos.iec62056 import (
    Action,
    Answer,
    Close,
    Event,
    Expect,
    Failed,
    Identified,
    ProgrammingSession,
    ReadoutSession,
    Refused,
    SwitchBaud,
    Write,
)

Session = ReadoutSession | ProgrammingSession

_LOST = {"silence", "damaged"}


@dataclass(slots=True)
class Talk:
    """One session on one port, and what came of it."""

    port: str
    session: Session
    events: list[Event] = field(default_factory=list)
    begun_s: float = 0.0
    slowest_s: float = 0.0  # the longest the meter took to begin an answer
    bauds: list[int] = field(default_factory=list)
    written: list[bytes] = field(default_factory=list)
    sent_s: float | None = None

    @property
    def is_over(self) -> bool:
        return self.session.wake_at() is None

    @property
    def failed(self) -> Failed | None:
        return next((each for each in self.events if isinstance(each, Failed)), None)

    @property
    def broken(self) -> str | None:
        """Where the meter left off, in words; a refusal of its own is none."""
        if self.failed is not None:
            return self.failed.detail
        lost = (each for each in self.events if isinstance(each, Refused) and each.reason in _LOST)
        return next((f"{each.asked}: {each.detail}" for each in lost), None)

    @property
    def identified(self) -> Identified | None:
        return next((each for each in self.events if isinstance(each, Identified)), None)

    @property
    def asked(self) -> int:
        """How many requests it took to be identified."""
        return sum(message.startswith(b"/?") for message in self.written)

    def answers(self) -> dict[str, bytes]:
        """By what was asked, `R2 1.8.0()`."""
        return {each.asked: each.data for each in self.events if isinstance(each, Answer)}


def converse(stage: Stage, *talks: Talk, meanwhile: Sequence[tuple[float, str, bytes]] = ()) -> list[bytes]:
    """Carry all sessions to their ends; what was heard on ports without a session is handed back.

    `meanwhile`: bytes to send from outside all sessions, each so many seconds after the beginning.
    """
    strays: list[bytes] = []
    began = stage.seconds
    todo = [(began + after, port, data) for after, port, data in meanwhile]
    for talk in talks:
        talk.begun_s = began
        _obey(stage, talk, talk.session.start(began))
    while any(not talk.is_over for talk in talks):
        wakes = [at for talk in talks if (at := talk.session.wake_at()) is not None]
        heard = stage.hear(min([*wakes, *(at for at, _, _ in todo)]))
        now = stage.seconds
        while todo and todo[0][0] <= now:
            _, port, data = todo.pop(0)
            stage.send(port, data, 0.0)
        if heard is None:
            for talk in talks:
                wake_at = talk.session.wake_at()
                if wake_at is not None and wake_at <= now:
                    _obey(stage, talk, talk.session.tick(now))
            continue
        owner = next((talk for talk in talks if talk.port == heard[0] and not talk.is_over), None)
        if owner is None:
            strays.append(heard[1])
        else:
            _heard(owner, now)
            _obey(stage, owner, owner.session.receive(heard[1], now))
    return strays


def finish(stage: Stage, talk: Talk) -> None:
    """End a session of the programming mode that was kept open."""
    session = talk.session
    if isinstance(session, ProgrammingSession):
        _obey(stage, talk, session.finish(stage.seconds))


def _heard(talk: Talk, now: float) -> None:
    if talk.sent_s is not None:
        talk.slowest_s = max(talk.slowest_s, now - talk.sent_s)
        talk.sent_s = None


def _obey(stage: Stage, talk: Talk, actions: Sequence[Action | Event]) -> None:
    for action in actions:
        match action:
            case Write():
                stage.send(talk.port, action.data, action.after_s)
                talk.written.append(action.data)
                talk.sent_s = stage.seconds
            case SwitchBaud():
                stage.set_baud(talk.port, action.baud)
                talk.bauds.append(action.baud)
            case Close():
                return
            case Expect():
                pass  # the session's own deadline says when
            case _:
                talk.events.append(action)
