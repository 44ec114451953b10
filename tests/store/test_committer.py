"""Is a work acknowledged only when it is on the disk, whatever happens to the others and to the database?"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, event, select

from osos.store import Committer, Store, StoreUnavailable, open_store

kept = Table("kept", MetaData(), Column("n", Integer, primary_key=True))
WITHIN_S = 60


@pytest.fixture
def kept_store(store: Store) -> Store:
    with store.begin() as conn:
        kept.metadata.create_all(conn)
    return store


@pytest.fixture
def committer(kept_store: Store) -> Iterator[Committer]:
    with Committer(kept_store, max_batch_s=WITHIN_S) as opened:  # batches are not cut on a busy machine
        yield opened


def keep(n: int) -> Callable[[Connection], int]:
    def work(conn: Connection) -> int:
        conn.execute(kept.insert().values(n=n))
        return n

    return work


def numbers(store: Store) -> set[int]:
    with store.read() as conn:
        return set(conn.scalars(select(kept.c.n)))


class Gate:
    """A work that holds the committer until it is opened."""

    def __init__(self) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()

    def __call__(self, conn: Connection) -> None:
        self.reached.set()
        assert self.opened.wait(WITHIN_S)


def test_a_future_is_released_only_after_its_commit(kept_store: Store, committer: Committer) -> None:
    seen: list[set[int]] = []

    def look(_: Future[int]) -> None:  # runs on the committer's thread, before anything else can
        seen.append(numbers(kept_store))

    gate = Gate()
    committer.submit(gate)
    gate.reached.wait(WITHIN_S)
    futures = [committer.submit(keep(n)) for n in range(3)]
    for future in futures:
        future.add_done_callback(look)
    gate.opened.set()
    assert [future.result(WITHIN_S) for future in futures] == [0, 1, 2]
    committer.close()
    assert seen == [{0, 1, 2}] * 3, "the first one released already sees all of its batch"


def test_what_waits_shares_one_commit(kept_store: Store, committer: Committer) -> None:
    commits: list[int] = []
    event.listen(kept_store._writing, "commit", lambda _conn: commits.append(1))
    gate = Gate()
    committer.submit(gate)
    gate.reached.wait(WITHIN_S)
    futures = [committer.submit(keep(n)) for n in range(600)]
    assert committer.waiting == 600
    gate.opened.set()
    assert [future.result(WITHIN_S) for future in futures] == list(range(600))
    committer.close()
    assert len(commits) == 3, "the gate alone, then 500, then 100"


def test_a_poisonous_work_fails_alone(kept_store: Store, committer: Committer) -> None:
    def poison(conn: Connection) -> None:
        conn.execute(kept.insert().values(n=99))
        raise ZeroDivisionError

    def twice(conn: Connection) -> None:  # breaks PostgreSQL's transaction, but for the savepoint
        conn.execute(kept.insert().values(n=1))

    class StopTheThread(BaseException):
        pass

    def worse(conn: Connection) -> None:
        raise StopTheThread

    gate = Gate()
    committer.submit(gate)
    gate.reached.wait(WITHIN_S)
    works = [keep(1), poison, keep(2), twice, keep(3), worse, keep(4)]
    futures = [committer.submit(work) for work in works]
    gate.opened.set()
    names = [type(future.exception(WITHIN_S)).__name__ for future in futures]
    ok = "NoneType"
    assert names == [ok, "ZeroDivisionError", ok, "IntegrityError", ok, "StopTheThread", ok]
    assert numbers(kept_store) == {1, 2, 3, 4}


def test_a_work_that_ends_the_transaction_itself_fails_its_batch_and_the_next_is_served(
    kept_store: Store, committer: Committer
) -> None:
    def meddles(conn: Connection) -> None:
        conn.get_transaction().rollback()  # type: ignore[union-attr]  # there is one: the committer's

    gate = Gate()
    committer.submit(gate)
    gate.reached.wait(WITHIN_S)
    futures = [committer.submit(keep(1)), committer.submit(meddles), committer.submit(keep(2))]
    gate.opened.set()
    for future in futures:
        error = future.exception(WITHIN_S)
        assert isinstance(error, StoreUnavailable)
        assert error.reason == "refused"
    assert committer.submit(keep(3)).result(WITHIN_S) == 3
    assert numbers(kept_store) == {3}


def test_closing_commits_what_waits_and_takes_nothing_new(kept_store: Store) -> None:
    committer = Committer(kept_store)
    gate = Gate()
    committer.submit(gate)
    gate.reached.wait(WITHIN_S)
    futures = [committer.submit(keep(n)) for n in range(700)]
    closing = threading.Thread(target=committer.close, kwargs={"within_s": WITHIN_S})
    closing.start()
    gate.opened.set()
    closing.join(WITHIN_S)
    assert all(future.done() for future in futures)
    assert numbers(kept_store) == set(range(700))
    late = committer.submit(keep(1000)).exception(WITHIN_S)
    assert isinstance(late, StoreUnavailable)
    assert late.reason == "closed"


def test_closing_ends_in_time_and_refuses_what_a_slow_database_has_not_taken(kept_store: Store) -> None:
    """SIGTERM took 40 seconds beside a slow database with thousands of works waiting."""
    committer = Committer(kept_store, max_batch=1)
    begun, released = threading.Event(), threading.Event()

    def slow(_: Connection) -> None:
        begun.set()
        released.wait(WITHIN_S)

    running = committer.submit(slow)
    assert begun.wait(WITHIN_S)
    waiting = committer.submit(lambda conn: None)
    closing = threading.Thread(target=committer.close, kwargs={"within_s": 0.05})
    closing.start()
    with pytest.raises(StoreUnavailable, match="has stopped"):
        waiting.result(WITHIN_S)
    released.set()
    closing.join(WITHIN_S)
    assert (closing.is_alive(), running.result(WITHIN_S)) == (False, None)


def test_a_batch_that_lasts_is_committed_and_the_rest_of_it_goes_on_first(kept_store: Store) -> None:
    """Five hundred days of profile took ten seconds, and the modem of the first one called again."""
    commits: list[int] = []
    event.listen(kept_store._writing, "commit", lambda _conn: commits.append(1))
    seconds = [0.0]
    order: list[int] = []

    def slow(n: int) -> Callable[[Connection], int]:
        def work(conn: Connection) -> int:
            seconds[0] += 1.0
            order.append(n)
            return keep(n)(conn)

        return work

    with Committer(kept_store, max_batch_s=3.0, counter_s=lambda: seconds[0]) as committer:
        gate = Gate()
        committer.submit(gate)
        gate.reached.wait(WITHIN_S)
        futures = [committer.submit(slow(n)) for n in range(10)]
        gate.opened.set()
        assert [future.result(WITHIN_S) for future in futures] == list(range(10))
    assert order == list(range(10))
    assert len(commits) == 5, "the gate alone, then three works each time"
    assert numbers(kept_store) == set(range(10))


def test_closing_waits_for_no_more_than_the_part_of_a_batch_that_has_begun(kept_store: Store) -> None:
    committer = Committer(kept_store, max_batch_s=0.0)
    begun, released = threading.Event(), threading.Event()

    def slow(_: Connection) -> None:
        begun.set()
        released.wait(WITHIN_S)

    gate = Gate()
    committer.submit(gate)
    gate.reached.wait(WITHIN_S)
    first, *others = [committer.submit(work) for work in (slow, keep(1), keep(2))]
    gate.opened.set()
    assert begun.wait(WITHIN_S)
    later = committer.submit(keep(3))
    closing = threading.Thread(target=committer.close, kwargs={"within_s": 0.05})
    closing.start()
    with pytest.raises(StoreUnavailable, match="has stopped"):
        later.result(WITHIN_S)
    released.set()
    closing.join(WITHIN_S)
    assert (closing.is_alive(), first.result(WITHIN_S)) == (False, None)
    assert [type(one.exception(WITHIN_S)).__name__ for one in others] == ["StoreUnavailable"] * 2
    assert numbers(kept_store) == set()


def test_a_full_queue_refuses_the_newest_and_says_so(kept_store: Store) -> None:
    with Committer(kept_store, capacity=2) as committer:
        gate = Gate()
        committer.submit(gate)
        gate.reached.wait(WITHIN_S)
        taken = [committer.submit(keep(n)) for n in range(2)]
        refused = committer.submit(keep(2)).exception(WITHIN_S)
        gate.opened.set()
        assert isinstance(refused, StoreUnavailable)
        assert refused.reason == "overloaded"
        assert [future.result(WITHIN_S) for future in taken] == [0, 1]


def test_a_work_cancelled_before_its_turn_is_not_done(kept_store: Store, committer: Committer) -> None:
    gate = Gate()
    committer.submit(gate)
    gate.reached.wait(WITHIN_S)
    cancelled, other = committer.submit(keep(1)), committer.submit(keep(2))
    assert cancelled.cancel()
    gate.opened.set()
    other.result(WITHIN_S)
    assert numbers(kept_store) == {2}


def test_a_thousand_works_of_ten_threads_are_all_kept_once(kept_store: Store, committer: Committer) -> None:
    def submit(start: int) -> None:
        futures = [committer.submit(keep(n)) for n in range(start, start + 100)]
        assert [future.result(WITHIN_S) for future in futures] == list(range(start, start + 100))

    threads = [threading.Thread(target=submit, args=(start,)) for start in range(0, 1000, 100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WITHIN_S)
    assert numbers(kept_store) == set(range(1000))


def test_a_locked_database_acknowledges_nothing_and_then_goes_on(kept_store: Store, store_url: str) -> None:
    other, hasty = open_store(store_url), open_store(store_url, lock_within_s=0.3)
    with Committer(hasty) as committer:
        with other.begin() as conn:
            if other.dialect == "postgresql":
                conn.exec_driver_sql("LOCK TABLE kept")
            futures = [committer.submit(keep(n)) for n in range(3)]
            for future in futures:
                error = future.exception(WITHIN_S)
                assert isinstance(error, StoreUnavailable)
                assert error.reason == "locked"
        assert numbers(kept_store) == set()
        assert committer.submit(keep(7)).result(WITHIN_S) == 7
    assert numbers(kept_store) == {7}
    other.close()
    hasty.close()


def test_a_full_sqlite_file_acknowledges_nothing_and_goes_on_when_there_is_room(tmp_path) -> None:
    store = open_store(tmp_path / "small.sqlite")
    words = Table("words", MetaData(), Column("n", Integer), Column("text", kept.c.n.type.__class__))
    with store.begin() as conn:
        kept.metadata.create_all(conn)
        words.metadata.create_all(conn)

    def fill(conn: Connection) -> None:
        conn.exec_driver_sql("INSERT INTO words SELECT 1, randomblob(200000)")

    def limit(pages: int) -> Callable[[Connection], None]:
        return lambda conn: conn.exec_driver_sql(f"PRAGMA max_page_count={pages}").close()

    with Committer(store) as committer:
        committer.submit(limit(20)).result(WITHIN_S)
        gate = Gate()
        committer.submit(gate)
        gate.reached.wait(WITHIN_S)
        futures: list[Future[object]] = [
            committer.submit(keep(1)),
            committer.submit(fill),
            committer.submit(keep(2)),
        ]
        gate.opened.set()
        for future in futures:
            error = future.exception(WITHIN_S)
            assert isinstance(error, StoreUnavailable)
            assert error.reason == "full"
        assert numbers(store) == set()
        committer.submit(limit(100_000)).result(WITHIN_S)
        committer.submit(fill).result(WITHIN_S)
        committer.submit(keep(3)).result(WITHIN_S)
    assert numbers(store) == {3}
    store.close()
