"""Do the bench's parsers read what a meter prints, and call everything else unreadable and nothing worse?"""

from collections.abc import Callable
from datetime import datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.conformity import packets
from osos.conformity.trouble import Unreadable

MUTANTS = 5_000
PRINTED: dict[str, Callable[[str], object]] = {
    "(17-06-30,13:30;17-06-30,13:35)": packets.span,
    "(123456.789*kWh)": packets.energy,
    "(123.456*kW)": packets.power,
    "(123.456*kW)(17-02-01,13:30)": packets.demand,
    "(17-06-30,13:30)(12)": packets.cover,
    "(0042)": packets.count,
    "(07)(00123*min)": packets.count_minutes,
    "(text)": packets.bare,
    "(17-06-30,13:30)(1.0,2.0)\r\n(17-06-30,13:45)(1.5,2.5)\r\n": packets.parse_records,
}
texts = st.text(alphabet="()*,;:.-0123456789kWhVAr\r\n!\x00\xff", max_size=80)


@pytest.mark.parametrize("printed", PRINTED)
def test_what_a_meter_prints_is_read(printed: str) -> None:
    assert PRINTED[printed](printed) is not None


@pytest.mark.parametrize("printed", PRINTED)
@given(text=texts)
def test_any_text_is_read_or_unreadable(printed: str, text: str) -> None:
    _read(PRINTED[printed], text)


@pytest.mark.parametrize("printed", PRINTED)
def test_a_mutant_is_read_or_unreadable(printed: str) -> None:
    chance = Random(20)
    for _ in range(MUTANTS // len(PRINTED)):
        place = chance.randrange(len(printed))
        _read(
            PRINTED[printed],
            printed[:place] + chr(chance.randrange(256)) + printed[place + chance.randrange(2) :],
        )


def _read(parse: Callable[[str], object], text: str) -> None:
    try:
        parse(text)
    except Unreadable as trouble:
        assert str(trouble)


@given(text=texts)
def test_a_packet_loses_no_line(text: str) -> None:
    found = packets.parse_packet(text)
    body = text.partition("!\r\n")[0]
    assert len(found.lines) + len(found.odd) == sum(1 for line in body.split("\r\n") if line)


@given(at=st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2099, 12, 31)))
def test_a_stamp_is_read_as_it_was_written(at: datetime) -> None:
    minute = at.replace(second=0, microsecond=0)
    assert packets.stamp(f"{minute:%y-%m-%d,%H:%M}") == minute


def test_a_stamp_of_zeros_is_no_time() -> None:
    assert packets.stamp("00-00-00,00:00") is None
