"""Is a recorded dialogue cut into its messages, losing nothing?"""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.iec62056 import BREAK, Command, DataBlock, readout_message, split_dialogue

IDENT = b"/MKS6<2>ADM(M550.2251)\r\n"
P0 = Command("P", "0", b"(0123456789ABCDEF)").render()
READOUT = readout_message(b"0.0.0(000123456)\r\n1.8.0(000123.456*kWh)\r\n")
ANSWER = DataBlock(b"1.8.0(000123.456*kWh)").render()
TEXT = b"0.0.0(000123456)\r\n1.8.0(000123.456*kWh)\r\n!\r\n"
R2 = Command.for_code("R2", "1.8.0").render()

# What was recorded, and the kinds of its pieces.
RECORDINGS = [
    ([], []),
    ([IDENT, READOUT], ["identification", "data"]),
    ([IDENT, TEXT], ["identification", "text"]),
    ([READOUT], ["data"]),
    ([TEXT, TEXT], ["text", "text"]),
    ([IDENT, P0, ANSWER, ANSWER], ["identification", "command", "data", "data"]),
    ([IDENT, b"\x06", ANSWER, b"\x15", b"\x06"], ["identification", "ack", "data", "nak", "ack"]),
    (
        [b"/?!\r\n", IDENT, b"\x06051\r\n", P0, R2, ANSWER, BREAK.render()],
        ["request", "identification", "option", "command", "command", "data", "command"],
    ),
    ([IDENT, IDENT, READOUT], ["identification", "identification", "data"]),
    ([b"1.8.0(1)\r\n!74B0\n", IDENT, TEXT], ["text", "identification", "text"]),
    ([b"45.6)", IDENT, READOUT], ["noise", "identification", "data"]),
    ([b"\x02" + TEXT, IDENT, READOUT], ["data", "identification", "data"]),  # ETX lost
    ([READOUT[:-1], IDENT, READOUT], ["data", "identification", "data"]),  # check character lost
    ([READOUT[:-1], b"\x00\x00", READOUT[-1:]], ["data"]),  # padded
    ([TEXT[:-3] + b"\x03\x11"], ["text"]),  # STX lost
    ([b"\x06\r\n", READOUT], ["ack", "noise", "data"]),
    ([b"0.2.0(see/ABC5)\r\n!\r\n"], ["text"]),  # a slash inside a value
    ([b"\x01\x01R2\x02", READOUT], ["noise", "data", "data"]),
    ([READOUT, b"$"], ["data", "noise"]),
]


@pytest.mark.parametrize(("recorded", "kinds"), RECORDINGS)
def test_recording(recorded, kinds):
    raw = b"".join(recorded)
    pieces = split_dialogue(raw)
    assert [piece.kind for piece in pieces] == kinds
    for piece in pieces:
        assert raw[piece.offset : piece.offset + len(piece.data)] == piece.data


def test_each_whole_message_is_a_piece_of_its_own():
    recorded = [b"/?!\r\n", IDENT, b"\x06051\r\n", P0, R2, ANSWER, b"\x15", READOUT, TEXT]
    assert [piece.data for piece in split_dialogue(b"".join(recorded))] == recorded


scraps = st.sampled_from(
    [
        IDENT,
        P0,
        READOUT,
        ANSWER,
        TEXT,
        R2,
        b"/?!\r\n",
        b"\x06051\r\n",
        b"\x01",
        b"\x02",
        b"\x03",
        b"\x06",
        b"/",
        b"!\r\n",
        b"(",
        b")",
        b"/ABC5",
        b"\xff",
        b"\r\n",
        b"\x03\x03",
    ]
)


@given(st.lists(scraps | st.binary(max_size=4)).map(b"".join))
def test_whatever_was_recorded_no_byte_is_lost(raw):
    pieces = split_dialogue(raw)
    assert b"".join(piece.data for piece in pieces) == raw
    assert all(piece.data for piece in pieces)


HOSTILE = [
    b"\x01",
    b"\x02",
    b"\x03\x02",
    b"\x03\x06",
    b"!\n",
    b"!\n/",
    b"/ABC1(",
    b"\x01R2\x02",
    b"\x01R2\x03",
    b" ",
    b"/?",
]


@pytest.mark.parametrize("scrap", HOSTILE)
def test_hostile_recordings_take_time_by_their_length_alone(scrap):
    def cpu_s(size):
        raw = scrap * (size // len(scrap))
        begin = time.process_time()
        split_dialogue(raw)
        return time.process_time() - begin

    # The best of three: on a busy machine a single run may cost twice its due.
    small, large = (min(cpu_s(size) for _ in range(3)) for size in (4_000, 32_000))
    assert large < 0.3 + 30 * small  # eight times as long; quadratic would be 64 times
