"""What may a check do to a meter, and how does it say what it found? (T-20, T-21)

A step is a function of a `Bench`. It acts (`rig`), reads and programs over the ports, lets time pass, looks
at the display, and says of every check of its step whether it holds.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from osos.conformity.catalogue import Step
from osos.conformity.clockwork import set_by_any_port
from osos.conformity.device import TESTED, Device, Sample
from osos.conformity.packets import Packet, Record, parse_packet, parse_records
from osos.conformity.rig import Act, Hands, RigDidNot, Seen
from osos.conformity.stage import Stage
from osos.conformity.talk import Session, Talk, converse, finish
from osos.conformity.told import told
from osos.conformity.trouble import AnotherMeter, MeterTrouble, Unreadable
from osos.conformity.verdicts import Case, Outcome, Verdict
from osos.iec62056 import Command, Line, Password, ProgrammingSession, ReadoutReceived, ReadoutSession
from osos.quantities import to_local

Port = Literal["optical", "rs485"]
Proof = Literal["right", "wrong", "none"]

START_BAUDS: dict[str, tuple[int, ...]] = {"optical": (300,), "rs485": (9600, 300)}  # M-10
LATE_WITHIN_S = 6.0  # so long a silent port is listened to, to tell late from dead
ANSWER_WITHIN_S = 1.5  # M-16
NAK = "NAK"
CLAIMED: dict[str, Port] = {"OP": "optical"}  # every step of this group is about this port


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """How often the form asks for a thing to be done; a short run does it less often and says so."""

    interruptions: int = 99  # KG-12…15, UG-06…09
    months: int = 13  # AS, note 1
    months_of_first_row: int = 13  # of the matrix
    periods: int = 12  # YS, note
    profile_days: float = 12.1  # YP-08: 17 280 records of a minute


WHOLE = Repeats()
SHORT = Repeats(interruptions=99, months=2, months_of_first_row=13, periods=12)
SHORTEST = Repeats(interruptions=5, months=1, months_of_first_row=2, periods=2, profile_days=0.1)


class Bench:
    """One run's bench; `begin` is called before each step."""

    def __init__(
        self,
        stage: Stage,
        device: Device,
        *,
        reaction_s: float = 0.0,
        delay_s: float = 0.0,
        repeats: Repeats = WHOLE,
    ) -> None:
        """`delay_s`: there and back, of a modem or a network between the bench and the meter."""
        self.stage, self.device, self.repeats = stage, device, repeats
        self.rig = Hands(stage, phases=device.phases, volts_dv=device.nominal_dv)
        first = device.sample(TESTED)
        if first is None:
            raise ValueError(f"there is no sample {TESTED!r} to begin with")
        self.sample: Sample = first
        self._passwords = {first.name: first.password}  # in force now, by sample
        self.kept: dict[str, Any] = {}  # what the steps of a group tell each other
        self.remarks: list[str] = []
        self.notes: list[str] = []  # what the bench had to do besides, and why
        # Ports that did not do what another one did, since this sample was put on the bench:
        self.silent: set[Port] = set()
        self.sets_no_clock: set[Port] = set()
        self._claim: Port | None = None
        self._reaction_s, self._delay_s = reaction_s, delay_s
        self._offset = timedelta()
        self._cases: dict[int, list[Case]] = {}
        self._first_line = 0

    # -- the run of a step --

    def begin(self, step: Step) -> None:
        self.step = step
        self._cases = {check.number: [] for check in step.checks}
        self.remarks, self.notes = [], []
        self._claim = CLAIMED.get(step.id.partition("-")[0])
        self._first_line = self.stage.lines

    def cases(self, number: int) -> list[Case]:
        return self._cases[number]

    def check(
        self,
        number: int,
        ok: bool,
        *,
        saw: object,
        expected: object = "",
        case: str = "",
        evidence: tuple[int, int] | None = None,
    ) -> bool:
        """Say of check `number` of this step whether it holds, and by which lines of the run file."""
        found = Case(
            name=case,
            verdict=Verdict.PASS if ok else Verdict.FAIL,
            expected=told(expected),
            saw=told(saw),
            evidence=evidence or (self._first_line + 1, self.stage.lines),
        )
        self._cases[number].append(found)
        return ok

    def equal(self, number: int, saw: object, expected: object, *, case: str = "") -> bool:
        return self.check(number, saw == expected, saw=saw, expected=expected, case=case)

    def connect(self, name: str, *, purpose: str) -> None:
        """Another sample, as it was delivered; its clock is looked at."""
        found = self.device.sample(name)
        if found is None:
            raise RigDidNot(Act("sample", {"name": name, "purpose": purpose}), {"name": "not handed in"})
        as_delivered = self.rig.connect(name, purpose=purpose)
        self.sample = found
        self.silent, self.sets_no_clock = set(), set()
        if as_delivered or name not in self._passwords:
            self._passwords[name] = found.password
        self.clock()

    @property
    def password(self) -> str:
        """The one in force now on the sample that is connected."""
        return self._passwords[self.sample.name]

    def change_password(self, text: str, *, port: Port) -> bool:
        """96.96, under the password in force; True: accepted, and in force from now on (M-51)."""
        accepted = self.accepts("96.96", text, port=port)
        if accepted:
            self._passwords[self.sample.name] = text
        return accepted

    def password_is(self, text: str) -> None:
        """What has turned out to be in force on the sample that is connected."""
        self._passwords[self.sample.name] = text

    # -- time --

    @property
    def now(self) -> datetime:
        """The meter's own wall clock, as last read or set and gone on since; naive."""
        return to_local(self.stage.now).replace(tzinfo=None) + self._offset

    def wait(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Let time pass; bytes that come unasked are kept in the run file."""
        for_s = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds).total_seconds()
        self.stage.note("wait", s=for_s)
        until = self.stage.seconds + for_s
        while self.stage.seconds < until:
            self.stage.hear(until)

    def wait_until(self, shown: datetime) -> None:
        """Until the meter's clock shows this."""
        self.wait(seconds=max(0.0, (shown - self.now).total_seconds()))

    def clock(self) -> datetime:
        """Read the meter's clock, and go by it from now on."""
        shown = self.shown_clock()
        self._offset = shown - to_local(self.stage.now).replace(tzinfo=None, microsecond=0)
        return shown

    def shown_clock(self) -> datetime:
        found = self.read_all("0.9.2", "0.9.1")
        try:
            return datetime.strptime(found["0.9.2"] + found["0.9.1"], "(%y-%m-%d)(%H:%M:%S)")  # noqa: DTZ007  # a meter's clock knows no zone
        except ValueError:
            raise Unreadable("0.9.2, 0.9.1", f"{found['0.9.2']} {found['0.9.1']}") from None

    def set_clock(self, shown: datetime, *, port: Port | None = None) -> bool:
        """Program date and time over this port; True: accepted. None: it is to be set, by whatever way."""
        if port is None:
            set_by_any_port(self, shown)
            return True
        done = self.program(("0.9.2", f"{shown:%y-%m-%d}"), ("0.9.1", f"{shown:%H:%M:%S}"), port=port)
        if all(done):
            self._offset = shown - to_local(self.stage.now).replace(tzinfo=None)
        self.wait(seconds=2)  # no act of the same second: its stamp could be of either clock
        return all(done)

    # -- the display --

    def look(self, *wanted: str) -> Seen:
        """What the display shows: of a person only these icons are asked, or "screen"."""
        return self.stage.look(wanted)

    # -- reading --

    def read(self, code: str, argument: str = "", *, port: Port | None = None) -> str:
        """What is printed behind the code, brackets and all; `NAK` where it is refused."""
        return self.read_all(code, argument=argument, port=port)[code]

    def read_all(self, *codes: str, argument: str = "", port: Port | None = None) -> dict[str, str]:
        """Several codes in one session of the programming mode; over no certain port twice if need be."""
        try:
            return self._read(codes, argument, port)
        except Unreadable as trouble:
            if port or self._claim:
                raise
            self.notes.append(f"read once more: {trouble}")
            return self._read(codes, argument, port)

    def _read(self, codes: Sequence[str], argument: str, port: Port | None) -> dict[str, str]:
        commands = [Command.for_code("R2", code, argument) for code in codes]
        talk = self._talk(port, lambda line: ProgrammingSession(self.address, commands, line=line))
        answers = talk.answers()
        return {code: _behind(code, answers.get(f"R2 {code}({argument})")) for code in codes}

    def read_proven(self, code: str, *, proof: Proof, port: Port = "optical") -> str:
        """A code that wants a password even to be read (M-52)."""
        command = Command.for_code("R2", code)
        talk = self._programming([command], proof=proof, port=port)
        return _behind(code, talk.answers().get(f"R2 {code}()"))

    def packet(self, y: str, *, port: Port | None = None) -> Packet:
        """A whole packet: 0 long, 6 short, 7 history, 8 alert, 9 interruption."""
        found = self._packet(y, port)
        if not (port or self._claim) and (found.odd or not found.bang):
            self.notes.append(f"packet {y} read once more: {found.odd[:1] or 'no end'}")
            return self._packet(y, port)
        return found

    def _packet(self, y: str, port: Port | None) -> Packet:
        return packet_of(self._talk(port, lambda line: ReadoutSession(self.address, y, line=line)))

    def profile(
        self,
        name: str,
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        port: Port | None = None,
    ) -> list[Record]:
        """Records between two labels, both included; without them all (M-107)."""
        argument = ";".join("" if at is None else f"{at:%y-%m-%d,%H:%M}" for at in (start, end))
        return parse_records(self.profile_text(name, argument, port=port))

    def profile_text(self, name: str, argument: str, *, port: Port | None = None) -> str:
        command = Command.for_code("R2", name, argument)
        talk = self._talk(port, lambda line: ProgrammingSession(self.address, [command], line=line))
        answer = talk.answers().get(f"R2 {name}({argument})")
        return NAK if answer is None else answer.decode("latin-1")

    # -- programming --

    def program(self, *writes: tuple[str, str], proof: Proof = "right", port: Port = "optical") -> list[bool]:
        """Each `(code, argument)` written in one session: which were accepted?"""
        commands = [Command.for_code("W2", code, argument) for code, argument in writes]
        answers = self._programming(commands, proof=proof, port=port).answers()
        return [f"W2 {code}({argument})" in answers for code, argument in writes]

    def accepts(self, code: str, argument: str, *, proof: Proof = "right", port: Port = "optical") -> bool:
        return self.program((code, argument), proof=proof, port=port)[0]

    def reset_demand(self, *, port: Port = "optical") -> bool:
        """E2 1.6.0 (M-49)."""
        command = Command.for_code("E2", "1.6.0")
        return "E2 1.6.0()" in self._programming([command], proof="right", port=port).answers()

    def wrong_password(self) -> str:
        """Eight digits that are surely not the right ones."""
        return f"{(int(self.password) + 1) % 10**8:08d}"

    def _programming(self, commands: Sequence[Command], *, proof: Proof, port: Port) -> Talk:
        text = {"right": self.password, "wrong": self.wrong_password(), "none": ""}[proof]
        password = Password(text) if text else None
        return self._talk(
            port, lambda line: ProgrammingSession(self.address, commands, password=password, line=line)
        )

    # -- sessions --

    @property
    def address(self) -> str:
        return self.sample.address

    def line(self, port: str) -> Line:
        delay_s = self._delay_s
        return Line(start_bauds=START_BAUDS[port], reaction_s=self._reaction_s, delay_s=delay_s)

    def answers(self, port: Port = "optical", *, address: str | None = None) -> bool:
        """Does the meter let itself be read here at all? Its identification and the clock are asked for."""
        to = self.address if address is None else address
        command = Command.for_code("R2", "0.9.1")
        talk = Talk(port, ProgrammingSession(to, [command], line=self.line(port)))
        converse(self.stage, talk)
        return bool(talk.answers())

    def readouts(
        self,
        *asked: tuple[Port, str, str],
        meanwhile: Sequence[tuple[float, Port, bytes]] = (),
    ) -> tuple[list[Talk], list[bytes]]:
        """Packets read at once, `(port, address, packet)`, at the line's own pace; and what else came."""
        self.stage.pace(real=True)
        talks = [Talk(port, ReadoutSession(to, y, line=self.line(port))) for port, to, y in asked]
        strays = converse(self.stage, *talks, meanwhile=meanwhile)
        self.stage.pace(real=False)
        return talks, strays

    def in_session(self, port: Port, act: Callable[[], Any]) -> Any:
        """Something to do or see while the meter is in programming mode on this port."""
        session = ProgrammingSession(self.address, line=self.line(port), keep_open=True)
        talk = Talk(port, session)
        converse(self.stage, talk)
        if talk.failed is not None:
            raise MeterTrouble(self._silent_or_late(port), f"{port}: {talk.failed.detail}")
        found = act()
        finish(self.stage, talk)
        return found

    def _talk(self, port: Port | None, make: Callable[[Line], Session]) -> Talk:
        """Over this port; over none: over the other one where the first does not do."""
        if certain := port or self._claim:
            return self._talk_on(certain, make)
        first, *others = sorted(self._ports, key=lambda one: one in self.silent)
        self._note_once(f"asked over {first}", when=first in self._ports[1:])
        try:
            return self._talk_on(first, make)
        except MeterTrouble as trouble:
            for other in others:
                with suppress(MeterTrouble):
                    talk = self._talk_on(other, make)
                    self.silent.add(first)
                    self.notes.append(str(trouble))
                    self._note_once(f"asked over {other}")
                    return talk
            raise

    def _note_once(self, text: str, *, when: bool = True) -> None:
        if when and text not in self.notes:
            self.notes.append(text)

    @property
    def _ports(self) -> tuple[Port, ...]:
        return ("optical", "rs485") if self.device.has_rs485 else ("optical",)

    def is_dead(self) -> bool:
        """Powered, and silent on every port?"""
        self.rig.supply()
        self.wait(seconds=10)
        return not any(self.answers(port) for port in self._ports)

    def _talk_on(self, port: Port, make: Callable[[Line], Session]) -> Talk:
        """A session to its end; once more where the meter broke off."""
        talk = Talk(port, make(self.line(port)))
        converse(self.stage, talk)
        if talk.broken is None:
            return self._in_time(talk)
        if talk.identified is None:
            outcome = self._silent_or_late(port)
            self._who_is_there(port)
            raise MeterTrouble(outcome, f"{port}: {talk.broken}")
        again = Talk(port, make(self.line(port)))
        converse(self.stage, again)
        if again.broken is not None:
            raise MeterTrouble(Outcome.BROKE_OFF, f"{port}: {again.broken}, twice")
        self.remarks.append(f"{port}: the meter broke off once: {talk.broken}")
        return again

    def _in_time(self, talk: Talk) -> Talk:
        """M-16: an answer begins within 1.5 s, at the first request of a speed."""
        if talk.asked > len(START_BAUDS[talk.port]):
            raise MeterTrouble(Outcome.LATE, f"{talk.port}: identified at request {talk.asked} only")
        if talk.slowest_s > ANSWER_WITHIN_S + self._delay_s:
            raise MeterTrouble(Outcome.LATE, f"{talk.port}: answered after {talk.slowest_s:.1f} s")
        return talk

    def _who_is_there(self, port: str) -> None:
        """Nobody answers to this address: has another meter been put in its place? Raises AnotherMeter."""
        talk = Talk(port, ProgrammingSession("", [Command.for_code("R2", "0.0.0")], line=self.line(port)))
        converse(self.stage, talk)
        found = talk.answers().get("R2 0.0.0()")
        if found is not None and self.sample.serial.encode() not in found:
            raise AnotherMeter(self.address, found.decode("latin-1"))

    def _silent_or_late(self, port: str) -> Outcome:
        until = self.stage.seconds + LATE_WITHIN_S
        while self.stage.seconds < until:
            heard = self.stage.hear(until)
            if heard is not None and heard[0] == port:
                return Outcome.LATE
        return Outcome.SILENT


def packet_of(talk: Talk) -> Packet:
    received = next((each for each in talk.events if isinstance(each, ReadoutReceived)), None)
    if received is None:
        raise Unreadable("packet", str(talk.failed))
    return parse_packet(received.block.decode("latin-1"))


def _behind(code: str, answer: bytes | None) -> str:
    if answer is None:
        return NAK
    text = answer.decode("latin-1")
    if not text.startswith(f"{code}("):
        raise Unreadable(code, text)
    return text[len(code) :]
