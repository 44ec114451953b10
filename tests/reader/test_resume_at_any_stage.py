"""Is a reading whole when the line falls before its first data: at sign-on, at the password stage? (T-32)"""

from datetime import datetime

import pytest

from osos.meters import read
from osos.reader import read_codes, read_packet, read_profile

FIRST, LAST = datetime(2026, 3, 3), datetime(2026, 3, 5)
IDENT, SEED = b"/OSO6", b"\x01P0"  # the meter's line; what it says when programming mode begins (M-40)
PACKET, CODE = b"\x020.0.0(", b"\x021.8.0("


@pytest.mark.parametrize("mark", [IDENT, SEED, b"\x02("])
@pytest.mark.parametrize("times", [1, 3])
def test_a_profile_is_whole_wherever_the_line_fell(mark, times, combi, plugged, linked, cable, watch):
    socket = plugged(combi, cable("FallingAtCable", mark, times))
    got = read_profile(linked(socket, watch=watch, speed=20.0), "P.01", first=FIRST, last=LAST)
    assert got.trouble is None
    assert len(read(got.data).records) == 2 * 96 + 1
    assert watch.names().count("fell") == times
    assert socket.peers == times + 1


@pytest.mark.parametrize("mark", [IDENT, PACKET])
def test_a_packet_is_begun_anew(mark, combi, plugged, linked, cable, watch):
    link = linked(plugged(combi, cable("FallingAtCable", mark, 2)), watch=watch, speed=20.0)
    got = read_packet(link, "6")
    assert (got.trouble, got.is_whole) == (None, True)
    assert read(got.data).complaints == []
    assert watch.names().count("fell") == 2


@pytest.mark.parametrize("mark", [IDENT, SEED, CODE])
def test_codes_are_asked_for_again(mark, combi, plugged, linked, cable):
    link = linked(plugged(combi, cable("FallingAtCable", mark, 2)), speed=20.0)
    got = read_codes(link, ["1.8.0", "0.9.1"])
    assert got.trouble is None
    assert [one.obis.code for one in read(got.data).readings] == ["1.8.0", "0.9.1"]


def test_a_line_that_never_holds_is_given_up_with_what_it_brought_most(combi, plugged, linked, cable, watch):
    link = linked(plugged(combi, cable("FallingAtCable", PACKET, 99)), watch=watch, speed=20.0)
    got = read_packet(link, "6")
    assert (got.trouble.name, got.is_whole) == ("fell", False)
    assert any(one.obis.code == "1.8.0" for one in read(got.data).readings)
    assert watch.names().count("fell") == 3
