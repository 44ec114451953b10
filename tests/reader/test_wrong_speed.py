"""What does a reader believe of a meter that changed to another speed than the line?"""

from datetime import datetime

import pytest

from osos.meters import read
from osos.reader import program, read_codes, read_packet, read_profile

SPAN = {"first": datetime(2026, 3, 19, 0, 15), "last": datetime(2026, 3, 20)}


@pytest.mark.parametrize(
    "reading",
    [
        lambda link: read_packet(link, "6"),
        lambda link: read_codes(link, ["1.8.0"]),
        lambda link: read_profile(link, "P.01", **SPAN),
    ],
    ids=["packet", "codes", "profile"],
)
def test_an_acknowledge_in_its_noise_is_no_answer(reading, combi, plugged, linked, cable):
    got = reading(linked(plugged(combi, cable("LaterNoiseCable")), speed=100.0))
    assert got.trouble is not None
    assert got.trouble.name in ("damaged", "cut-off", "garbled")
    assert not read(got.data).readings
    assert got.refused == ()


def test_nothing_is_said_to_be_written(combi, plugged, linked, cable):
    done = program(
        linked(plugged(combi, cable("LaterNoiseCable")), speed=100.0), "0.8.4", "30", password="24681357"
    )
    assert done.written is not True
    assert done.trouble is not None
