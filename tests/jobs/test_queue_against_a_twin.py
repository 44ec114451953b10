"""Does the queue do, in any order of acts, what a dozen lines of plain Python would do?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from osos.jobs import Job, StaleLease, claim, counts, extend, fail, finish, put
from osos.jobs.queue import LAPSES_UNTIL_DEAD
from osos.jobs.tables import jobs
from osos.quantities import ManualClock
from osos.store import Store

KINDS = ("ask", "read")


@dataclass
class Twin:
    """A job as the plain-Python queue keeps it."""

    id: int
    kind: str
    key: str | None
    payload: bytes
    priority: int
    due: float | None
    state: str = "waiting"
    fence: int = 0
    lapses: int = 0


class QueueMachine(RuleBasedStateMachine):
    store: Store
    start: datetime
    held = Bundle("held")

    @initialize()
    def empty(self) -> None:
        self.clock = ManualClock(self.start)
        self.twins: list[Twin] = []
        with self.store.begin() as conn:
            conn.execute(jobs.delete())

    @rule(
        kind=st.sampled_from(KINDS),
        key=st.none() | st.sampled_from("abc"),
        payload=st.binary(max_size=4),
        priority=st.integers(-1, 1),
        delay_s=st.integers(0, 30),
    )
    def put(self, kind, key, payload, priority, delay_s) -> None:
        with self.store.begin() as conn:
            made = put(
                conn,
                kind=kind,
                key=key,
                payload=payload,
                priority=priority,
                not_before=self.clock.now() + timedelta(seconds=delay_s),
            )
        known = [twin for twin in self.twins if key is not None and (twin.kind, twin.key) == (kind, key)]
        assert made.repeated == bool(known)
        if known:
            assert made.job_id == known[0].id
        else:
            due = self.clock.monotonic() + delay_s
            self.twins.append(Twin(made.job_id, kind, key, payload, priority, due))

    @rule(target=held, kinds=st.sets(st.sampled_from(KINDS), min_size=1), lease_s=st.integers(1, 20))
    def claim(self, kinds, lease_s):
        with self.store.begin() as conn:
            job = claim(conn, kinds=sorted(kinds), worker="w", now=self.clock.now(), lease_s=lease_s)
        twin = self._next_due(kinds)
        if twin is None:
            assert job is None
            return multiple()
        twin.lapses += twin.state == "running"
        twin.state, twin.due, twin.fence = "running", self.clock.monotonic() + lease_s, twin.fence + 1
        assert job is not None
        assert (job.id, job.payload, job.fence) == (twin.id, twin.payload, twin.fence)
        return job

    def _next_due(self, kinds) -> Twin | None:
        """The most urgent; of a kind's poison only what lies before its first sound job is buried."""
        now = self.clock.monotonic()
        due = [t for t in self.twins if t.kind in kinds and t.due is not None and t.due <= now]
        order = sorted(due, key=lambda t: (-t.priority, t.due, t.id))
        for kind in dict.fromkeys(t.kind for t in order):
            for twin in (t for t in order if t.kind == kind):
                if twin.state == "running" and twin.lapses + 1 >= LAPSES_UNTIL_DEAD:
                    twin.state, twin.due, twin.fence = "dead", None, twin.fence + 1
                else:
                    return twin
        return None

    @rule(job=held)
    def finish(self, job) -> None:
        self._act(job, lambda conn: finish(conn, job, {"ok": 1}, self.clock.now()), "done", None)

    @rule(job=held, retry_s=st.none() | st.integers(0, 20))
    def fail(self, job, retry_s) -> None:
        now = self.clock.now()
        retry_at = None if retry_s is None else now + timedelta(seconds=retry_s)
        state = "dead" if retry_s is None else "waiting"
        due = None if retry_s is None else self.clock.monotonic() + retry_s
        done = self._act(job, lambda conn: fail(conn, job, "no", now, retry_at), state, due)
        if done and retry_s is not None:
            done.lapses = 0

    @rule(job=held, lease_s=st.integers(1, 20))
    def extend(self, job, lease_s) -> None:
        due = self.clock.monotonic() + lease_s
        self._act(job, lambda conn: extend(conn, job, lease_s, self.clock.now()), "running", due)

    def _act(self, job: Job, act, state: str, due: float | None) -> Twin | None:
        (twin,) = (t for t in self.twins if t.id == job.id)
        if twin.state != "running" or twin.fence != job.fence:
            with pytest.raises(StaleLease), self.store.begin() as conn:
                act(conn)
            return None
        with self.store.begin() as conn:
            act(conn)
        twin.state, twin.due = state, due
        return twin

    @rule(seconds=st.integers(1, 15))
    def wait(self, seconds) -> None:
        self.clock.advance(seconds)

    @invariant()
    def both_hold_the_same(self) -> None:
        expected: dict[tuple[str, str], int] = {}
        for twin in getattr(self, "twins", []):
            expected[twin.kind, twin.state] = expected.get((twin.kind, twin.state), 0) + 1
        if hasattr(self, "twins"):
            with self.store.read() as conn:
                assert counts(conn) == expected


def test_any_order_of_acts_leaves_queue_and_twin_alike(store: Store, clock: ManualClock) -> None:
    machine = type("Machine", (QueueMachine,), {"store": store, "start": clock.now()})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=25, stateful_step_count=25, deadline=None)
    )
