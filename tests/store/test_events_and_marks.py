"""Does a change leave its line in the log, or neither?"""

import pytest

from osos.quantities import ManualClock
from osos.store import Store, list_events, mark, marked, record_event


def test_an_event_tells_who_did_what_to_what_and_when(store: Store, clock: ManualClock) -> None:
    with store.begin() as conn:
        record_event(
            conn,
            at=clock.now(),
            actor="ayşe",
            act="admit",
            subject="modem MKS1",
            before=None,
            after={"x": "ğ\0"},
        )
    with store.read() as conn:
        (event,) = list_events(conn, subject="modem MKS1")
    assert (event.actor, event.act, event.before, event.after) == ("ayşe", "admit", None, {"x": "ğ\0"})
    assert event.at == clock.now()


def test_a_change_that_fails_leaves_no_event(store: Store, clock: ManualClock) -> None:
    def fails() -> None:
        with store.begin() as conn:
            record_event(conn, at=clock.now(), actor="a", act="b", subject="c")
            raise LookupError

    with pytest.raises(LookupError):
        fails()
    with store.read() as conn:
        assert list_events(conn) == []


def test_a_database_remembers_that_it_is_a_demo(store: Store) -> None:
    with store.begin() as conn:
        mark(conn, name="demo", value="yes")
        mark(conn, name="demo", value="really")
    with store.read() as conn:
        assert marked(conn, name="demo") == "really"
        assert marked(conn, name="other") is None
