"""Is a job done once, by one, in order, and never lost?"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from osos.jobs import (
    Job,
    StaleLease,
    claim,
    claim_many,
    counts,
    dead_letters,
    extend,
    fail,
    finish,
    job_status,
    progress,
    purge,
    put,
    revive,
)
from osos.quantities import ManualClock
from osos.store import Store

Put = Callable[..., int]


@pytest.fixture
def put_job(store: Store, clock: ManualClock) -> Put:
    def run(payload: bytes = b"x", kind: str = "read", delay_s: float = 0, **more: object) -> int:
        with store.begin() as conn:
            due = clock.now() + timedelta(seconds=delay_s)
            return put(conn, kind=kind, payload=payload, not_before=due, **more).job_id  # type: ignore[arg-type]  # the test's own keywords

    return run


@pytest.fixture
def take(store: Store, clock: ManualClock) -> Callable[..., Job | None]:
    def run(worker: str = "w", kinds: tuple[str, ...] = ("read",), lease_s: float = 60) -> Job | None:
        with store.begin() as conn:
            return claim(conn, kinds=kinds, worker=worker, now=clock.now(), lease_s=lease_s)

    return run


def test_a_job_put_is_claimed_once_and_finished(store, clock, put_job, take) -> None:
    job_id = put_job(b"\x00\xffbytes")
    job = take()
    assert (job.id, job.payload, job.fence) == (job_id, b"\x00\xffbytes", 1)
    assert take() is None
    with store.begin() as conn:
        progress(conn, job, 1, 2, clock.now())
        finish(conn, job, {"readings": 12}, clock.now())
    with store.read() as conn:
        status = job_status(conn, job_id)
    assert (status.state, status.done, status.total, status.result) == ("done", 1, 2, {"readings": 12})
    assert take() is None


def test_a_job_is_not_put_when_the_callers_transaction_fails(store, clock, take) -> None:
    def fails() -> None:
        with store.begin() as conn:
            put(conn, kind="read", payload=b"", not_before=clock.now())
            raise LookupError

    with pytest.raises(LookupError):
        fails()
    assert take() is None


def test_a_key_is_put_once_even_after_the_job_is_done(store, clock, put_job, take) -> None:
    first = put_job(key="gap 7")
    with store.begin() as conn:
        again = put(conn, kind="read", key="gap 7", payload=b"other", not_before=clock.now())
        elsewhere = put(conn, kind="ask", key="gap 7", payload=b"", not_before=clock.now())
    assert (again.job_id, again.repeated) == (first, True)
    assert not elsewhere.repeated
    job = take()
    with store.begin() as conn:
        finish(conn, job, None, clock.now())
    assert put_job(key="gap 7") == first
    assert take() is None


def test_the_urgent_come_first_then_the_older(put_job, take) -> None:
    late, early, urgent = put_job(delay_s=-1), put_job(delay_s=-2), put_job(priority=5)
    assert [take().id for _ in range(3)] == [urgent, early, late]


def test_a_worker_of_two_kinds_takes_the_most_urgent_of_both(put_job, take) -> None:
    read, ask = put_job(kind="read"), put_job(kind="ask", priority=1)
    other = put_job(kind="firmware", priority=9)
    assert [take(kinds=("read", "ask")).id for _ in range(2)] == [ask, read]
    assert take(kinds=("read", "ask")) is None
    assert take(kinds=("firmware",)).id == other


def test_a_job_waits_for_its_time(clock, put_job, take) -> None:
    put_job(delay_s=60)
    assert take() is None
    clock.advance(60)
    assert take() is not None


def test_a_frozen_worker_cannot_finish_what_another_holds(store, clock, put_job, take) -> None:
    put_job()
    frozen = take("frozen", lease_s=10)
    clock.advance(11)
    newer = take("newer")
    assert (newer.id, newer.fence) == (frozen.id, frozen.fence + 1)
    late_acts: tuple[Callable[..., object], ...] = (
        lambda conn: finish(conn, frozen, "frozen", clock.now()),
        lambda conn: fail(conn, frozen, "no", clock.now()),
        lambda conn: progress(conn, frozen, 1, 1, clock.now()),
        lambda conn: extend(conn, frozen, 60, clock.now()),
    )

    def act_late(act: Callable[..., object]) -> None:
        with store.begin() as conn:
            put(conn, kind="effect", payload=b"of the frozen", not_before=clock.now())
            act(conn)

    for act in late_acts:
        with pytest.raises(StaleLease):
            act_late(act)
    with store.begin() as conn:
        finish(conn, newer, "newer", clock.now())
    with store.read() as conn:
        assert job_status(conn, newer.id).result == "newer"
        assert ("effect", "waiting") not in counts(conn), "the effects of a stale worker went with it"


def test_a_lease_extended_is_not_taken(store, clock, put_job, take) -> None:
    put_job()
    job = take(lease_s=10)
    clock.advance(9)
    with store.begin() as conn:
        job = extend(conn, job, 10, clock.now())
    clock.advance(9)
    assert take() is None
    with store.begin() as conn:
        finish(conn, job, None, clock.now())


def test_a_failed_job_is_tried_again_at_its_time_and_then_kept_with_its_bytes(
    store, clock, put_job, take
) -> None:
    job_id = put_job(b"\xde\xad")
    with store.begin() as conn:
        job = claim(conn, kinds=["read"], worker="w", now=clock.now(), lease_s=60)
        fail(conn, job, "the line was busy", clock.now(), clock.now() + timedelta(seconds=30))
    assert take() is None
    clock.advance(30)
    job = take()
    with store.begin() as conn:
        fail(conn, job, "the meter refused the code", clock.now())
    with store.read() as conn:
        (letter,) = dead_letters(conn)
    assert (letter.job_id, letter.payload, letter.reason) == (
        job_id,
        b"\xde\xad",
        "the meter refused the code",
    )
    with store.begin() as conn:
        assert revive(conn, job_id, not_before=clock.now())
        assert not revive(conn, job_id, not_before=clock.now())
    assert take().fence == job.fence + 1


def test_a_job_that_kills_its_worker_three_times_is_dead_and_the_next_is_served(
    store, clock, put_job, take
) -> None:
    poison, sound = put_job(b"poison"), put_job(b"sound", delay_s=30)
    for _ in range(3):
        assert take(lease_s=10).id == poison
        clock.advance(10)
    assert take(lease_s=10).id == sound
    with store.read() as conn:
        (letter,) = dead_letters(conn)
    assert letter.payload == b"poison"
    assert "3 workers in a row took it and never came back" in letter.reason


def test_a_batch_takes_up_to_its_limit_past_the_poison(store, clock, put_job, take) -> None:
    poison = put_job(b"poison", delay_s=-1)
    for _ in range(3):
        assert take(lease_s=10).id == poison
        clock.advance(10)
    wanted = [put_job(bytes([n])) for n in range(4)]
    with store.begin() as conn:
        jobs = claim_many(conn, kinds=["read"], worker="w", now=clock.now(), lease_s=60, limit=3)
    assert [job.id for job in jobs] == wanted[:3]


def test_what_is_done_is_forgotten_after_a_while_and_the_dead_are_not(store, clock, put_job, take) -> None:
    put_job(b"done", key="k", delay_s=-1)
    put_job(b"dead")
    done, dead = take(), take()
    with store.begin() as conn:
        finish(conn, done, None, clock.now())
        fail(conn, dead, "no", clock.now())
    clock.advance(60)
    with store.begin() as conn:
        assert purge(conn, before=clock.now()) == 1
        assert counts(conn) == {("read", "dead"): 1}


def test_ten_workers_at_once_never_hold_the_same_job(store, clock, put_job) -> None:
    wanted = {put_job(bytes([n])) for n in range(40)}
    start = threading.Barrier(10)

    def work(name: int) -> list[int]:
        start.wait(timeout=60)
        got = []
        while True:
            with store.begin() as conn:
                job = claim(conn, kinds=["read"], worker=str(name), now=clock.now(), lease_s=60)
                if job is None:
                    return got
                finish(conn, job, None, clock.now())
            got.append(job.id)

    with ThreadPoolExecutor(10) as pool:
        taken = [job_id for ids in pool.map(work, range(10)) for job_id in ids]
    assert len(taken) == len(set(taken))
    assert set(taken) == wanted
