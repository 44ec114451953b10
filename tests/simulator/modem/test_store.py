"""Does the unit's store send what it should, when it should, and forget only what it may?"""

import pytest

from osos.modems.mass_json import Message
from osos.quantities import DeviceId
from osos.simulator.modem.outbox import Dropped, Outbox, Rank

DEVICE = DeviceId("ABC", "1")


@pytest.fixture
def store():
    return Outbox(10.0, 2, capacity=4)


def put(store, reference, rank=Rank.ROUTINE, *, passing=False):
    message = Message(device=DEVICE, function="read", reference_id=reference)
    return store.put(message, (reference.encode(),), rank, passing=passing)


def due(store, now, **more):
    owed = store.due(now, **more)
    return owed.reference if owed is not None else None


def test_one_message_is_under_way_until_its_ack(store):
    put(store, "a")
    put(store, "b")
    assert [due(store, 0.0), due(store, 0.0), due(store, 9.9)] == ["a", None, None]
    assert store.acked("a").reference == "a"
    assert due(store, 9.9) == "b"


def test_a_more_urgent_one_overtakes_what_is_under_way(store):
    put(store, "routine")
    assert due(store, 0.0) == "routine"
    put(store, "asked", Rank.ASKED)
    put(store, "urgent", Rank.URGENT)
    assert [due(store, 1.0), due(store, 1.0)] == ["urgent", None]
    store.acked("urgent")
    assert due(store, 1.0) == "asked"


def test_without_an_ack_it_goes_again_after_the_interval_and_then_rests(store):
    put(store, "a")
    put(store, "b")
    assert [due(store, t) for t in (0.0, 10.0, 15.0, 20.0)] == ["a", "a", None, "a"]
    assert store.wake_at() == 30.0
    assert not store.silent
    assert due(store, 30.0) == "b"  # a rests; it does not block the next one
    assert store.silent
    assert len(store) == 2


def test_a_new_connection_starts_with_the_oldest_again(store):
    for name in ("a", "b", "c"):
        put(store, name)
    store.due(0.0)
    store.acked("a")
    store.due(0.0)
    store.link_down()
    store.link_up()
    assert due(store, 0.1) == "b"


def test_a_refused_one_goes_again_later_while_others_go_on_and_is_given_up_in_the_end(store):
    put(store, "a")
    put(store, "b")
    store.due(0.0)
    store.refused("a", 1.0)
    assert due(store, 1.0) == "b"
    store.acked("b")
    assert due(store, 5.0) is None
    assert store.wake_at() == 11.0
    assert due(store, 11.0) == "a"
    store.refused("a", 12.0)
    assert due(store, 22.0) == "a"
    outcome = store.refused("a", 23.0)
    assert isinstance(outcome, Dropped)
    assert outcome.reason == "refused 3 times"
    assert not store


def test_acks_of_strangers_and_repeated_acks_change_nothing(store):
    put(store, "a")
    assert store.acked("x") is None
    assert store.refused("x", 0.0) is None
    store.due(0.0)
    assert store.acked("a") is not None
    assert store.acked("a") is None


def test_a_late_ack_of_a_resting_message_is_taken(store):
    put(store, "a")
    for now in (0.0, 10.0, 20.0, 30.0):
        store.due(now)
    assert store.acked("a") is not None
    assert not store


def test_a_full_store_loses_the_oldest_of_the_least_urgent(store):
    for name, rank in (("a", Rank.URGENT), ("b", Rank.ROUTINE), ("c", Rank.ROUTINE), ("d", Rank.ASKED)):
        put(store, name, rank)
    (lost,) = put(store, "e")
    assert (lost.owed.reference, lost.reason) == ("b", "store full")
    assert [name in store for name in "abcde"] == [True, False, True, True, True]


def test_what_belongs_to_a_connection_goes_with_it(store):
    put(store, "heartbeat", Rank.ASKED, passing=True)
    put(store, "reading")
    assert due(store, 0.0, only_passing=True) == "heartbeat"
    store.acked("heartbeat")
    assert due(store, 0.0, only_passing=True) is None
    put(store, "heartbeat2", Rank.ASKED, passing=True)
    store.link_down()
    assert len(store) == 1
