"""What does `osos stored` print of a message: once, and only what came?"""

from datetime import UTC, datetime

import pytest

from osos import mdm, registry
from osos.mdm import Direction, WireFrame, keep
from osos.quantities import DeviceId
from osos.store import Store

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def modem_id(store: Store) -> int:
    admissions, problems = registry.parse_admissions("ABC,100,222,1,2027-01-01\n")
    assert not problems
    with store.begin() as conn:
        registry.admit(conn, admissions, by="test", now=AT, since=AT)
        modem = registry.find_modem(conn, DeviceId("ABC", "100"))
    assert modem is not None
    return modem.id


def heard(
    store: Store, modem_id: int, payload: bytes, reference: str, *, part: int | None = None, **facts: object
) -> None:
    wire = {
        "payload": payload,
        "direction": Direction.IN,
        "link": "tcp",
        "address": "127.0.0.1:1",
        "session": "s",
        "received_at": AT,
        "modem_id": modem_id,
        "flag": "ABC",
        "serial": "100",
        "function": "read",
        "reference_id": reference,
        "part": part,
    }
    with store.begin() as conn:
        keep(conn, WireFrame(**(wire | facts)))


def frames(store: Store, modem_id: int, *, sent: bool = False) -> list[tuple[object, object]]:
    with store.read() as conn:
        lines = list(mdm.stored(conn, modem_id, sent=sent))
    return [(line["reference_id"], line["value"]) for line in lines if line["kind"] == "frame"]


def test_a_message_is_one_line_however_often_it_came(store: Store, modem_id: int) -> None:
    for _ in range(3):
        heard(store, modem_id, b"#{}$", "r1")
    assert frames(store, modem_id) == [("r1", "#{}$")]


def test_a_message_in_parts_is_one_line(store: Store, modem_id: int) -> None:
    heard(store, modem_id, b"#{1}$", "r1", part=1)
    heard(store, modem_id, b"#{9}$", "r2")
    heard(store, modem_id, b"#{2}$", "r1", part=2)
    heard(store, modem_id, b"#{1}$", "r1", part=1)
    assert sorted(frames(store, modem_id)) == [("r1", "#{1}$#{2}$"), ("r2", "#{9}$")]


def test_the_same_reference_with_other_bytes_is_a_second_line(store: Store, modem_id: int) -> None:
    heard(store, modem_id, b"#{1}$", "r1", part=1)
    heard(store, modem_id, b"#{7}$", "r1", part=1)
    assert frames(store, modem_id) == [("r1", "#{1}$"), ("r1", "#{7}$")]


def test_what_we_sent_is_shown_only_when_asked_for(store: Store, modem_id: int) -> None:
    heard(store, modem_id, b"#{1}$", "r1")
    heard(store, modem_id, b"#{2}$", "r1", direction=Direction.OUT, function="ack")
    assert frames(store, modem_id) == [("r1", "#{1}$")]
    assert frames(store, modem_id, sent=True) == [("r1", "#{1}$"), ("r1", "#{2}$")]
