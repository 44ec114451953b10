"""What does the registry learn from devices, and whom does it keep out?"""

from datetime import timedelta

import pytest

from osos.quantities import DeviceId
from osos.registry import (
    find_modem,
    learn_meter,
    list_quarantine,
    mark_registered,
    meters_behind,
    note_identification,
    note_seen,
    quarantine,
)
from osos.registry.strangers import PAYLOAD_KEPT
from osos.registry.tables import meters
from osos.store import list_events

MODEM = DeviceId("ELM", "1")
BODY = {
    "brand": "Elm",
    "signal": -70,
    "deviceDate": "2026-03-02T00:00:00",
    "meters": [
        {"serialNumber": "111", "serialPort": "rs485-1", "initBaud": 300, "fixBaud": False, "brand": "MKS"},
        {"serialNumber": "MKS222", "serialPort": "rs485-2", "frame": "7E1"},
        {"serialNumber": "999"},
        "nonsense",
    ],
}


@pytest.fixture
def modem_id(store, let_in) -> int:
    let_in("ELM,1,111;MKS222;333,40,")
    with store.read() as conn:
        return find_modem(conn, MODEM).id


def test_a_modem_is_found_by_its_whole_name_or_by_a_serial_only_one_has(store, let_in, modem_id) -> None:
    let_in("VKO,1,,,\nVKO,2,,,")
    with store.read() as conn:
        assert find_modem(conn, MODEM).id == modem_id
        assert find_modem(conn, DeviceId("", "2")).device == DeviceId("VKO", "2")
        assert find_modem(conn, DeviceId("", "1")) is None
        assert find_modem(conn, DeviceId("ELM", "2")) is None


def test_a_modem_is_registered_once(store, clock, modem_id) -> None:
    with store.begin() as conn:
        assert mark_registered(conn, modem_id, clock.now())
        assert not mark_registered(conn, modem_id, clock.now())
    with store.read() as conn:
        assert find_modem(conn, MODEM).state == "registered"
        events = [event for event in list_events(conn) if event.act == "modem registered"]
    assert [(event.before, event.after) for event in events] == [
        ({"state": "admitted"}, {"state": "registered"})
    ]


def test_an_identification_tells_ports_lines_and_who_is_strange_or_missing(store, clock, modem_id) -> None:
    with store.begin() as conn:
        told = note_identification(conn, modem_id, BODY, clock.now())
    assert told.changed == ("brand", "meters")
    assert (told.unknown_meters, told.missing_meters) == (("999",), ("333",))
    with store.read() as conn:
        behind = {one.meter.serial: one for one in meters_behind(conn, modem_id, clock.now())}
        assert find_modem(conn, MODEM).identification == BODY
    assert behind["111"].serial_port == "rs485-1"
    assert behind["111"].line == {"initBaud": 300, "fixBaud": False, "brand": "MKS"}
    assert (behind["222"].serial_port, behind["222"].line) == ("rs485-2", {"frame": "7E1"})
    assert (behind["333"].serial_port, behind["333"].line) == (None, None)


def test_the_same_identification_again_is_no_event_whatever_its_signal(store, clock, modem_id) -> None:
    with store.begin() as conn:
        note_identification(conn, modem_id, BODY, clock.now())
        before = len(list_events(conn))
        again = note_identification(conn, modem_id, BODY | {"signal": -90}, clock.advance(60))
        assert again.changed == ()
        assert len(list_events(conn)) == before
        moved = note_identification(conn, modem_id, BODY | {"brand": "Elm 2"}, clock.advance(60))
        event = list_events(conn)[-1]
    assert moved.changed == ("brand",)
    assert (event.before, event.after) == ({"brand": "Elm"}, {"brand": "Elm 2"})


@pytest.mark.parametrize("named", [None, "x", [None], [{"serialNumber": None}], {"a": 1}])
def test_a_strange_list_of_meters_is_no_obstacle(store, clock, modem_id, named) -> None:
    with store.begin() as conn:
        note_identification(conn, modem_id, {"meters": named, "x": "\0\ud800"}, clock.now())


def test_a_talking_modem_is_noted_once_a_minute(store, clock, modem_id) -> None:
    start = clock.now()
    seen = []
    for _ in range(3):
        with store.begin() as conn:
            note_seen(conn, modem_id, clock.now())
            seen.append(find_modem(conn, MODEM).last_seen - start)
        clock.advance(40)
    assert seen == [timedelta(0), timedelta(0), timedelta(seconds=80)]


def test_a_meter_tells_its_maker_once(store, clock, modem_id) -> None:
    with store.begin() as conn:
        meter = meters_behind(conn, modem_id, clock.now())[0]
        told = learn_meter(
            conn, meter.meter_id, flag="MKS", identification="/MKS5<1>X", kind="3p", ways=2, now=clock.now()
        )
        assert told.changed == ("flag", "identification", "kind", "ways")
        again = learn_meter(conn, meter.meter_id, flag="MKS", kind="3p", now=clock.now())
        assert (again.changed, again.conflict) == ((), None)
        learned = meters_behind(conn, modem_id, clock.now())[0]
        event = list_events(conn, subject="meter 111")[-1]
    assert (str(learned.meter), learned.kind, learned.ways) == ("MKS111", "3p", 2)
    assert (event.act, event.before["flag"], event.after["flag"]) == ("meter identified", "", "MKS")


def test_a_meter_changed_without_notice_is_a_conflict_and_nothing_is_learned(store, clock, modem_id) -> None:
    with store.begin() as conn:
        meter = meters_behind(conn, modem_id, clock.now())[1]
        told = learn_meter(conn, meter.meter_id, flag="LUN", kind="1p", now=clock.now())
        assert told.changed == ()
        assert told.conflict == "meter MKS222 now calls itself LUN222: see which meter hangs there"
        assert meters_behind(conn, modem_id, clock.now())[1] == meter
        assert list_events(conn)[-1].act == "meter contradicts itself"


def test_a_meter_that_says_it_is_another_one_of_ours_is_a_conflict(store, clock, let_in, modem_id) -> None:
    with store.begin() as conn:  # no list makes such a pair; two systems joined into one may
        row = {"flag": "", "serial": "222", "admitted_as": "222"}
        bare = conn.execute(meters.insert().values(row).returning(meters.c.id)).scalar_one()
        told = learn_meter(conn, bare, flag="MKS", now=clock.now())
    assert told.conflict == (
        "meter 222 calls itself MKS222, which the registry has elsewhere: take one of the two out"
    )


def test_a_stranger_is_kept_in_one_row_however_often_it_calls(store, clock) -> None:
    first = clock.now()
    for n in range(5):
        with store.begin() as conn:
            assert quarantine(
                conn,
                device=MODEM,
                address=f"10.0.0.{n}",
                reason="not admitted",
                payload=bytes([n]) * 10_000,
                now=clock.now(),
            )
        clock.advance(10)
    with store.read() as conn:
        (stranger,) = list_quarantine(conn)
        events = list_events(conn)
    assert (stranger.first_seen, stranger.last_seen) == (first, first + timedelta(seconds=40))
    assert (stranger.tries, stranger.address, stranger.reason) == (5, "10.0.0.4", "not admitted")
    assert stranger.payload == b"\x04" * PAYLOAD_KEPT
    assert [event.act for event in events] == ["modem quarantined"]


def test_a_flood_of_invented_names_does_not_fill_the_disk(store, clock) -> None:
    def call(serial: str) -> bool:
        with store.begin() as conn:
            device = DeviceId("XXX", serial)
            return quarantine(
                conn, device=device, address="a", reason="r", payload=b"", now=clock.now(), limit=3
            )

    assert [call(serial) for serial in "12345"] == [True, True, True, False, False]
    assert call("1"), "who is in it already is still counted"
    with store.read() as conn:
        assert [stranger.tries for stranger in list_quarantine(conn)] == [2, 1, 1]
