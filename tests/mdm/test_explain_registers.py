"""Is the line of a register found among the bytes of its message, and no other line for it?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.mdm.explain.bytes_of import _place_of_register

LINES = [
    b"1.8.0(000123.456*kWh)",
    b"1.8.0*1(000100.000*kWh)",
    b"1.8.0*02(000090.000*kWh)",
    b"11.8.0(000123.456*kWh)",
    b"1-0:2.8.0(000123.456*kWh)",
    b"1.6.0(0001.950*kW)(26-11-12,10:15)",
    b"0.2.0(1.8.0(000123.456)",
]
MESSAGE = b"\x02" + b"\r\n".join(LINES) + b"\r\n!\r\n\x03"


@pytest.mark.parametrize(
    ("code", "row", "text", "line"),
    [
        ("1.8.0", None, "000123.456", 0),
        ("1.8.0", 1, "000100.000", 1),
        ("1.8.0", 2, "000090.000", 2),
        ("11.8.0", None, "000123.456", 3),
        ("2.8.0", None, "000123.456", 4),
        ("1.6.0", None, "0001.950", 5),
    ],
)
@pytest.mark.parametrize("parity", [0x00, 0x80])
def test_the_place_is_the_line_of_this_register_and_value(code, row, text, line, parity) -> None:
    raw = bytes(byte | parity for byte in MESSAGE)
    place = _place_of_register(raw, code, row, text)
    assert place is not None
    assert MESSAGE[place[0] : place[0] + place[1]] == LINES[line]


@pytest.mark.parametrize(
    ("code", "row", "text"),
    [("1.8.0", None, "000123.457"), ("1.8.0", 3, "000123.456"), ("8.0", None, "000123.456"), ("", None, "")],
)
def test_what_the_message_does_not_say_has_no_place(code, row, text) -> None:
    assert _place_of_register(MESSAGE, code, row, text) is None


@given(st.binary(max_size=200), st.text(max_size=8), st.text(max_size=8))
def test_any_bytes_and_any_words_give_a_place_within_or_none(raw, code, text) -> None:
    place = _place_of_register(raw, code, None, text)
    assert place is None or 0 <= place[0] <= place[0] + place[1] <= len(raw)
