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


def told(store: Store, modem_id: int, reference: str, records: str, *, minute: int) -> None:
    """A meter's load profile, as a message of its own brings it."""
    at = AT.replace(minute=minute)
    raw = b"\x02" + records.encode() + b"\x03"
    check = 0
    for byte in raw[1:]:
        check ^= byte
    with store.begin() as conn:
        wire = WireFrame(
            payload=raw,
            direction=Direction.IN,
            link="tcp",
            address="127.0.0.1:1",
            session="s",
            received_at=at,
            modem_id=modem_id,
            flag="ABC",
            serial="100",
            function="read",
            reference_id=reference,
        )
        (behind,) = registry.meters_behind(conn, modem_id, AT)
        mdm.record(
            conn,
            frame_id=keep(conn, wire).frame_id,
            meter=behind.meter_id,
            point=behind.point_id,
            interpreted=mdm.interpret(raw + bytes([check]), asked=None, received_at=at),
            received_at=at,
        )


def record(label: str, wh: int) -> str:
    return f"(26-03-01,{label})({wh // 1000:06}.{wh % 1000:03},000000.000,000000.000,000.100)\r\n"


def test_each_value_names_the_message_that_told_it(store: Store, modem_id: int) -> None:
    """Every value of a day was shown with the reference of the day's last message."""
    told(store, modem_id, "r1", record("00:15", 100) + record("00:30", 200) + record("00:45", 300), minute=1)
    told(
        store, modem_id, "r2", record("00:30", 200) + record("00:45", 333), minute=2
    )  # one the same, one not
    told(store, modem_id, "r3", record("01:00", 400), minute=3)
    with store.read() as conn:
        lines = [line for line in mdm.stored(conn, modem_id) if line["code"] == "1.8.0"]
    assert [(str(line["time"])[11:16], line["value"], line["reference_id"]) for line in lines] == [
        ("00:15", "000000.100", "r1"),
        ("00:30", "000000.200", "r1"),
        ("00:45", "000000.333", "r2"),
        ("01:00", "000000.400", "r3"),
    ]
    assert [str(line["received_at"])[14:16] for line in lines] == ["01", "01", "02", "03"]
