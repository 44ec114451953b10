"""What does the centre say to one meter over a transparent line, and what came of it? (X-40, X-42, X-43)

One conversation, without sockets or clocks. Most modems follow the speeds by themselves; a port with
`fixed_baud` has one, and whoever carries our words to another kind is told each change.
"""

import re
from datetime import timezone

from osos.headend import outcomes
from osos.headend.conversation import Request
from osos.headend.errands import NAK, Errand, between_labels, by_number, registers
from osos.headend.makes import askings, has_own_way, own_dialect, walls
from osos.headend.outcomes import Finding, Kind
from osos.headend.plan import PROFILE_DIRECTIVES
from osos.headend.round_trip import RoundTrip
from osos.headend.settings import TransparentLimits
from osos.headend.transparent_result import Result
from osos.iec62056 import (
    BREAK,
    Action,
    Answer,
    Command,
    Event,
    Failed,
    Line,
    ProgrammingSession,
    ReadoutReceived,
    ReadoutSession,
    Refused,
    SwitchBaud,
    WeBrokeProtocol,
    Write,
)
from osos.modems.mass_json import RAW, REGISTER, instant

Say = Write | SwitchBaud
PACKETS = {"short": "6", "long": "0", "history": "7", "alert": "8", "interruption": "9"}  # Y of M-13
_PROFILES = {directive: profile for profile, directive in PROFILE_DIRECTIVES.items()}
_SERIAL, _BITS_A_BYTE = "0.0.0", 10
_LABELS = ("STARTDATE", "ENDDATE")
_TOLD = re.compile(rb"0\.0\.0\(([^()]*)\)")
_NUMBER = re.compile(r"([A-Z]{3})?0*(?=[0-9])")
_FAILED: dict[str, Kind] = {
    "silent": outcomes.METER_SILENT,
    "bcc": outcomes.CHECKSUM,
    "cut-off": outcomes.CHECKSUM,
    "refused": outcomes.VALUE_REFUSED,
}


class MeterTalk:
    """One request, put to one meter; `result` is there when it is over."""

    def __init__(
        self,
        request: Request,
        zone: timezone,
        *,
        limits: TransparentLimits,
        way: RoundTrip,
        most_bytes: int,
        fixed_baud: int | None = None,
    ) -> None:
        self.result: Result | None = None
        self._request, self._zone, self._limits, self._way = request, zone, limits, way
        self._most_bytes, self._size = most_bytes, 0
        self._fixed_baud = fixed_baud
        self._turns: list[bytearray] = []
        self._attempt = 0
        self._begin_at: float | None = None
        self._session: ReadoutSession | ProgrammingSession | None = None
        self._baud = fixed_baud or 300
        self._sent_at: float | None = None  # the last byte of our message is on the line
        self._heard = False  # since our last message
        self._told_wrong = ""
        self._errand: Errand | None = None  # None: the meter is not known yet

    def start(self, now: float) -> list[Say]:
        """Ask who is there."""
        self._attempt += 1
        self._begin_at = None
        try:
            self._session = self._new_session()
            return self._obey(self._session.start(now), now)
        except WeBrokeProtocol as error:  # the serial or range cannot be written in the meters' protocol
            return self._end(Finding(outcomes.VALUE_REFUSED, str(error)))

    def receive(self, data: bytes, now: float) -> list[Say]:
        if not self._turns:
            self._turns.append(bytearray())
        self._turns[-1] += data
        self._size += len(data)
        if self._size > self._most_bytes:
            return self._end(Finding(outcomes.NOTHING_USABLE, f"more than {self._most_bytes} bytes"))
        if self._session is None or self._begin_at is not None:
            return []  # the rest of an answer that was given up
        if not self._heard and self._sent_at is not None:
            self._way.took(now - self._sent_at)
        self._heard = True
        return self._obey(self._session.receive(data, now), now)

    def tick(self, now: float) -> list[Say]:
        due = self.wake_at
        if due is None or now < due:
            return []
        if self._begin_at is not None:
            return self.start(now)
        return [] if self._session is None else self._obey(self._session.tick(now), now)

    @property
    def wake_at(self) -> float | None:
        if self.result is not None or self._begin_at is not None:
            return self._begin_at
        due = self._session.wake_at() if self._session is not None else None
        # Packets of one answer may be as far apart as the way is long, not only its first byte late.
        return due + self._way.delay_s if due is not None and self._heard else due

    def give_up(self, why: Finding) -> None:
        """The line is gone."""
        if self.result is None:
            self._end(why)

    # -- inside --

    def _new_session(self) -> ReadoutSession | ProgrammingSession:
        line = Line(
            start_bauds=(self._fixed_baud or 300,),
            max_baud=self._fixed_baud or Line().max_baud,
            reaction_s=self._limits.reaction_s,
            delay_s=self._way.delay_s,
            rounds=self._limits.rounds,
        )
        request, meter = self._request, self._request.meter
        y = PACKETS.get(request.directive)
        if y is not None:
            return ReadoutSession(meter, y, line=line)
        # The serial first: a profile's records do not say whose they are.
        self._errand = None
        return ProgrammingSession(meter, [Command.for_code("R2", _SERIAL)], line=line, keep_open=True)

    def _run_errand(self, event: Answer | Refused | None, now: float) -> list[Say]:
        """The next thing to say; None begins."""
        session = self._session
        assert isinstance(session, ProgrammingSession)  # only that asks by codes
        try:
            if event is None or self._errand is None:
                self._errand = self._new_errand(session)
                command = next(self._errand)
            else:
                command = self._errand.send(event)
        except StopIteration as done:
            found: bytes | Finding = done.value
            if isinstance(found, Finding):
                self._end(found)
            else:
                self._done(self._headed(found))
            return self._end_session(now)
        return self._obey(session.ask(command, now), now)

    def _new_errand(self, session: ProgrammingSession) -> Errand:
        told = self._request.body.get("parameters") or {}
        if self._request.directive == REGISTER:
            return registers(told.get("OBIS") or [_SERIAL])
        named, profile = session.identification, _PROFILES[self._request.directive]
        first, last = walls(*(instant(told.get(name), self._zone) for name in _LABELS), zone=self._zone)
        own, ways = own_dialect(named), askings(profile, first, last, named)
        if own.numbered is not None and profile == "P.01":
            return by_number(own, first, last, ways)
        return between_labels(ways, has_own_way=has_own_way(named))

    def _end_session(self, now: float) -> list[Say]:
        session = self._session
        return self._obey(session.finish(now), now) if isinstance(session, ProgrammingSession) else []

    def _obey(self, actions: list[Action | Event], now: float) -> list[Say]:
        writes: list[Say] = []
        for action in actions:
            match action:
                case SwitchBaud(baud=baud):
                    self._baud = baud
                    writes.append(action)
                case Write(data=data) if data == NAK and isinstance(self._session, ReadoutSession):
                    # The modem is back at the start speed, where the meter does not hear a NAK.
                    return writes + self._once_more(Finding(outcomes.CHECKSUM, "a damaged readout"), now)
                case Write():
                    writes.append(self._out(action, now))
                case ReadoutReceived(data=data):
                    self._done(data)
                case Answer(asked=asked, data=data) if _SERIAL in asked and self._errand is None:
                    if self._is_another(data):
                        return [*writes, self._out(self._break(), now), *self._wrong_meter()]
                    writes += self._run_errand(None, now)
                case Refused(asked=asked) if _SERIAL in asked and self._errand is None:
                    writes += self._run_errand(None, now)
                case Answer() | Refused():
                    writes += self._run_errand(action, now)
                case Failed(reason=reason) if reason in ("bcc", "cut-off"):
                    return writes + self._once_more(Finding(outcomes.CHECKSUM, action.detail), now)
                case Failed(reason=reason):
                    self._end(Finding(_FAILED.get(reason, outcomes.NOTHING_USABLE), action.detail))
        return writes

    def _out(self, write: Write, now: float) -> Write:
        self._turns.append(bytearray())
        self._heard = False
        self._sent_at = now + write.after_s + len(write.data) * _BITS_A_BYTE / self._baud
        return write

    def _break(self) -> Write:
        return Write(BREAK.render(), self._limits.reaction_s)

    def _once_more(self, why: Finding, now: float) -> list[Say]:
        """From the beginning, when meter and modem have come to rest (X-26: read again)."""
        if self._attempt >= self._limits.attempts:
            return self._end(why)
        self._session = None
        self._begin_at = now + self._limits.rest_after_failure_s
        self._baud = self._fixed_baud or 300
        return []

    def _headed(self, body: bytes) -> bytes:
        known = self._session.identification if self._session is not None else None
        return body if known is None else known.raw + b"\r\n" + body

    def _is_another(self, data: bytes) -> bool:
        found = _TOLD.search(data)
        told = found[1].decode("latin-1").strip() if found is not None else ""
        self._told_wrong = told
        return bool(told) and _number(told) != _number(self._request.meter)

    def _wrong_meter(self) -> list[Say]:
        words = f"asked {self._request.meter}, {self._told_wrong} answered"
        return self._end(Finding(outcomes.WRONG_METER, words))

    def _done(self, telegram: bytes) -> None:
        if self.result is None:
            self.result = Result(turns=self._before(telegram), telegram=telegram)

    def _before(self, telegram: bytes) -> tuple[bytes, ...]:
        """The turns that are not the telegram's own last bytes; those are kept with it."""
        turns = [bytes(turn) for turn in self._turns if turn]
        return tuple(turns[:-1] if turns and telegram.endswith(turns[-1]) else turns)

    def _end(self, why: Finding) -> list[Say]:
        turns = tuple(bytes(turn) for turn in self._turns if turn)
        self.result = self.result or Result(turns=turns, fault=why)
        return []


def can_ask(directive: str) -> bool:
    """Whether a transparent line knows how to ask for it."""
    return directive in PACKETS or directive in _PROFILES or directive in (RAW, REGISTER)


def _number(serial: str) -> str:
    """Without the maker's letters and zeros that may stand before it (M-11)."""
    return _NUMBER.sub("", serial, count=1)
