"""Does a schedule keep its beat through restarts, standstills and clock steps?"""

from datetime import timedelta

import pytest

from osos.jobs import claim, counts, put_due, schedule, unschedule
from osos.quantities import ManualClock
from osos.store import Store


@pytest.fixture
def every_quarter(store: Store, clock: ManualClock) -> None:
    with store.begin() as conn:
        schedule(conn, name="gaps", kind="gaps", payload=b"p", every_s=900, first_at=clock.now(), priority=2)


def test_a_schedule_puts_its_job_once_a_beat(store, clock, every_quarter) -> None:
    for _ in range(3):
        with store.begin() as conn:
            (due,) = put_due(conn, clock.now())
            assert put_due(conn, clock.now()) == []
        assert (due.name, due.at, due.missed) == ("gaps", clock.now(), 0)
        clock.advance(900)
    with store.begin() as conn:
        assert counts(conn) == {("gaps", "waiting"): 3}
        job = claim(conn, kinds=["gaps"], worker="w", now=clock.now(), lease_s=1)
    assert (job.payload, job.priority) == (b"p", 2)


def test_after_a_standstill_one_job_is_put_on_the_beat_and_the_missed_are_counted(
    store, clock, every_quarter
) -> None:
    start = clock.now()
    clock.advance(900 * 5 + 17)
    with store.begin() as conn:
        (due,) = put_due(conn, clock.now())
        assert (due.at, due.missed) == (start + timedelta(seconds=4500), 5)
        assert put_due(conn, clock.now()) == []
    clock.advance(900 - 17)
    with store.begin() as conn:
        assert len(put_due(conn, clock.now())) == 1


def test_a_restart_does_not_move_the_beat(store, clock, every_quarter) -> None:
    with store.begin() as conn:
        put_due(conn, clock.now())
    clock.advance(100)
    with store.begin() as conn:
        schedule(conn, name="gaps", kind="gaps", payload=b"new", every_s=900, first_at=clock.now())
        assert put_due(conn, clock.now()) == []
    clock.advance(800)
    with store.begin() as conn:
        assert len(put_due(conn, clock.now())) == 1


def test_a_new_period_starts_when_it_is_said_to(store, clock, every_quarter) -> None:
    clock.advance(1)
    with store.begin() as conn:
        schedule(conn, name="gaps", kind="gaps", payload=b"p", every_s=60, first_at=clock.now())
        (due,) = put_due(conn, clock.now())
    assert due.at == clock.now()


def test_a_clock_stepping_back_puts_nothing_twice(store, clock, every_quarter) -> None:
    with store.begin() as conn:
        put_due(conn, clock.now())
        assert put_due(conn, clock.now() - timedelta(hours=1)) == []


def test_an_unscheduled_name_puts_nothing(store, clock, every_quarter) -> None:
    with store.begin() as conn:
        assert unschedule(conn, name="gaps")
        assert not unschedule(conn, name="gaps")
        assert put_due(conn, clock.now()) == []


def test_a_schedule_without_a_period_is_refused(store, clock) -> None:
    with pytest.raises(ValueError, match="every_s=0"), store.begin() as conn:
        schedule(conn, name="x", kind="x", payload=b"", every_s=0, first_at=clock.now())
