"""Do telegrams of other families and of modems that nobody has captured yet give all that is sound in them?

Made here from the standards' words alone: HDLC frames, SML files, P1 telegrams, pushes; then damaged.
"""

import pytest

from osos.meters import read
from osos.meters.binary_frames import fcs


def hdlc(*, payload: bytes = b"\x01\x02\x01\x10\xe6\xe7\x00" + b"\x0f" * 300) -> bytes:
    """A frame longer than 255 bytes, as the meters of today send."""
    body = bytes([0xA0 | (len(payload) + 4) >> 8, (len(payload) + 4) & 0xFF]) + payload
    return b"\x7e" + body + fcs(body).to_bytes(2, "little") + b"\x7e"


def sml(payload: bytes = b"\x76\x05\x01\x02\x03\x04\x81\x00" * 8) -> bytes:
    body = b"\x1b" * 4 + b"\x01" * 4 + payload + b"\x1b" * 4 + b"\x1a\x00"
    return body + fcs(body).to_bytes(2, "little")


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def crc16(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


ONE, TWO = hdlc(), hdlc(payload=b"\x81\x82" * 20)


@pytest.mark.parametrize(
    ("data", "ok", "complaints"),
    [
        (ONE, True, []),
        (ONE + TWO, True, []),
        (ONE[:-1] + TWO, True, []),  # one flag between two frames
        (ONE[:200], None, [("frame-cut", 0)]),
        (ONE + TWO[:20], True, [("frame-cut", len(ONE))]),
        (ONE[40:] + TWO, True, [("noise", 0)]),
        (flipped(ONE, 99), False, [("fcs-wrong", 0)]),
        (TWO + flipped(ONE, 99), False, [("fcs-wrong", len(TWO))]),
        (b"\x7e\xa0\x07", None, [("frame-cut", 0)]),
    ],
)
def test_frames_of_dlms_are_named_checked_and_their_damage_is_located(data, ok, complaints):
    told = read(data)
    assert (told.kind, told.readings, told.check.ok) == ("dlms", [], ok)
    assert [(one.code, one.offset) for one in told.complaints] == [*complaints, ("not-decoded", 0)]


@pytest.mark.parametrize(
    ("data", "ok", "complaints"),
    [
        (sml(), True, []),
        (sml() + sml(b"\x77\x01\x01\x81"), True, []),  # an odd list: its check fits all the same
        (sml(b"\x1b" * 8 + b"\x81\x1a\x00\x00"), True, []),  # an escaped escape
        (sml()[:30], None, [("frame-cut", 0)]),
        (sml()[:-1], None, [("frame-cut", 0)]),
        (sml()[:40] + sml(), True, [("frame-cut", 0)]),
        (sml()[10:] + sml(), True, [("noise", 0)]),
        (flipped(sml(), 20), False, [("fcs-wrong", 0)]),
    ],
)
def test_files_of_sml_are_named_checked_and_their_damage_is_located(data, ok, complaints):
    told = read(data)
    assert (told.kind, told.readings, told.check.ok) == ("sml", [], ok)
    assert [(one.code, one.offset) for one in told.complaints] == [*complaints, ("not-decoded", 0)]


HEAD = ["/ABC5NOBODY HAS SEEN IT", ""]
LINES = [
    "1-3:0.2.8(50)",
    "0-0:1.0.0(260301123000W)",
    "1-0:1.8.1(0012345.678*kWh)",
    "1-0:1.8.2(12345.678*kWh)",
    "1-0:2.7.0(00.000*kW)",
    "0-0:96.13.0()",
    *(line for n in (1, 2, 3, 4) for line in (f"0-{n}:24.1.0(003)", f"0-{n}:24.2.1(260301120000W)(01.5*m3)")),
]


def p1(lines, *, end: str = "\r\n") -> bytes:
    text = end.join([*HEAD, *lines, "!"]).encode()
    return text + f"{crc16(text):04X}{end}".encode()


def values(telegram):
    return sorted((str(one.obis), one.index, one.text, one.amount, one.time) for one in telegram.readings)


def test_a_consumer_port_may_order_its_lines_as_it_likes_and_have_four_channels():
    whole, turned = read(p1(LINES)), read(p1(LINES[::-1]))
    assert (whole.kind, turned.kind, whole.check.ok, turned.check.ok) == ("dsmr", "dsmr", True, True)
    assert (whole.complaints, turned.complaints) == ([], [])
    assert values(whole) == values(turned)
    channels = {one.obis.prefix for one in whole.readings if one.obis.code == "24.2.1"}
    assert channels == {"0-1", "0-2", "0-3", "0-4"}
    assert {one.amount for one in whole.readings if one.obis.code in ("1.8.1", "1.8.2")} == {12345678}


@pytest.mark.parametrize("place", range(len(LINES)))
def test_one_broken_line_of_a_consumer_port_costs_that_line(place):
    broken = [*LINES[:place], LINES[place].replace("(", "", 1), *LINES[place + 1 :]]
    told = read(p1(broken))
    assert values(told) == values(read(p1(LINES[:place] + LINES[place + 1 :])))
    (said,) = told.complaints
    assert (said.code, said.line) == ("line-broken", len(HEAD) + place + 1)


GRP = (
    b"<M2;GRP1;AEL21000574;AEL5[1]AEL.TF.21;17:22:26;26-03-01;000000.569;000000.170;000000.353;000000.006;"
    b"000000.000;000.004;26-02-01,20:00;000000.000;000015.432>"
)


@pytest.mark.parametrize("length", range(30, len(GRP), 3))
def test_a_push_that_was_cut_gives_the_fields_that_came_whole(length):
    whole, told = read(GRP), read(GRP[:length])
    texts = [(one.obis.code, one.text) for one in whole.readings]
    assert [(one.obis.code, one.text) for one in told.readings] == texts[: len(told.readings)]
    assert len(told.readings) >= GRP[:length].count(b";") - 4  # no identification yet, or its demand's time
    assert [(one.code, one.offset) for one in told.complaints] == [("push-damaged", length)]


def test_a_second_push_behind_the_first_is_not_swallowed():
    told = read(GRP + GRP)
    assert len(told.readings) == len(read(GRP).readings)
    assert [(one.code, one.offset) for one in told.complaints] == [("another-telegram", len(GRP))]


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_a_push_of_a_water_meter_reads_alike_with_either_line_end(end):
    lines = [
        b"|ELM222",
        b"1.3.26 7:20",
        b"8.0.0.0(222)",
        b"8.1.8.0(17*m3)",
        b"9.96.1(x)",
        b"8.9.9(1",
        b"8.2.0(5)",
    ]
    told = read(end.join([*lines, b""]))
    assert (told.kind, told.identification) == ("push", "ELM222")
    assert [one.obis.code for one in told.readings] == ["8.0.0.0", "8.1.8.0", "9.96.1", "8.2.0"]
    assert [(one.code, one.line) for one in told.complaints] == [("line-broken", 6)]
