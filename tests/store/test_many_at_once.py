"""Do readers and writers keep out of each other's way, and is too many of them told?"""

from contextlib import ExitStack

import pytest

from osos.store import Committer, Store, StoreUnavailable, mark, marked, open_store


def test_readers_that_take_every_connection_do_not_keep_the_committer_waiting(store_url: str) -> None:
    store = open_store(store_url, lock_within_s=0.2)
    with ExitStack() as pages:
        for _ in range(20):
            pages.enter_context(store.read())
        with pytest.raises(StoreUnavailable) as told, store.read():
            pass
        assert told.value.reason == "overloaded"
        with Committer(store) as committer:
            committer.submit(lambda conn: mark(conn, name="a", value="b")).result(60)
    store.close()


def test_a_reader_sees_one_moment(store: Store) -> None:
    with store.read() as conn:
        assert marked(conn, name="a") is None
        with store.begin() as writer:
            mark(writer, name="a", value="b")
        assert marked(conn, name="a") is None
    with store.read() as conn:
        assert marked(conn, name="a") == "b"


def test_a_second_writer_of_this_process_waits_and_is_then_refused(store_url: str) -> None:
    store = open_store(store_url, lock_within_s=0.1)
    if store.dialect == "sqlite":
        with store.begin(), pytest.raises(StoreUnavailable) as told, store.begin():
            pass
        assert told.value.reason == "locked"
    else:
        with store.begin() as one, store.begin() as two:
            mark(one, name="a", value="b")
            mark(two, name="c", value="d")
    store.close()
