"""Does a serial port across a network hear its speed, and give its bytes unharmed? (X-42)"""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from serial.rfc2217 import PortManager

from osos.modems.rfc2217 import RemotePort


class PaperPort:
    """What somebody else's server turns knobs on."""

    baudrate, bytesize, parity, stopbits = 9600, 8, "N", 1
    xonxoff = rtscts = dtr = rts = break_condition = False
    cts = dsr = ri = cd = False
    timeout = 0


class Wire:
    """Where that server writes its answers."""

    def __init__(self) -> None:
        self.said = b""

    def write(self, data: bytes) -> None:
        self.said += data


@pytest.fixture
def other():
    """Device, wire, manager: the server is pyserial's."""
    device, wire = PaperPort(), Wire()
    return device, wire, PortManager(device, wire)


def test_a_server_of_another_hand_sets_what_we_ask_and_says_so(other) -> None:
    device, wire, manager = other
    port = RemotePort()
    assert b"".join(manager.filter(port.begin() + port.turn(300))) == b""
    assert (device.baudrate, device.bytesize, device.parity, device.stopbits) == (300, 8, "N", 1)
    assert port.heard(wire.said) == (b"", b"\xff\xfe\x01")  # it need not echo
    assert (port.baud, port.refuses) == (300, False)


@given(st.binary(max_size=200), st.lists(st.integers(1, 9), max_size=9))
def test_every_byte_comes_through_both_ways_in_whatever_pieces(data: bytes, sizes) -> None:
    manager = PortManager(PaperPort(), Wire())
    assert b"".join(manager.filter(RemotePort.say(data))) == data
    coming, port, heard = b"".join(manager.escape(data)), RemotePort(), b""
    while coming:
        size = sizes.pop() if sizes else 64
        heard += port.heard(coming[:size])[0]
        coming = coming[size:]
    assert heard == data


def test_a_speed_with_the_telnet_byte_in_it_is_told_whole(other) -> None:
    device, _, manager = other
    b"".join(manager.filter(RemotePort.turn(0xFF00)))
    assert device.baudrate == 0xFF00


def test_what_we_do_not_want_is_declined_and_a_port_without_speeds_is_noticed() -> None:
    port = RemotePort()
    assert port.heard(b"\xff\xfd\x18\xff\xfb\x01ok") == (b"ok", b"\xff\xfc\x18\xff\xfe\x01")
    assert port.heard(b"\xff\xfe\x2c") == (b"", b"")
    assert port.refuses


@pytest.mark.parametrize("count", [5_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_mutants_end_in_bytes_and_short_answers(count: int) -> None:
    chance = random.Random(count)
    good = (
        RemotePort.begin()
        + RemotePort.turn(9600)
        + b"/OSO6\r\n\xff\xff"
        + b"\xff\xfa\x2c\x65\0\0\1\x2c\xff\xf0"
    )
    port = RemotePort()
    for _ in range(count):
        data = bytearray(good)
        for _ in range(chance.randint(1, 5)):
            at = chance.randrange(len(data))
            data[at : at + chance.randint(0, 4)] = chance.randbytes(chance.randint(0, 3))
        plain, answer = port.heard(bytes(data))
        assert len(plain) <= len(data)
        assert len(answer) <= len(data)
        assert len(port._sub) <= 257
