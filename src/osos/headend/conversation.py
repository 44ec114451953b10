"""What has been asked of this modem, what is on the line, and what came of it?

X-15, X-16: a request is sent, acknowledged, and (for reads) answered under the same referenceId. Without an
acknowledgement it is sent again, the waits growing; then it has an outcome of its own. One serial line holds
one conversation at a time (H-13). No sockets, no clock: time comes in, actions go out.
"""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any

from osos.headend import outcomes
from osos.headend.backoff import Backoff
from osos.headend.outcomes import Finding
from osos.headend.settings import AskLimits

CONTROL = ""  # the line of requests to the modem itself


class Urgency(IntEnum):
    """Who goes first where several wait for one line (H-11)."""

    ON_DEMAND = 0
    PREPARING = 1
    GAP = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One thing to ask."""

    what: str  # in words of the field: "read short", "directive add"
    function: str
    body: dict[str, Any]
    at: datetime  # when somebody wanted it
    line: str = CONTROL
    meter: str = ""  # serial; empty: the modem itself
    directive: str = ""  # of a read
    answered: bool = False  # a message follows the acknowledgement
    urgency: Urgency = Urgency.ON_DEMAND
    job: int | None = None
    label: object = None  # what the asker knows it by
    way: object = None  # of a load profile in a make's own words: how far it has come


@dataclass(frozen=True, slots=True)
class Post:
    """Send this request; `again` when it went out before under the same reference."""

    reference: str
    request: Request
    again: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """A request has its outcome; `result` is what committing the answer found, where there was one."""

    reference: str
    request: Request
    finding: Finding
    result: object = None


@dataclass(slots=True)
class _Open:
    reference: str
    request: Request
    sends: int
    due: float | None  # None: an answer is being committed, no timer runs
    acknowledged: bool = False


@dataclass(slots=True)
class Conversations:
    """All requests of one session."""

    limits: AskLimits
    rng: random.Random
    new_reference: Callable[[], str]
    ready: bool = False  # until the modem is prepared only the control line talks
    _waiting: dict[str, list[tuple[int, int, Request]]] = field(default_factory=dict)
    _open: dict[str, _Open] = field(default_factory=dict)  # by line
    _count: int = 0

    def put(self, request: Request) -> list[Ended]:
        """Take it into its line; refused as busy when too many wait."""
        if self.waiting >= self.limits.waiting:
            busy = Finding(outcomes.BUSY, f"{self.waiting} requests wait for this modem")
            return [Ended("", request, busy)]
        self._count += 1
        heapq.heappush(self._waiting.setdefault(request.line, []), (request.urgency, self._count, request))
        return []

    @property
    def waiting(self) -> int:
        return sum(len(line) for line in self._waiting.values())

    def count(self, urgency: Urgency) -> int:
        """Waiting or open requests of this urgency."""
        waiting = sum(entry[0] == urgency for line in self._waiting.values() for entry in line)
        return waiting + sum(entry.request.urgency == urgency for entry in self._open.values())

    def start(self, now: float) -> list[Post]:
        """Begin what may begin: free lines, most urgent first, no more at once than the modem may have."""
        posts = []
        for line in sorted(self._waiting, key=lambda line: self._waiting[line][0][:2]):
            if line in self._open or not self._may_talk(line):
                continue
            _, _, request = heapq.heappop(self._waiting[line])
            if not self._waiting[line]:
                del self._waiting[line]
            opened = _Open(self.new_reference(), request, 1, now + self._patience(1))
            self._open[line] = opened
            posts.append(Post(opened.reference, request))
        return posts

    def asked(self, reference: str) -> Request | None:
        """The open request that goes by this reference."""
        found = self._find(reference)
        return found.request if found is not None else None

    def acknowledged(self, reference: str, finding: Finding, now: float) -> list[Ended]:
        """The modem took it (done) or refused it, at once or after trying (525, 9408, …)."""
        found = self._find(reference)
        if found is None:
            return []  # late, or of an earlier connection: kept in the ledger, nobody waits for it
        if finding.kind is outcomes.DONE and found.request.answered:
            found.acknowledged = True
            if found.due is not None:
                found.due = now + self.limits.answer_within_s
            return []
        return [self._end(found, finding)]

    def part_came(self, reference: str, now: float) -> None:
        """A part of the answer: the modem is at it."""
        found = self._find(reference)
        if found is not None:
            found.acknowledged = True
            found.due = now + self.limits.answer_within_s

    def answer_came(self, reference: str) -> None:
        """The answer is here and being committed: no timer runs."""
        found = self._find(reference)
        if found is not None:
            found.acknowledged, found.due = True, None

    def answer_kept(self, reference: str, finding: Finding, result: object) -> list[Ended]:
        found = self._find(reference)
        return [self._end(found, finding, result)] if found is not None else []

    def answer_lost(self, reference: str, now: float) -> None:
        """It could not be committed and was not acknowledged: the modem sends it again (X-16)."""
        found = self._find(reference)
        if found is not None:
            found.due = now + self.limits.answer_within_s

    def unsent(self, reference: str, finding: Finding) -> list[Ended]:
        """The request could not even be written down."""
        found = self._find(reference)
        return [self._end(found, finding)] if found is not None else []

    def tick(self, now: float) -> list[Post | Ended]:
        """Send again what was not acknowledged; end what waited too long."""
        done: list[Post | Ended] = []
        for found in [entry for entry in self._open.values() if entry.due is not None and entry.due <= now]:
            if found.acknowledged:
                waited = f"{self.limits.answer_within_s:g} s"
                done.append(self._end(found, Finding(outcomes.NO_ANSWER, waited)))
            elif found.sends > self.limits.retry_count:
                sent = f"{found.sends} ×"
                done.append(self._end(found, Finding(outcomes.NOT_ACKNOWLEDGED, sent)))
            else:
                found.sends += 1
                found.due = now + self._patience(found.sends)
                done.append(Post(found.reference, found.request, again=True))
        return done

    @property
    def deadline(self) -> float | None:
        return min((entry.due for entry in self._open.values() if entry.due is not None), default=None)

    def withdraw(self, chosen: Callable[[Request], bool], finding: Finding) -> list[Ended]:
        """Take back what waits and is chosen; what is on the line is left to end by itself."""
        ended = []
        for line in list(self._waiting):
            kept = []
            for entry in self._waiting[line]:
                if chosen(entry[2]):
                    ended.append(Ended("", entry[2], finding))
                else:
                    kept.append(entry)
            heapq.heapify(kept)
            if kept:
                self._waiting[line] = kept
            else:
                del self._waiting[line]
        return ended

    def close(self, finding: Finding) -> list[Ended]:
        """The connection is gone: everything open or waiting ends with this."""
        ended = [self._end(found, finding) for found in list(self._open.values())]
        return ended + self.withdraw(lambda _: True, finding)

    def _may_talk(self, line: str) -> bool:
        if line == CONTROL:
            return True
        talking = sum(busy != CONTROL for busy in self._open)
        return self.ready and talking < self.limits.lines_at_once

    def _patience(self, sends: int) -> float:
        # The first repeat comes after retryInterval; later ones wait longer: a slow network is not flooded.
        return Backoff(self.limits.retry_interval_s, self.limits.retry_cap_s).wait_s(sends, self.rng)

    def _find(self, reference: str) -> _Open | None:
        for found in self._open.values():
            if found.reference == reference:
                return found
        return None

    def _end(self, found: _Open, finding: Finding, result: object = None) -> Ended:
        del self._open[found.request.line]
        return Ended(found.reference, found.request, finding, result)
