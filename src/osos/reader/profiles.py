"""How is a load profile read so that a line that falls costs one portion and no more? (T-32)

Every portion has its own check character, so what is kept is proven; of a portion that broke off nothing is
kept, it is asked for again, in halves, until all is there or the line has fallen too often in a row.
"""

from collections import deque
from contextlib import suppress
from datetime import datetime

from osos.iec62056 import Answer, Command, DataBlock, Failed, ProgrammingSession, Refused, parse_readout
from osos.iec62056.numbered_records import Walk
from osos.iec62056.profile_queries import NAME, Asking, Dialect
from osos.quantities import to_local
from osos.reader.failing import PROGRAMMING_MODE, trouble_of
from osos.reader.identity import is_another, serial_of
from osos.reader.link import Link
from osos.reader.packets import Got
from osos.reader.profile_dialects import dialect_of
from osos.reader.record_labels import within
from osos.reader.spans import MINUTE, Span, joined, portions, shown
from osos.reader.trouble import LineTrouble, Trouble, trouble

_WHO = Command.for_code("R2", "0.0.0")
PAUSES_S = (1.0, 2.0, 5.0, 10.0, 30.0)  # after the 1st, 2nd … fall in a row; then it is given up


def read_profile(
    link: Link, name: str, *, first: datetime | None = None, last: datetime | None = None
) -> Got:
    """Records with labels from first to last (wall clock of the meter, both included), all where open.

    What could not be had is in `missing`; what was had is in `data`, in portions of proven check character.
    """
    if not NAME.fullmatch(name):
        return Got(trouble=trouble("bad-code", code=name))
    now = to_local(link.clock.now()).replace(tzinfo=None, second=0, microsecond=0)
    reading = _Reading(link, name, list(portions(first, last, now=now)))
    try:
        return reading.run()
    except KeyboardInterrupt:
        return reading.got(trouble("interrupted"))


class _Gave(Exception):
    """This portion did not come; ask again, or give up with this."""

    def __init__(self, why: Trouble) -> None:
        super().__init__(why.name)
        self.trouble = why


class _Reading:
    def __init__(self, link: Link, name: str, spans: list[Span]) -> None:
        self._link, self._name = link, name
        self._waiting = deque(spans)
        self._blocks: list[bytes] = []
        self._missing: list[Span] = []
        self._session: ProgrammingSession | None = None
        self._checked = not link.place.address
        self._refusals = 0
        self._done = 0
        self._ways: tuple[Asking, ...] | None = (
            None  # that this meter may understand; None: nothing asked yet
        )
        self._walk: Walk | None = None  # through what is waiting first, of a meter that numbers its records
        self._walked = 0

    def run(self) -> Got:
        falls = 0
        while self._waiting:
            try:
                self._take(self._waiting[0])
            except LineTrouble as fell:
                why = fell.trouble
            except _Gave as gave:
                why = gave.trouble
            else:
                self._waiting.popleft()
                falls, self._done = 0, self._done + 1
                continue
            falls = 0 if self._has_walked() else falls
            if why.name in _FINAL or falls == len(PAUSES_S):
                return self.got(why)
            self._link.watch.step("fell", why=why, pause_s=PAUSES_S[falls])
            self._again(falls)
            falls += 1
        self._finish()
        nothing = not any(self._blocks) and self._refusals and self._ways is None
        return self.got(trouble("no-profile", name=self._name) if nothing else None)

    def got(self, why: Trouble | None) -> Got:
        missing = tuple(joined([self._left(self._walk)] if self._walk else [*self._waiting]))
        if why is not None and missing and self._kept():
            why = trouble(
                "profile-missing",
                missing=", ".join(map(str, missing)),
                why=why,
                first=shown(missing[0].first) or "…",
                last=shown(missing[-1].last) or "…",
            )
        return Got(
            data=self._data(),
            identification=self._link.identification,
            trouble=why,
            missing=missing if why is not None else (),
            is_checked=self._checked,
        )

    def _left(self, walk: Walk) -> Span:
        """What a walk that was broken off has not come to: it goes from the newest back."""
        whole = self._waiting[0]
        return Span(whole.first, walk.reached - MINUTE if walk.reached else whole.last)

    def _data(self) -> bytes:
        """Identification and the blocks that hold records; one empty block where none does."""
        named = self._link.identification
        blocks = self._kept() or self._blocks[:1]
        if named is None or not blocks:
            return b""
        return named.raw + b"\r\n" + b"".join(DataBlock(block).framed() for block in blocks)

    def _kept(self) -> list[bytes]:
        walked = b"".join(reversed(self._walk.records)) if self._walk else b""
        return [block for block in (*self._blocks, walked) if block]

    def _has_walked(self) -> bool:
        """Did a record come since the line fell last?"""
        before, self._walked = self._walked, len(self._walk.records) if self._walk else 0
        return self._walked > before

    def _take(self, span: Span) -> None:
        link = self._link
        session = self._session or self._begin()
        link.watch.step(
            "portion",
            number=self._done + 1,
            of=self._done + len(self._waiting),
            first=shown(span.first) or "…",
            last=shown(span.last) or "…",
        )
        dialect = dialect_of(link.identification)
        if dialect.numbered is None:
            self._take_between(session, dialect, span)
        else:
            self._take_numbered(session, dialect)

    def _take_between(self, session: ProgrammingSession, dialect: Dialect, span: Span) -> None:
        """By the make's own way; a way that is refused gives place to the next until one was understood."""
        ways = dialect.between if self._ways is None else self._ways
        commands = [(way, command) for way in ways if (command := way(self._name, (span.first, span.last)))]
        if not commands:
            raise _Gave(trouble("no-profile", name=self._name))
        for way, command in commands:
            event = self._ask(session, command)
            if isinstance(event, Answer):
                self._blocks.append(within(event.data, span) if dialect.whole_days else event.data)
                self._ways = (way,)
                return
            self._unless_refused(session, event)
        self._refusals += 1  # also an answer of "none in this range" (M-108)

    def _unless_refused(self, session: ProgrammingSession, event: Refused) -> None:
        if event.reason in ("nak", "error"):
            return
        if event.reason != "silence":
            raise _Gave(trouble("damaged", received=len(self._link.heard)))
        if self._ways is None and isinstance(self._ask(session, _WHO), Answer):
            raise _Gave(trouble("no-profile", name=self._name))  # it hears, and says nothing to this (M-109)
        raise _Gave(trouble("cut-off", received=0))

    def _take_numbered(self, session: ProgrammingSession, dialect: Dialect) -> None:
        """All spans in one walk; what a broken walk has is kept."""
        numbered = dialect.numbered
        if self._name != "P.01" or numbered is None:
            raise _Gave(trouble("no-profile", name=self._name))
        if self._walk is None:
            whole = Span(self._waiting[0].first, self._waiting[-1].last)
            self._waiting = deque([whole])
            self._walk = Walk(whole.first, whole.last, dialect.numbers)

        def ask(number: int) -> bytes:
            event = self._ask(session, numbered(number))
            if isinstance(event, Refused):
                self._unless_refused(session, event)
                self._refusals += 1
                return b""
            self._ways = dialect.between  # this was understood
            return event.data

        self._walk.run(ask)
        self._blocks, self._walk = [b"".join(reversed(self._walk.records))], None

    def _begin(self) -> ProgrammingSession:
        """Into programming mode; whose profile it is is asked first when a meter was called."""
        link, address = self._link, self._link.place.address
        link.open()
        link.watch.step("asking", what=self._name)
        session, events = link.talk(lambda line: ProgrammingSession(address, line=line, keep_open=True))
        for event in events:
            if isinstance(event, Failed):
                raise _Gave(trouble_of(event, link, what=PROGRAMMING_MODE))
        if not self._checked:
            self._check(session, address)
        self._session = session
        return session

    def _check(self, session: ProgrammingSession, address: str) -> None:
        answer = self._ask(session, _WHO)
        if isinstance(answer, Answer):
            serial = serial_of(parse_readout(b"\x02" + answer.data + b"\r\n\x03").lines)
            other = is_another(address, self._link.identification, serial)
            if other:
                raise _Gave(other)
            self._checked = serial is not None

    def _ask(self, session: ProgrammingSession, command: Command) -> Answer | Refused:
        for event in self._link.further(session, lambda now: session.ask(command, now)):
            if isinstance(event, (Answer, Refused)):
                return event
        raise _Gave(trouble("cut-off", received=len(self._link.heard)))

    def _again(self, falls: int) -> None:
        """A new line, a moment later; what is asked for at once gets smaller."""
        self._session = None
        self._link.close()
        self._link.pause(PAUSES_S[falls])
        halves = self._waiting[0].halves() if falls and self._walk is None else None
        if halves:
            self._waiting.popleft()
            self._waiting.extendleft(reversed(halves))

    def _finish(self) -> None:
        session = self._session
        if session is not None:
            with suppress(LineTrouble):  # all is read; the meter ends the session by itself (M-18)
                self._link.further(session, session.finish)


_FINAL = frozenset(
    {
        "another-meter",
        "no-profile",
        "not-mode-c",
        "no-such-port",
        "port-denied",
        "no-such-host",
        "packet-refused",
    }
)
