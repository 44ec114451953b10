"""What does a unit still owe the centre, and which of it goes out next?

Store and forward (C-3, X-16): a message stays until it is acked. Urgent before asked before routine, oldest
first; one of a rank at a time is under way, and only a more urgent one overtakes it. No ack within
`retry_interval_s`: sent again with the same reference, `retry_count` times, then it rests until the next
connection. A refused one is sent again as often, then given up.
Times are seconds of the link's own clock.
"""

from collections import deque
from dataclasses import dataclass
from enum import IntEnum

from osos.modems.mass_json import Message


class Rank(IntEnum):
    """Which goes first (X-3, X-16)."""

    URGENT = 0
    ASKED = 1  # answers and notifications somebody waits for
    ROUTINE = 2


@dataclass(slots=True, eq=False)
class Owed:
    """A message that was not acked yet."""

    message: Message
    payloads: tuple[bytes, ...]
    rank: Rank
    order: int
    passing: bool = False  # not worth keeping: a heartbeat, an identification
    attempts: int = 0  # on this connection
    refusals: int = 0
    sent_at: float | None = None

    @property
    def reference(self) -> str:
        return self.message.reference_id


@dataclass(frozen=True, slots=True)
class Dropped:
    """A message the unit gives up: refused too often, or pushed out of a full store."""

    owed: Owed
    reason: str


class Outbox:
    """The unit's store. `capacity` messages; a full one loses the oldest routine message (9011)."""

    def __init__(self, retry_interval_s: float, retry_count: int, *, capacity: int = 10_000) -> None:
        self.retry_interval_s, self.retry_count = retry_interval_s, retry_count
        self._capacity = capacity
        self._owed: dict[str, Owed] = {}
        self._order = 0
        self._queues: dict[Rank, deque[Owed]] = {
            rank: deque() for rank in Rank
        }  # not sent on this connection
        self._under_way: dict[Rank, Owed] = {}
        self._later: list[Owed] = []  # refused; again after the interval
        self.silent = False  # something went out as often as allowed on this connection and was never acked

    def __len__(self) -> int:
        return len(self._owed)

    def __contains__(self, reference: str) -> bool:
        return reference in self._owed

    def put(
        self, message: Message, payloads: tuple[bytes, ...], rank: Rank, *, passing: bool = False
    ) -> list[Dropped]:
        """Keep a message until it is acked; what a full store loses for it."""
        lost = [self._drop(self._least(), "store full")] if len(self._owed) >= self._capacity else []
        self._order += 1
        owed = Owed(message, payloads, rank, self._order, passing)
        self._owed[owed.reference] = owed
        self._queues[rank].append(owed)
        return lost

    def acked(self, reference: str) -> Owed | None:
        """The centre has it: it is forgotten. None: it is none of ours, or was acked before."""
        owed = self._owed.pop(reference, None)
        if owed is not None:
            self._forget(owed)
        return owed

    def refused(self, reference: str, now: float) -> Owed | Dropped | None:
        """The centre will not have it now: again after the interval, or given up after `retry_count`."""
        owed = self._owed.get(reference)
        if owed is None:
            return None
        owed.refusals += 1
        if owed.refusals > self.retry_count:
            return self._drop(owed, f"refused {owed.refusals} times")
        self._forget(owed)
        owed.sent_at, owed.attempts = now, 0
        self._later.append(owed)
        return owed

    def link_up(self) -> None:
        """A new connection: everything is worth another try, in the old order."""
        self._under_way.clear()
        self._later.clear()
        self.silent = False
        for rank in Rank:
            self._queues[rank] = deque(owed for owed in self._owed.values() if owed.rank is rank)
        for owed in self._owed.values():
            owed.attempts, owed.sent_at = 0, None

    def link_down(self) -> None:
        """What only made sense on that connection is gone with it."""
        for owed in [each for each in self._owed.values() if each.passing]:
            self._drop(owed, "the connection ended")

    def due(self, now: float, *, only_passing: bool = False) -> Owed | None:
        """The message to send now, marked as sent; None: wait for an ack, or nothing is owed."""
        self._bring_back(now)
        for rank in Rank:
            current = self._under_way.get(rank)
            if current is not None and not self._is_late(current, now):
                return None
            if current is not None and current.attempts > self.retry_count:
                del self._under_way[rank]
                self.silent, current = True, None
            if current is None:
                current = self._next(rank, only_passing=only_passing)
            if current is not None:
                self._under_way[rank] = current
                current.sent_at = now
                current.attempts += 1
                return current
        return None

    def wake_at(self) -> float | None:
        """When `due` may have something again."""
        waiting = [*self._under_way.values(), *self._later]
        times = [owed.sent_at + self.retry_interval_s for owed in waiting if owed.sent_at is not None]
        return min(times, default=None)

    def _next(self, rank: Rank, *, only_passing: bool) -> Owed | None:
        queue = self._queues[rank]
        if not only_passing:
            return queue.popleft() if queue else None
        passing = next((owed for owed in queue if owed.passing), None)
        if passing is not None:
            queue.remove(passing)
        return passing

    def _bring_back(self, now: float) -> None:
        for owed in [each for each in self._later if self._is_late(each, now)]:
            self._later.remove(owed)
            self._queues[owed.rank].append(owed)

    def _is_late(self, owed: Owed, now: float) -> bool:
        return owed.sent_at is None or now - owed.sent_at >= self.retry_interval_s

    def _least(self) -> Owed:
        return max(self._owed.values(), key=lambda owed: (owed.rank, -owed.order))

    def _drop(self, owed: Owed, reason: str) -> Dropped:
        self._owed.pop(owed.reference, None)
        self._forget(owed)
        return Dropped(owed, reason)

    def _forget(self, owed: Owed) -> None:
        if self._under_way.get(owed.rank) is owed:
            del self._under_way[owed.rank]
        for waiting in (self._queues[owed.rank], self._later):
            if owed in waiting:
                waiting.remove(owed)
