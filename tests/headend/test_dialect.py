"""Which protocol does a connection speak, by its first bytes? (X-2)"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.headend.dialect import LONGEST_OPENING, Dialect, Unknown, recognise

OPENINGS = [
    (b"\x16\x03\x01\x02\x00\x01", "TLS"),
    (b"OS\x01\x01\x00", "OSOS envelope"),
    (b'#{"device":{"flag":"ABC"', "MASS JSON"),
    (b'\r\n#{"device"', "MASS JSON"),
    (b"#1234${", "MASS JSON"),
    (b"#FC|ZADA|123456|", "Gridbox"),
    (b"#00603~L123456", "Viko gateway"),
    (b"<M2;100;200;", "GRP push"),
    (b"<U2;100;15>", "GRP push"),
    (b"\x00\x2bzone:project:serial", "Elektromed"),
    (b"@ID;ABC;100200", "transparent"),
    (b"/MKS6<2>ADM(M550.2251)\r\n", "raw meter"),
    (b"\x02" + b"0.0.0(123456789)", "raw meter"),
    (b"\x10\x3a\x00\x04MQTT\x05", "MQTT"),
]


@pytest.mark.parametrize(("opening", "name"), OPENINGS)
def test_each_dialect_of_the_field_is_known_by_its_first_bytes(opening: bytes, name: str) -> None:
    found = recognise(opening)
    assert isinstance(found, Dialect)
    assert found.name == name


def test_only_mass_json_is_spoken() -> None:
    spoken = {
        found.name
        for opening, _ in OPENINGS
        if isinstance(found := recognise(opening), Dialect) and found.spoken
    }
    assert spoken == {"MASS JSON"}


@pytest.mark.parametrize(("opening", "name"), OPENINGS)
def test_byte_by_byte_the_answer_is_the_same_and_never_taken_back(opening: bytes, name: str) -> None:
    answers = [recognise(opening[:size]) for size in range(len(opening) + 1)]
    decided = [answer for answer in answers if answer is not None]
    assert {answer.name for answer in decided if isinstance(answer, Dialect)} == {name}
    assert not any(isinstance(answer, Unknown) for answer in decided)


@given(st.binary(max_size=64))
def test_any_bytes_are_a_dialect_unknown_or_not_decided_yet(opening: bytes) -> None:
    found = recognise(opening)
    if found is None:
        assert len(opening.lstrip(b"\r\n")) < LONGEST_OPENING
