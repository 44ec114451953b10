"""What does a head-end do with what one modem sends, and what does it send?

One session a connection, without sockets, clock or database: messages and time come in, actions go out. The
order is always keep, commit, then acknowledge (H-4); the driver runs `Keep` and reports `kept` or `not_kept`.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timezone

from osos.headend import outcomes, preparing
from osos.headend.actions import (
    Action,
    Close,
    Entry,
    Keep,
    Known,
    ModemFacts,
    Prepared,
    Say,
    Verdict,
    Write,
)
from osos.headend.conversation import Conversations, Ended, Post, Request, Urgency
from osos.headend.outcomes import DONE, Finding, finding
from osos.headend.own_ways import OwnWays, whole
from osos.headend.parts import Collected, Parts
from osos.headend.salvage import salvage
from osos.headend.settings import HeadEndSettings
from osos.modems.mass_json import (
    Frame,
    Malformed,
    Message,
    NotAMessage,
    decode,
    encode,
    frame,
    parse_ack,
    parse_identification,
)
from osos.quantities import TURKIYE, DeviceId

_PartNumbers = tuple[int | None, ...]
_UNACKNOWLEDGED = frozenset({"ack"})  # every message but an ack is acked


class Session:
    """One connection of one modem, until it ends."""

    def __init__(
        self,
        *,
        address: str,
        settings: HeadEndSettings,
        rng: random.Random,
        new_reference: Callable[[], str],
        now: float,
    ) -> None:
        self.address = address
        self.facts: ModemFacts | None = None
        self.closed = False
        self.zone: timezone = TURKIYE
        self.talk = Conversations(settings.ask, rng, new_reference)
        self._settings = settings
        self._parts = Parts(most_bytes=settings.link.joined_bytes)
        self._started = self._heard = now
        self._pinned: DeviceId | None = None  # a connection speaks for one device
        self._broken = 0
        self._number = 0
        self._keeping: dict[int, int] = {}  # entries on their way into the ledger, and their bytes
        self._own_ways = OwnWays()
        self._wanted = preparing.Preparation(settings.plan)

    # -- what comes in --

    def received(self, item: Frame | Malformed, *, now: float, at: datetime) -> list[Action]:
        """One frame, or bytes that were none."""
        self._heard = now
        if isinstance(item, Malformed):
            return self._not_a_message(item.raw, f"{item.reason}, {item.detail}", now, at)
        try:
            message = decode(item.payload)
        except NotAMessage as why:
            return self._not_a_message(item.raw, f"{why.reason}, {why.detail}", now, at)
        self._pinned = self._pinned or message.device
        if message.device != self._pinned:
            spoken_for = f"this connection speaks for {self._pinned}, not {message.device}"
            other = Finding(outcomes.NOT_AUTHORISED, spoken_for)
            return [self._keep((item.raw,), (message.part,), now, at, message=message, fault=other)]
        if message.streaming is None and message.part is None:
            return self._whole(message, (item.raw,), (None,), now, at)
        self.talk.part_came(message.reference_id, now)
        return self._collected(self._parts.add(message, item.raw, now), now, at)

    def kept(self, entry: Entry, verdict: Verdict, *, now: float, at: datetime) -> list[Action]:
        """The entry is committed: now, and not before, it may be acknowledged."""
        self._keeping.pop(entry.number, None)
        if self.closed:
            return []
        actions: list[Action] = [] if verdict.reply is None else [Write(verdict.reply)]
        if verdict.facts is not None:
            actions += self._facts(verdict.facts)
        if entry.message is not None and entry.fault is None and self.facts is not None:
            if entry.message.function == "identification":
                self._introduced(entry.message)
            if entry.asked is not None:
                actions += self._answered(entry.asked, entry.reference, verdict)
        if verdict.close:
            return [*actions, Close(verdict.finding)]
        return actions + self._go_on(now, at)

    def not_kept(self, entry: Entry, *, now: float) -> list[Action]:
        """The store could not take it: nothing is answered, the modem sends it again (X-16)."""
        self._keeping.pop(entry.number, None)
        if entry.asked is not None:
            self.talk.answer_lost(entry.reference, now)
        return []

    def unsaid(self, say: Say, why: Finding, *, now: float, at: datetime) -> list[Action]:
        """A request could not be written down, so it was not sent."""
        if self.closed or say.again:
            return []
        return self._ended(self.talk.unsent(say.message.reference_id, why)) + self._go_on(now, at)

    # -- what goes out --

    def ask(self, request: Request, *, now: float, at: datetime) -> list[Action]:
        """Put it in line; it starts as soon as its line is free."""
        return [*self.talk.put(self._own_ways.first(request, self.zone)), *self._go_on(now, at)]

    def withdraw(self, chosen: Callable[[Request], bool]) -> list[Action]:
        return self._ended(self.talk.withdraw(chosen, Finding(outcomes.GIVEN_UP)))

    def tick(self, *, now: float, at: datetime) -> list[Action]:
        """What is due by now: repeats, outcomes, sets that stayed incomplete, silence."""
        actions = self._collected(self._parts.expire(now), now, at)
        for due in self.talk.tick(now):
            actions += self._ended([due]) if isinstance(due, Ended) else [self._say(due, at)]
        silence = self._silence(now)
        return [*actions, Close(silence)] if silence is not None else actions + self._go_on(now, at)

    @property
    def deadline(self) -> float:
        """When `tick` has something to do, at the latest."""
        link = self._settings.link
        quiet = self._started + link.unidentified_s if self.facts is None else self._heard + link.idle_s
        due = [quiet] if self.talk.deadline is None else [quiet, self.talk.deadline]
        return min(*due, self._heard + _PARTS_CHECK_S) if self._parts.waiting else min(due)

    def end(self, why: Finding, *, now: float, at: datetime) -> list[Action]:
        """The connection is gone: every open request has an outcome, half sets are kept as such."""
        if self.closed:
            return []
        actions = self._collected(self._parts.abandon(f"connection ended: {why.en}"), now, at)
        self.closed = True
        lost = Finding(outcomes.CONNECTION_LOST, why.kind.name)
        return [*actions, *self.talk.close(lost)]

    @property
    def keeping(self) -> tuple[int, int]:
        """How many entries, and bytes, are on their way into the ledger."""
        return len(self._keeping), sum(self._keeping.values())

    # -- inside --

    def _whole(
        self, message: Message, frames: tuple[bytes, ...], parts: _PartNumbers, now: float, at: datetime
    ) -> list[Action]:
        if message.function in _UNACKNOWLEDGED:
            keep = self._keep(frames, parts, now, at, message=message)
            ended = self.talk.acknowledged(message.reference_id, _said(message), now)
            return [keep, *self._ended(ended), *self._go_on(now, at)]
        asked = self.talk.asked(message.reference_id)
        if asked is not None:
            self.talk.answer_came(message.reference_id)
        return [self._keep(frames, parts, now, at, message=message, asked=asked)]

    def _collected(self, sets: Iterable[Collected], now: float, at: datetime) -> list[Action]:
        actions: list[Action] = []
        for ended in sets:
            if ended.whole is not None:
                actions += self._whole(ended.whole, ended.frames, ended.parts, now, at)
                continue
            stub = Message(device=ended.device, function=ended.function, reference_id=ended.reference)
            fault = Finding(outcomes.INCOMPLETE, ended.reason)
            actions.append(self._keep(ended.frames, ended.parts, now, at, message=stub, fault=fault))
        return actions

    def _not_a_message(self, raw: bytes, why: str, now: float, at: datetime) -> list[Action]:
        if not raw.strip(b"\r\n\t \0"):
            return []  # line ends between frames say nothing
        self._broken += 1
        fault = Finding(outcomes.MALFORMED, why)
        actions: list[Action] = [self._keep((raw,), (None,), now, at, fault=fault)]
        if self._broken > self._settings.link.malformed_frames:
            actions.append(Close(Finding(outcomes.TOO_MANY_BROKEN, f"{self._broken} in one connection")))
        return actions

    def _keep(
        self,
        frames: tuple[bytes, ...],
        parts: _PartNumbers,
        now: float,
        at: datetime,
        *,
        message: Message | None = None,
        fault: Finding | None = None,
        asked: Request | None = None,
    ) -> Keep:
        header = salvage(frames[0]) if message is None else None
        device = message.device if message is not None else (header.device if header is not None else None)
        reference = message.reference_id if message is not None else (header.reference if header else "")
        if message is None and self._pinned is not None and device != self._pinned:
            device, reference = self._pinned, ""  # who speaks here is known; what was meant is not
        self._number += 1
        entry = Entry(
            number=self._number,
            frames=frames,
            parts=parts,
            received_at=at,
            link_time=now,
            address=self.address,
            device=device,
            message=message,
            reference=reference,
            speaker=self.facts.device if self.facts is not None else None,
            fault=fault,
            asked=asked,
            zone=self.zone,
        )
        self._keeping[entry.number] = entry.size
        return Keep(entry)

    def _facts(self, facts: ModemFacts) -> list[Action]:
        first = self.facts is None
        self.facts = facts
        self._wanted.seen(facts)
        return [Known(facts)] if first else []

    def _introduced(self, message: Message) -> None:
        said = parse_identification(message)
        self.zone = said.zone
        self._wanted.introduced(registered=said.registered)

    def _go_on(self, now: float, at: datetime) -> list[Action]:
        """Ask for what is wanted of the modem itself, then let free lines talk."""
        actions: list[Action] = []
        if self.facts is not None:
            for request in self._wanted.requests(self.facts, self._settings.ask, at=at):
                actions += self.talk.put(request)
            self.talk.ready = not self.talk.count(Urgency.PREPARING)
        return actions + [self._say(post, at) for post in self.talk.start(now)]

    def _answered(self, asked: Request, reference: str, verdict: Verdict) -> list[Action]:
        """That was it, or there is more to ask before it is (a load profile in a make's own words)."""
        more = self._own_ways.more(asked, verdict, self.zone)
        asked, found = whole(asked, verdict)
        ended = self.talk.answer_kept(reference, found.finding, found)
        if more is None:
            return self._ended(replace(each, request=asked) for each in ended)
        return list(self.talk.put(more)) if ended else []  # else it was withdrawn

    def _ended(self, ended: Iterable[Ended]) -> list[Action]:
        actions: list[Action] = []
        for each in ended:
            actions.append(each)
            prepared = self._wanted.ended(each) if each.request.urgency == Urgency.PREPARING else None
            if prepared is not None and self.facts is not None:
                actions.append(
                    Prepared(
                        modem_id=self.facts.modem_id,
                        device=self.facts.device,
                        registered=prepared.registered,
                        plan=prepared.plan,
                    )
                )
        return actions

    def _say(self, post: Post, at: datetime) -> Say:
        assert self.facts is not None  # only a known modem is asked anything
        message = Message(
            device=self.facts.device,
            function=post.request.function,
            reference_id=post.reference,
            request=preparing.dated(post.request, at, self.zone) or None,
        )
        return Say(frames=(frame(encode(message)),), message=message, again=post.again)

    def _silence(self, now: float) -> Finding | None:
        link = self._settings.link
        if self._keeping:
            return None  # it is we who are slow
        if self.facts is None:
            late = now - self._started >= link.unidentified_s
            return Finding(outcomes.UNIDENTIFIED, f"{link.unidentified_s:g} s") if late else None
        return Finding(outcomes.IDLE, f"{link.idle_s:g} s") if now - self._heard >= link.idle_s else None


def _said(message: Message) -> Finding:
    """What an acknowledgement says of the request it belongs to."""
    said = parse_ack(message)
    if said.accepted:
        return Finding(DONE)
    if not said.fail_code:  # refused, but no number to say why
        return Finding(outcomes.VALUE_REFUSED, said.fail_description)
    return finding(said.fail_code, said.fail_description)


_PARTS_CHECK_S = 60.0  # a gap that stays open for so long drops the set
