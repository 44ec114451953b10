"""What does a head-end do on a transparent line: who is it, what is asked next, what came? (X-40, X-41)

One session a connection, without sockets, clock or database, as the MASS session beside it: bytes and time
come in, actions go out. One conversation with one meter at a time (H-13); what the meter said is kept in the
transaction that its reading is recorded in.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timezone

from osos.headend import outcomes
from osos.headend.actions import Action, Close, Entry, Keep, Known, ModemFacts, Prepared, Say, Verdict, Write
from osos.headend.conversation import Conversations, Ended, Post, Request
from osos.headend.outcomes import DONE, Finding
from osos.headend.own_words import TRANSPARENT, introduction
from osos.headend.round_trip import RoundTrip
from osos.headend.sessions import leads_to
from osos.headend.settings import HeadEndSettings
from osos.headend.transparent_plan import Diary
from osos.headend.transparent_raw import RawTalk
from osos.headend.transparent_result import Result
from osos.headend.transparent_talk import MeterTalk, can_ask
from osos.iec62056 import SwitchBaud
from osos.iec62056 import Write as Words
from osos.modems.first_lines import FIRST_LINES, FirstLine
from osos.modems.mass_json import RAW, Message, raw_text, wall
from osos.modems.transparent import Hello, NoHello, Opening
from osos.quantities import TURKIYE
from osos.registry import CallingPlace

_STRAY_KEPT = 4096  # bytes heard while nobody had asked anything


@dataclass(frozen=True, slots=True)
class Later:
    """Say this, so many seconds from now (the reaction time)."""

    say: Say
    after_s: float


@dataclass(frozen=True, slots=True)
class NotWelcome:
    """The first line was none: its bytes, and why."""

    finding: Finding
    raw: bytes


@dataclass(frozen=True, slots=True)
class Turn:
    """The port of the modem is to have this speed, once what was said before is out (RFC 2217)."""

    baud: int


TransparentAction = Action | Later | NotWelcome | Turn


class TransparentSession:
    """One transparent connection, until it ends. `facts` are given when it is the centre that called."""

    def __init__(
        self,
        *,
        address: str,
        settings: HeadEndSettings,
        rng: random.Random,
        new_reference: Callable[[], str],
        diary: Diary,
        now: float,
        first_lines: tuple[FirstLine, ...] = FIRST_LINES,
        place: CallingPlace | None = None,
    ) -> None:
        self.address = address
        self.port = ""  # the modem's serial port that this connection leads to, where it told
        self.facts: ModemFacts | None = None
        self.closed = False
        self.zone: timezone = TURKIYE
        self.way = RoundTrip(least_s=settings.transparent.least_delay_s)
        self.talk = Conversations(replace(settings.ask, lines_at_once=1), rng, new_reference, ready=True)
        self._new_reference = new_reference
        self._settings, self._limits = settings, settings.transparent
        self._diary = diary
        self._opening: Opening | None = Opening(first_lines)
        self._place = place  # of a modem that was called: how its port is spoken to
        self._quiet_at: float | None = None  # a first line without an end is looked at then
        self._started = self._active = now
        self._rest_until = now
        self._number = self._parts = 0
        self._keeping: dict[int, int] = {}
        self._post: Post | None = None  # on the line, or its answer on the way into the ledger
        self._meter: MeterTalk | RawTalk | None = None
        self._stray = bytearray()

    # -- what comes in --

    def received(self, data: bytes, *, now: float, at: datetime) -> list[TransparentAction]:
        """Bytes, whatever they are."""
        self._active = now
        if self._opening is not None:
            self._quiet_at = now + self._limits.first_line_quiet_s
            return self._opened(self._opening.feed(data), now, at)
        if self._meter is None or self._meter.result is not None:
            return self._unasked(data, now, at)
        return self._say(self._meter.receive(data, now)) + self._go_on(now, at)

    def called(self, facts: ModemFacts, *, now: float, at: datetime) -> list[TransparentAction]:
        """The centre has called this modem, which listens: it says nothing of itself."""
        self._opening = None
        return [*self._met(facts, at), *self._go_on(now, at)]

    def kept(self, entry: Entry, verdict: Verdict, *, now: float, at: datetime) -> list[TransparentAction]:
        self._keeping.pop(entry.number, None)
        if self.closed:
            return []
        actions: list[TransparentAction] = [] if verdict.reply is None else [Write(verdict.reply)]
        if verdict.facts is not None and not verdict.close:
            known, self.facts = self.facts is not None, verdict.facts
            actions += [] if known else self._met(verdict.facts, at)
        if entry.asked is not None:
            actions += self._answered(entry.reference, verdict.finding, verdict, now)
        if verdict.close:
            return [*actions, Close(verdict.finding)]
        return actions + self._go_on(now, at)

    def not_kept(self, entry: Entry, why: str, *, now: float, at: datetime) -> list[TransparentAction]:
        """The store could not take it. The meter still has it: it is asked for again another time."""
        self._keeping.pop(entry.number, None)
        if self.closed:
            return []
        if entry.asked is None:
            return [Close(Finding(outcomes.STORE_FULL, why))] if self.facts is None else []
        ended = self._answered(entry.reference, Finding(outcomes.STORE_FULL, why), None, now)
        return ended + self._go_on(now, at)

    def unsaid(self, why: Finding, *, now: float, at: datetime) -> list[TransparentAction]:
        """Our words could not be written down, so they were not said: the conversation is over."""
        if self.closed or self._meter is None:
            return []
        self._meter.give_up(why)
        return self._go_on(now, at)

    # -- what goes out --

    def ask(self, request: Request, *, now: float, at: datetime) -> list[TransparentAction]:
        """Put it in line; it starts as soon as the line is free."""
        if not can_ask(request.directive):
            words = f"directive {request.directive!r} on a transparent line"
            return [Ended("", request, Finding(outcomes.VALUE_REFUSED, words))]
        return [*self.talk.put(request), *self._go_on(now, at)]

    def withdraw(self, chosen: Callable[[Request], bool]) -> list[TransparentAction]:
        return list(self.talk.withdraw(chosen, Finding(outcomes.GIVEN_UP)))

    def tick(self, *, now: float, at: datetime) -> list[TransparentAction]:
        actions: list[TransparentAction] = []
        if self._opening is not None and self._quiet_at is not None and now >= self._quiet_at:
            self._quiet_at = None
            actions += self._opened(self._opening.quiet(), now, at)
        if self._meter is not None:
            actions += self._say(self._meter.tick(now))
        silence = self._silence(now)
        return [*actions, Close(silence)] if silence is not None else actions + self._go_on(now, at)

    @property
    def deadline(self) -> float:
        """When `tick` has something to do, at the latest."""
        if self.facts is None:
            late = self._started + self._limits.unidentified_s
            return late if self._quiet_at is None or self._opening is None else min(late, self._quiet_at)
        due = [self._active + self._limits.idle_s]
        if self._meter is not None and self._meter.wake_at is not None:
            due.append(self._meter.wake_at)
        elif self._post is None and self.talk.waiting:
            due.append(self._rest_until)
        return min(due)

    def end(self, why: Finding, *, now: float, at: datetime) -> list[TransparentAction]:
        """The connection is gone: what was heard is kept, every request has an outcome."""
        if self.closed:
            return []
        lost = Finding(outcomes.CONNECTION_LOST, why.kind.name)
        actions: list[TransparentAction] = []
        if self._meter is not None:
            self._meter.give_up(lost)
            actions += self._over(now, at)
        actions += self._keep_stray(now, at)
        self.closed = True
        return [*actions, *self.talk.close(lost)]

    @property
    def keeping(self) -> tuple[int, int]:
        return len(self._keeping), sum(self._keeping.values())

    # -- who it is --

    def _opened(self, told: Hello | NoHello | None, now: float, at: datetime) -> list[TransparentAction]:
        if told is None:
            return []
        raw = self._opening.raw if self._opening is not None else b""
        self._opening = None
        if isinstance(told, NoHello):
            why = Finding(outcomes.UNKNOWN_DIALECT, told.detail)
            reply: list[TransparentAction] = [NotWelcome(why, told.raw), Close(why)]
            return reply
        self._stray += told.rest
        self.port = told.port
        line = raw[: len(raw) - len(told.rest)]
        message = Message(
            device=told.device,
            function="identification",
            reference_id=self._new_reference(),
            response=introduction(told),
        )
        return [self._keep((line,), (None,), now, at, message=message)]

    def _met(self, facts: ModemFacts, at: datetime) -> list[TransparentAction]:
        self.facts = facts
        actions: list[TransparentAction] = [Known(facts)]
        if not facts.registered:
            actions.append(Prepared(modem_id=facts.modem_id, device=facts.device, registered=True))
        here = tuple(meter for meter in facts.meters if leads_to(self.port, meter.line))
        for request in self._diary.due(self._settings.plan, here, at=at, zone=self.zone):
            actions += self.talk.put(request)
        return actions

    # -- one conversation after the other --

    def _go_on(self, now: float, at: datetime) -> list[TransparentAction]:
        actions: list[TransparentAction] = []
        if self._meter is not None and self._meter.result is not None:
            actions += self._over(now, at)
        if self._post is None and self.facts is not None and not self.closed and now >= self._rest_until:
            actions += self._begin(now, at)
        return actions

    def _begin(self, now: float, at: datetime) -> list[TransparentAction]:
        posts = self.talk.start(now)
        if not posts:
            return []
        self._post = posts[0]
        self.talk.answer_came(self._post.reference)  # the conversation has timers of its own
        self._parts, self._active = 0, now
        self._meter = self._talk_of(self._post.request)
        actions = self._keep_stray(now, at) + self._say(self._meter.start(now))
        return actions if self._meter.result is None else actions + self._go_on(now, at)

    def _talk_of(self, request: Request) -> MeterTalk | RawTalk:
        most, way = self._settings.link.joined_bytes, self.way
        if request.directive == RAW:
            return RawTalk(request, limits=self._limits, way=way, most_bytes=most)
        fixed = self._place.baud if self._place is not None else None
        return MeterTalk(request, self.zone, limits=self._limits, way=way, most_bytes=most, fixed_baud=fixed)

    def _over(self, now: float, at: datetime) -> list[TransparentAction]:
        """The meter's words are complete, or there will be no more: into the ledger with them."""
        assert self._post is not None  # a conversation was begun for it
        assert self._meter is not None
        result, self._meter, self._active = self._meter.result, None, now
        assert result is not None
        failed = result.fault is not None
        rest_s = self._limits.rest_after_failure_s if failed else self._limits.rest_s
        # Raw exchanges in a row may be one session of the meter: a rest would end it.
        self._rest_until = now if self._post.request.directive == RAW else now + rest_s
        if failed and not result.turns:
            ended = self.talk.unsent(self._post.reference, result.fault or Finding(DONE))
            self._post = None
            return list(ended)
        return [self._keep_result(self._post, result, now, at)]

    def _keep_result(self, post: Post, result: Result, now: float, at: datetime) -> Keep:
        frames = [*result.turns, *([result.telegram] if result.fault is None else [])]
        parts: list[int | None] = [number for number, _ in enumerate(result.turns, start=1)]
        parts += [None] * (len(frames) - len(parts))
        assert self.facts is not None  # only a known modem's meters are asked
        body = {
            "readDate": wall(at, self.zone),
            "meter": {"serialNumber": post.request.meter},
            "data": {"rawData": raw_text(result.telegram)},
        }
        message = Message(
            device=self.facts.device, function="read", reference_id=post.reference, response=body
        )
        return self._keep(
            tuple(frames), tuple(parts), now, at, message=message, fault=result.fault, asked=post.request
        )

    def _answered(
        self, reference: str, finding: Finding, result: Verdict | None, now: float
    ) -> list[TransparentAction]:
        if self._post is None or self._post.reference != reference:
            return []
        if finding.kind is DONE:
            self._diary.ran(self._post.request)
        self._post, self._active = None, now
        return list(self.talk.answer_kept(reference, finding, result))

    def _say(self, words: Iterable[Words | SwitchBaud]) -> list[TransparentAction]:
        if self.facts is None or self._post is None:
            return []
        said: list[TransparentAction] = []
        for each in words:
            if isinstance(each, SwitchBaud):
                said += [Turn(each.baud)] if self._tells_speed else []
                continue
            self._parts += 1
            message = Message(
                device=self.facts.device,
                function="read",
                reference_id=self._post.reference,
                part=self._parts,
            )
            said.append(Later(Say(frames=(each.data,), message=message, again=False), each.after_s))
        return said

    @property
    def _tells_speed(self) -> bool:
        return self._place is not None and self._place.is_rfc2217 and self._place.baud is None

    # -- the ledger --

    def _unasked(self, data: bytes, now: float, at: datetime) -> list[TransparentAction]:
        """Words of nobody we asked: the tail of an answer given up, or a modem that talks between."""
        self._stray += data
        return self._keep_stray(now, at) if len(self._stray) >= _STRAY_KEPT else []

    def _keep_stray(self, now: float, at: datetime) -> list[TransparentAction]:
        if not self._stray or self.facts is None:
            return []
        raw, self._stray = bytes(self._stray), bytearray()
        stub = Message(device=self.facts.device, function="read", reference_id=self._new_reference())
        fault = Finding(outcomes.MALFORMED, f"{len(raw)} bytes outside of a conversation")
        return [self._keep((raw,), (None,), now, at, message=stub, fault=fault)]

    def _keep(
        self,
        frames: tuple[bytes, ...],
        parts: tuple[int | None, ...],
        now: float,
        at: datetime,
        *,
        message: Message,
        fault: Finding | None = None,
        asked: Request | None = None,
    ) -> Keep:
        self._number += 1
        entry = Entry(
            number=self._number,
            frames=frames,
            parts=parts,
            received_at=at,
            link_time=now,
            address=self.address,
            device=message.device,
            speaker=self.facts.device if self.facts is not None else None,
            message=message,
            reference=message.reference_id,
            fault=fault,
            asked=asked,
            zone=self.zone,
            link=TRANSPARENT,
        )
        self._keeping[entry.number] = entry.size
        return Keep(entry)

    def _silence(self, now: float) -> Finding | None:
        if self._keeping:
            return None  # it is we who are slow
        if self.facts is None:
            late = now - self._started >= self._limits.unidentified_s
            return Finding(outcomes.UNIDENTIFIED, f"{self._limits.unidentified_s:g} s") if late else None
        quiet = self._post is None and not self.talk.waiting
        idle = quiet and now - self._active >= self._limits.idle_s
        return Finding(outcomes.IDLE, f"{self._limits.idle_s:g} s") if idle else None
