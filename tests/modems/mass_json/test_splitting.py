"""Is a split message whole again, however its parts come?"""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.modems.mass_json import (
    Dropped,
    Fail,
    Joiner,
    Message,
    Waiting,
    Whole,
    decode,
    parse_read,
    split,
    splitting,
)
from osos.quantities import DeviceId

DEVICE = DeviceId("ABC", "100200300400500")


def read(raw: str) -> Message:
    body = {
        "meter": {"serialNumber": "123456789"},
        "data": {"id": "/MKS6<2>", "rawData": raw},
        "scheduleId": "h",
    }
    return Message(device=DEVICE, function="read", reference_id="a1", response=body)


@pytest.fixture
def parts():
    return [decode(payload) for payload in split(read("0123456789\r\n" * 1000))]


def test_a_short_message_travels_whole():
    assert [decode(payload) for payload in split(read("1.8.0(1)"))] == [read("1.8.0(1)")]


def test_parts_are_numbered_and_say_whether_more_follow(parts):
    assert [part.part for part in parts] == [1, 2, 3, 4]
    assert [part.streaming for part in parts] == [True, True, True, False]
    assert {part.reference_id for part in parts} == {"a1"}


@given(st.text(st.characters(codec="latin-1"), max_size=2000), st.integers(320, 600))
def test_raw_data_survives_any_split_within_the_package_size(raw, max_package):
    payloads = split(read(raw), max_package)
    assert all(len(payload) + 2 <= max_package for payload in payloads)
    joiner = Joiner()
    outcomes = [joiner.add(decode(payload), 0.0) for payload in payloads]
    assert all(isinstance(each, Waiting) for each in outcomes[:-1])
    assert outcomes[-1] == Whole(read(raw), len(payloads))


@given(st.text('#$\\"\x01ş\U0001f600\n', max_size=300))
def test_no_escape_is_cut_in_two(raw):
    payloads = split(read(raw), 100)  # less than the header: parts carry the least chunk all the same
    assert "".join(decode(payload).response["data"]["rawData"] for payload in payloads) == raw


def test_a_long_list_is_split_between_its_elements():
    alarms = [{"incidentCode": code, "description": "x" * 40} for code in range(100)]
    message = Message(device=DEVICE, function="alarm", reference_id="a1", response=alarms)
    payloads = split(message, 700)
    assert len(payloads) > 5
    assert all(len(payload) + 2 <= 700 for payload in payloads)
    joiner = Joiner()
    assert [joiner.add(decode(payload), 0.0) for payload in payloads][-1] == Whole(message, len(payloads))


def test_a_long_list_inside_a_body_is_split_too():
    rows = [{"date": "2026-03-02 00:15:00", "value": number} for number in range(200)]
    message = Message(
        device=DEVICE, function="profile", reference_id="a1", response={"k": 1, "profileData": rows}
    )
    payloads = split(message, 700)
    joiner = Joiner()
    assert [joiner.add(decode(payload), 0.0) for payload in payloads][-1] == Whole(message, len(payloads))


def test_what_cannot_be_cut_travels_whole():
    message = Message(device=DEVICE, function="write", reference_id="a1", response={"value": "x" * 5000})
    assert len(split(message)) == 1


@pytest.mark.parametrize("seed", range(20))
def test_parts_out_of_order_and_repeated_still_make_the_message(parts, seed):
    coming = [*parts, *parts]
    Random(seed).shuffle(coming)
    joiner = Joiner()
    whole = next(each for part in coming if isinstance(each := joiner.add(part, 1.0), Whole))
    assert whole == Whole(read("0123456789\r\n" * 1000), 4)


def test_parts_without_numbers_count_as_they_come(parts):
    joiner = Joiner()
    bare = [
        Message(
            device=DEVICE,
            function="read",
            reference_id="a1",
            response=part.response,
            streaming=part.streaming,
        )
        for part in parts
    ]
    assert isinstance([joiner.add(part, 1.0) for part in bare][-1], Whole)


def test_a_gap_drops_the_set_after_sixty_seconds(parts):
    joiner = Joiner()
    for part in (parts[0], parts[1], parts[3]):
        assert isinstance(joiner.add(part, 5.0), Waiting)
    assert joiner.expire(64.9) == []
    (dropped,) = joiner.expire(65.0)
    assert (dropped.fail_code, dropped.reference_id, dropped.function) == (Fail.TOO_LARGE, "a1", "read")
    assert joiner.expire(200.0) == []


def test_a_gap_closes_when_the_parts_are_sent_again(parts):
    joiner = Joiner()
    for part in (parts[0], parts[3]):
        joiner.add(part, 0.0)
    again = [joiner.add(part, 10.0) for part in parts]
    assert isinstance(again[2], Whole)


def test_a_sender_that_begins_anew_with_other_contents_is_not_mixed_with_the_first(parts):
    joiner = Joiner()
    for part in parts[:3]:
        joiner.add(part, 0.0)
    anew = [decode(payload) for payload in split(read("abcdefghij\r\n" * 1000))]
    outcomes = [joiner.add(part, 1.0) for part in anew]
    assert outcomes[-1] == Whole(read("abcdefghij\r\n" * 1000), 4)


def test_too_many_parts_are_dropped(monkeypatch, parts):
    monkeypatch.setattr(splitting, "MAX_PARTS", 2)
    joiner = Joiner()
    outcomes = [joiner.add(part, 0.0) for part in parts[:3]]
    assert isinstance(outcomes[2], Dropped)
    assert outcomes[2].fail_code == Fail.TOO_LARGE


def test_too_many_bytes_are_dropped(parts):
    joiner = Joiner()
    assert isinstance(joiner.add(parts[0], 0.0, size=splitting.MAX_JOINED_BYTES + 1), Dropped)


def test_too_many_sets_drop_the_oldest(parts):
    joiner = Joiner()
    for number in range(splitting.MAX_SETS):
        joiner.add(_renamed(parts[0], f"r{number}"), float(number))
    dropped = joiner.add(_renamed(parts[0], "one more"), 99.0)
    assert isinstance(dropped, Dropped)
    assert dropped.reference_id == "r0"


def _renamed(part: Message, reference: str) -> Message:
    return Message(
        device=DEVICE, function="read", reference_id=reference, response=part.response, streaming=True, part=1
    )


def test_a_joined_read_gives_the_lines_bytes(parts):
    joiner = Joiner()
    whole = [joiner.add(part, 0.0) for part in parts][-1]
    assert parse_read(whole.message).raw_data == b"0123456789\r\n" * 1000
