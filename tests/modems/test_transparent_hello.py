"""What may a transparent modem say first? (X-41)"""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.modems.transparent import LONGEST, Hello, NoHello, Opening, accepted, hello_line, parse_hello
from osos.quantities import TURKIYE, DeviceId

LINE = b"@ID;OSM;100000000000001;350000000000001;1.0.3;rs485-1;123456789,OSO223456789\r\n"


def test_the_line_tells_who_it_is_and_which_meters_hang_on_its_port() -> None:
    told = Opening().feed(LINE)
    assert told == Hello(
        device=DeviceId("OSM", "100000000000001"),
        imei="350000000000001",
        firmware="1.0.3",
        port="rs485-1",
        meters=("123456789", "OSO223456789"),
    )
    assert hello_line(told) == LINE


def test_a_line_that_comes_byte_by_byte_is_the_same_line() -> None:
    opening = Opening()
    told = [opening.feed(LINE[at : at + 1]) for at in range(len(LINE))]
    assert told[:-1] == [None] * (len(LINE) - 1)
    assert told[-1] == Opening().feed(LINE)


def test_what_follows_the_line_is_not_lost() -> None:
    told = Opening().feed(LINE + b"/OSO6")
    assert isinstance(told, Hello)
    assert told.rest == b"/OSO6"


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r "])
def test_the_fields_after_the_serial_may_be_missing(end: bytes) -> None:
    told = Opening().feed(b"\r\n@ID;OSM;42" + end)
    assert isinstance(told, Hello)
    assert (told.device, told.meters, told.port) == (DeviceId("OSM", "42"), (), "")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"GET / HTTP/1.1\r\n", "does not begin with @ID;"),
        (b"@ID;OSM\r\n", "2 fields"),
        (b"@ID;OSM;1;2;3;4;5;6\r\n", "8 fields"),
        (b"@ID;;42\r\n", "three letters are missing"),
        (b"@ID;osm;42\r\n", "osm"),
        (b"@ID;OSM;4 2\r\n", "4 2"),
        (b"@ID;OSM;42;;;;12 34\r\n", "no serials"),
        (b"@ID;OSM;42;\x01;;;\r\n", "control characters"),
        (b"@ID;OSM;42;\xff;;;\r\n", "not ASCII"),
        (b"@ID;" + b"1" * LONGEST, "no line end"),
    ],
)
def test_a_line_that_is_none_says_what_is_wrong_with_it(line: bytes, words: str) -> None:
    told = Opening().feed(line)
    assert isinstance(told, NoHello)
    assert words in told.detail
    assert len(told.raw) <= LONGEST


@given(st.binary(max_size=700))
def test_any_bytes_are_a_line_or_none_or_too_few(data: bytes) -> None:
    assert isinstance(Opening().feed(data), Hello | NoHello | None)
    assert isinstance(parse_hello(b"@ID;" + data), Hello | NoHello)


@given(st.integers(0, len(LINE)), st.integers(0, 255))
def test_a_damaged_line_never_names_a_device_that_cannot_be(at: int, byte: int) -> None:
    told = Opening().feed(LINE[:at] + bytes([byte]) + LINE[at + 1 :])
    if isinstance(told, Hello):
        assert told.device.flag.isalpha()
        assert told.device.serial.isalnum()


def test_the_answer_carries_the_time_of_the_modems_wall() -> None:
    assert accepted(datetime(2026, 3, 1, 21, 0, 7, tzinfo=UTC), TURKIYE) == b"@OK;2026-03-02 00:00:07\r\n"


@pytest.mark.parametrize(
    ("line", "name", "device", "imei"),
    [
        (b"ABC100200300400500", "flag-serial", "ABC100200300400500", ""),
        (b"ABC-42;350000000000001", "flag-serial", "ABC42", "350000000000001"),
        (b"350000000000001;ABC;42", "imei-flag-serial", "ABC42", "350000000000001"),
        (b"IMEI:350000000000001,ABC42", "imei-flag-serial", "ABC42", "350000000000001"),
    ],
)
@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_a_line_of_a_models_own_is_understood_whole_byte_by_byte_and_with_a_tail(
    line, name, device, imei, end
):
    told = Opening().feed(line + end + b"/MKS6")
    assert (told.own_line, str(told.device), told.imei, told.rest) == (name, device, imei, b"/MKS6")
    opening = Opening()
    found = [one for byte in line + end if (one := opening.feed(bytes([byte])))]
    assert [str(one.device) for one in found] == [device]


@pytest.mark.parametrize(
    "line", [b"ABC\r\n", b"HELLO 1\r\n", b"AB\x00", b"/MKS6", b"ABC" + b"1" * 80, b"abc42\r\n"]
)
def test_what_is_no_models_line_is_none(line):
    assert isinstance(Opening().feed(line), NoHello)


def test_without_known_models_only_the_at_line_counts():
    assert isinstance(Opening(own=()).feed(b"ABC42\r\n"), NoHello)
