"""How is one parameter of a meter changed, and was it? (T-31)

Read, write once, read again. A write is never sent twice: where its answer is lost, the value is read over a
new line and tells what became of it.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from osos.iec62056 import (
    Answer,
    Command,
    Failed,
    Identification,
    Password,
    ProgrammingSession,
    Ready,
    Refused,
    parse_readout,
)
from osos.quantities import to_local
from osos.reader.arguments import bare, is_same, rule_for, shown
from osos.reader.failing import PROGRAMMING_MODE, trouble_of
from osos.reader.identity import is_another, serial_of
from osos.reader.link import Link
from osos.reader.trouble import LineTrouble, Trouble, trouble
from osos.reader.why_refused import reasons

if TYPE_CHECKING:
    from osos.meters import Entry, MeterProfile

PAUSES_S = (2.0, 5.0, 10.0)  # before the value is looked at over a new line
CLOCK_SLACK_S = 120  # a clock that was set goes on until it is read
_CLOCK = {"0.9.1": "%H:%M:%S", "0.9.2": "%y-%m-%d"}
_RESETS = ("0.1.0", "0.1.2*1")  # their count, and when the last was: Köhler keeps the second only
_BASE64_SEED = re.compile(r"[A-Za-z0-9+/]{22}==")  # M-41: the one real `<3>` meter


@dataclass(frozen=True, slots=True, kw_only=True)
class Programmed:
    """Before and after; `written` None: nobody can tell. Passwords are masked."""

    code: str
    command: str = "W2"
    asked: str = ""
    identification: Identification | None = None
    before: str | None = None
    after: str | None = None
    written: bool | None = False
    trouble: Trouble | None = None


class _Stopped(Exception):
    """Nothing was written, and this is why."""

    def __init__(self, why: Trouble) -> None:
        super().__init__(why.name)
        self.trouble = why


def program(link: Link, code: str, value: str, *, password: str) -> Programmed:
    """Change `code` to `value`; the value `now` of a clock's time or date is the present.

    Nothing is sent that the meter would refuse by its form. Code 1.6.0 is the demand reset, E2 (M-49).
    """
    return _Programming(link, code, bare(value), password).run()


class _Programming:
    def __init__(self, link: Link, code: str, value: str, password: str) -> None:
        self._link, self._code, self._value, self._password = link, code, value, password
        self._done = Programmed(code=code, asked=shown(code, value) or "")
        self._layout = ""
        self._is_now = value == "now" and code in _CLOCK
        self._resets: list[str] = []  # what _RESETS read before an E2, and after it

    def run(self) -> Programmed:
        try:
            self._write()
        except _Stopped as stopped:
            return replace(self._done, trouble=stopped.trouble)
        except KeyboardInterrupt:
            sent = self._done.written is None
            why = trouble("write-unknown", code=self._code) if sent else trouble("interrupted")
            return self._masked(replace(self._done, trouble=why))
        except LineTrouble as fell:
            if self._done.written is False:
                return replace(self._done, trouble=fell.trouble)
            self._link.close()
            self._look(fell.trouble)
        return self._judged()

    # -- one session: read, write, read --

    def _write(self) -> None:
        session, seed = self._begin()
        entry, profile = self._entry()
        command = self._command(entry)
        if not self._is_secret:
            self._before(session)
        if self._wants_password(profile):
            self._give_password(session, seed, entry, profile)
        if self._is_secret:
            self._before(session)
        command = self._command(entry) if self._is_now else command
        self._link.watch.step("writing", code=self._code)
        self._done = replace(self._done, written=None)  # from here on it may be
        event = self._ask(session, command)
        if isinstance(event, Refused) and event.reason in ("nak", "error"):
            self._done = replace(self._done, written=False)
            raise _Stopped(self._refused(event, profile))
        if isinstance(event, Answer):
            self._done = replace(self._done, written=True)
        self._after(session)
        self._link.further(session, session.finish)

    def _begin(self) -> tuple[ProgrammingSession, str | None]:
        link, address = self._link, self._link.place.address
        link.open()
        link.watch.step("asking", what=self._code)
        session, events = link.talk(lambda line: ProgrammingSession(address, line=line, keep_open=True))
        self._done = replace(self._done, identification=link.identification)
        for event in events:
            if isinstance(event, Failed):
                raise _Stopped(trouble_of(event, link, what=PROGRAMMING_MODE))
        if address:
            serial = self._read(session, "0.0.0")
            other = is_another(address, link.identification, serial)
            if other:
                raise _Stopped(other)
        return session, next((each.seed for each in events if isinstance(each, Ready)), None)

    def _entry(self) -> "tuple[Entry, MeterProfile]":
        from osos.meters import (
            catalogue,
            profile_for,
        )  # a fifth of a second, needed only once a meter has spoken

        profile = profile_for(self._link.identification)
        listed = profile.catalogue if profile.generation else catalogue(2)  # legacy meters write like gen2
        entry = listed.find(self._code)
        if entry is None or entry.write is None:
            codes = ", ".join(each.code for each in listed.entries if each.write)
            raise _Stopped(trouble("not-programmable", code=self._code, codes=codes))
        return entry, profile

    def _command(self, entry: "Entry") -> Command:
        assert entry.write is not None
        self._layout = entry.write.argument
        if self._is_now:
            self._value = to_local(self._link.clock.now()).strftime(_CLOCK[self._code])
        rule = rule_for(self._code, self._layout)
        if rule and not rule.fits(self._value):
            raise _Stopped(
                trouble(
                    "bad-value",
                    code=self._code,
                    value=shown(self._code, self._value),
                    rule=(rule.tr, rule.en),
                )
            )
        self._done = replace(
            self._done, asked=shown(self._code, self._value) or "", command=entry.write.command
        )
        return Command.for_code(entry.write.command, self._code, self._value)

    def _before(self, session: ProgrammingSession) -> None:
        before = self._read(session, self._code)
        if before is None:
            raise _Stopped(trouble("unknown-code", code=self._code))
        if self._is_reset:
            self._resets = [self._last_resets(session)]
        self._done = replace(self._done, before=before)

    def _after(self, session: ProgrammingSession) -> None:
        if self._is_reset:
            self._resets = [*self._resets[:1], self._last_resets(session)]
        self._done = replace(self._done, after=self._read(session, self._code))

    def _wants_password(self, profile: "MeterProfile") -> bool:
        return not (self._is_reset and profile.generation and profile.value("reset.password") is False)

    def _give_password(
        self, session: ProgrammingSession, seed: str | None, entry: "Entry", profile: "MeterProfile"
    ) -> None:
        assert entry.write is not None
        level = entry.write.gen3_level or 1 if profile.generation == 3 else 1
        is_hmac = bool(seed and _BASE64_SEED.fullmatch(seed))
        password = Password(self._password, level, "hmac" if is_hmac else "plain")
        if isinstance(self._ask(session, password.answer(seed)), Refused):
            raise _Stopped(trouble("password-refused"))

    def _refused(self, event: Refused, profile: "MeterProfile") -> Trouble:
        return trouble(
            "write-refused",
            code=self._code,
            detail=event.detail,
            reasons=reasons(self._code, profile.generation),
        )

    # -- afterwards --

    def _look(self, why: Trouble) -> None:
        """The answer to the write is lost: what does the meter hold now?"""
        link = self._link
        for pause_s in PAUSES_S:
            link.watch.step("fell", why=why, pause_s=pause_s)
            link.pause(pause_s)
            try:
                session, _ = self._begin()
                if self._is_secret:
                    return  # to read it, one of two passwords would have to be tried
                self._after(session)
                link.further(session, session.finish)
            except (LineTrouble, _Stopped):
                link.close()
                continue
            return

    def _judged(self) -> Programmed:
        done = self._done
        if done.written is None:
            return self._by_what_is_there()
        if done.after is not None and not self._is_as_asked(done.after):
            wrong = trouble("not-as-asked", code=self._code, after=shown(self._code, done.after))
            return self._masked(replace(done, trouble=wrong))
        return self._masked(done)

    def _by_what_is_there(self) -> Programmed:
        done, after = self._done, self._done.after
        if after is not None and self._is_as_asked(after) and not self._was_as_asked():
            return self._masked(replace(done, written=True))
        if after is not None and not self._is_as_asked(after):
            return self._masked(replace(done, written=False, trouble=trouble("write-lost", code=self._code)))
        return self._masked(replace(done, trouble=trouble("write-unknown", code=self._code)))

    def _is_as_asked(self, read: str) -> bool:
        if self._is_reset:
            return len(self._resets) == 2 and self._resets[0] != self._resets[1]
        if self._code in _CLOCK:
            return self._is_clock(read)
        return is_same(self._value, read, layout=self._layout)

    def _was_as_asked(self) -> bool:
        return not self._is_reset and self._is_as_asked(self._done.before or "")

    def _is_clock(self, read: str) -> bool:
        """Set and gone on since, over midnight too."""
        form = _CLOCK[self._code]
        try:
            asked, found = datetime.strptime(self._value, form), datetime.strptime(read, form)  # noqa: DTZ007  # wall clocks
        except ValueError:
            return False
        gone = found - asked
        if self._code == "0.9.2":
            return timedelta(0) <= gone <= timedelta(days=1)
        return gone % timedelta(days=1) <= timedelta(seconds=CLOCK_SLACK_S)

    def _masked(self, done: Programmed) -> Programmed:
        return replace(done, before=shown(self._code, done.before), after=shown(self._code, done.after))

    # -- asking --

    def _last_resets(self, session: ProgrammingSession) -> str:
        return " ".join(self._read(session, code) or "" for code in _RESETS)

    def _read(self, session: ProgrammingSession, code: str) -> str | None:
        """What stands in its brackets; None: refused."""
        event = self._ask(session, Command.for_code("R2", code))
        if isinstance(event, Refused):
            return None
        lines = parse_readout(b"\x02" + event.data + b"\r\n\x03").lines
        if code == "0.0.0":
            return serial_of(lines)
        return ")(".join(lines[0].brackets) if lines else None

    def _ask(self, session: ProgrammingSession, command: Command) -> Answer | Refused:
        for event in self._link.further(session, lambda now: session.ask(command, now)):
            if isinstance(event, Answer | Refused):
                return event
        raise _Stopped(trouble("cut-off", received=len(self._link.heard)))

    @property
    def _is_secret(self) -> bool:
        return shown(self._code, "") != ""

    @property
    def _is_reset(self) -> bool:
        return self._code == "1.6.0"
