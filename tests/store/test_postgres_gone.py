"""What does the store say while its PostgreSQL is away, and does it go on when it is back?"""

import pytest
from sqlalchemy import Connection

from osos.store import Committer, StoreUnavailable, mark, marked, open_store

pytestmark = pytest.mark.postgres
WITHIN_S = 60


def note(name: str):
    def work(conn: Connection) -> str:
        mark(conn, name=name, value="kept")
        return name

    return work


def test_a_killed_server_acknowledges_nothing_and_what_it_acknowledged_is_there_afterwards(
    own_postgres,
) -> None:
    store = open_store(own_postgres.url("postgres"))
    store.migrate()
    with Committer(store) as committer:
        assert committer.submit(note("before")).result(WITHIN_S) == "before"
        own_postgres.kill()
        for _ in range(2):
            error = committer.submit(note("during")).exception(WITHIN_S)
            assert isinstance(error, StoreUnavailable)
            assert error.reason == "gone"
        own_postgres.start()
        assert committer.submit(note("after")).result(WITHIN_S) == "after"
    with store.read() as conn:
        found = [marked(conn, name=name) for name in ("before", "during", "after")]
    assert found == ["kept", None, "kept"]
    store.close()


def test_a_server_that_ends_a_connection_in_the_middle_of_a_batch_fails_that_batch_alone(
    own_postgres,
) -> None:
    store = open_store(own_postgres.url("postgres"))
    store.migrate()

    def ends_itself(conn: Connection) -> None:
        conn.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

    with Committer(store) as committer:
        error = committer.submit(ends_itself).exception(WITHIN_S)
        assert isinstance(error, StoreUnavailable)
        assert error.reason == "gone"
        assert committer.submit(note("after")).result(WITHIN_S) == "after"
    store.close()


def test_a_server_that_has_become_a_standby_is_read_only(own_postgres) -> None:
    own_postgres.execute("CREATE DATABASE standby")
    own_postgres.execute("ALTER DATABASE standby SET default_transaction_read_only = on")
    store = open_store(own_postgres.url("standby"))
    with pytest.raises(StoreUnavailable) as told:
        store.migrate()
    assert told.value.reason == "read-only"
    store.close()


def test_an_acknowledgement_waits_for_the_disk_whatever_the_server_is_set_to(own_postgres) -> None:
    own_postgres.execute("CREATE DATABASE hasty")
    own_postgres.execute("ALTER DATABASE hasty SET synchronous_commit = off")
    store = open_store(own_postgres.url("hasty"))
    with store.begin() as conn:
        assert conn.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"
    store.close()
