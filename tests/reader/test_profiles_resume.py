"""Does a load profile come whole, whatever the line does, and is only what is missing asked for again?"""

from collections import Counter
from datetime import datetime, timedelta

import numpy as np
import pytest

from osos.meters import read
from osos.quantities import TURKIYE
from osos.reader import read_profile

NOW = datetime(2026, 3, 20, 12, 1, tzinfo=TURKIYE)
FIRST, LAST = datetime(2026, 3, 3), datetime(2026, 3, 17)


def stored(meter, name="P.01", first=FIRST, last=LAST):
    return meter.profile_records(name, first, last, at=NOW)


def records(got):
    telegram = read(got.data)
    assert telegram.complaints == []
    return telegram.records


def askings(socket):
    """What was asked for, and how often."""
    heard = b"".join(socket.heard)
    return Counter(
        part.split(b"\x03")[0].decode() for part in heard.split(b"\x02") if part.startswith(b"P.0")
    )


def same(found, meter, name="P.01", first=FIRST, last=LAST):
    from osos.simulator.meter import records_text

    block = records_text(stored(meter, name, first, last))
    expected = read(b"\x02" + block + b"\x03" + bytes([xor(block + b"\x03")])).records
    assert np.array_equal(found.labels, expected.labels)
    assert np.array_equal(found.values, expected.values)
    return len(expected)


def xor(data):
    from osos.iec62056 import block_check

    return block_check(data)


@pytest.mark.parametrize("name", ["P.01", "P.02", "P.03"])
def test_a_profile_between_two_labels_comes_whole(name, combi, plugged, linked):
    got = read_profile(linked(plugged(combi)), name, first=FIRST, last=LAST)
    assert got.trouble is None
    assert same(records(got), combi, name) == 14 * 96 + 1


def test_all_of_it_comes_when_no_label_is_given(combi, plugged, linked):
    got = read_profile(linked(plugged(combi)), "P.01")
    assert got.trouble is None
    assert same(records(got), combi, first=None, last=None) > 19 * 96


@pytest.mark.parametrize("offset", [timedelta(days=-30 * 365), timedelta(days=40 * 365)])
def test_a_reader_whose_clock_is_wrong_gets_all_too(offset, combi, plugged, linked):
    """Open sides stay open: neither 1996 nor 2066 leaves a record behind."""
    link = linked(plugged(combi))
    from osos.cli.clocks import ScaledClock

    link.clock = ScaledClock(NOW + offset, 10.0)
    got = read_profile(link, "P.01")
    assert got.trouble is None
    same(records(got), combi, first=None, last=None)


def test_a_line_that_falls_costs_one_portion(combi, plugged, linked, cable, watch):
    socket = plugged(combi, cable("FallingCable", 2))
    got = read_profile(linked(socket, watch=watch), "P.01", first=FIRST, last=LAST)
    assert got.trouble is None
    same(records(got), combi)
    assert watch.names().count("fell") == 1
    asked = askings(socket)
    assert asked.total() == 4  # three portions, one of them twice
    assert asked["P.01(26-03-03,00:00;26-03-09,23:59)"] == 1
    assert asked["P.01(26-03-10,00:00;26-03-16,23:59)"] == 2
    assert socket.peers == 2


def test_a_line_that_falls_again_and_again_is_asked_for_less_at_once(combi, plugged, linked, cable):
    socket = plugged(combi, cable("FallingCable", 1, 2, 3))
    got = read_profile(linked(socket), "P.01", first=FIRST, last=LAST)
    assert got.trouble is None
    same(records(got), combi)
    assert "P.01(26-03-03,00:00;26-03-04,17:59)" in askings(socket)


def test_a_line_that_stays_away_leaves_what_was_read_and_says_what_is_missing(combi, plugged, linked, cable):
    socket = plugged(combi, cable("FallingCable", *range(2, 50)))
    got = read_profile(linked(socket), "P.01", first=FIRST, last=LAST)
    assert got.trouble.name == "profile-missing"
    same(records(got), combi, last=datetime(2026, 3, 9, 23, 59))
    assert [str(one) for one in got.missing] == ["2026-03-10T00:00 – 2026-03-17T00:00"]
    assert "--from 2026-03-10T00:00 --to 2026-03-17T00:00" in got.trouble.said("en")
    rest = read_profile(linked(plugged(combi)), "P.01", first=got.missing[0].first, last=got.missing[0].last)
    assert rest.trouble is None
    assert len(records(got)) + len(records(rest)) == 14 * 96 + 1


@pytest.mark.parametrize("name", ["SpoilingCable", "StoppingCable"])
def test_a_damaged_block_is_asked_for_again(name, combi, plugged, linked, cable):
    got = read_profile(linked(plugged(combi, cable(name, 3))), "P.01", first=FIRST, last=LAST)
    assert got.trouble is None
    same(records(got), combi)


def test_a_line_that_damages_every_block_is_given_up_with_that_word(combi, plugged, linked, cable):
    got = read_profile(linked(plugged(combi, cable("SpoilingCable", 9999))), "P.01", first=FIRST, last=LAST)
    assert got.trouble.name == "damaged"
    assert got.data == b""
    assert [str(one) for one in got.missing] == ["2026-03-03T00:00 – 2026-03-17T00:00"]


def test_nothing_in_range_is_no_trouble(combi, plugged, linked):
    got = read_profile(linked(plugged(combi)), "P.01", first=datetime(2020, 1, 1), last=datetime(2020, 1, 2))
    assert got.trouble is None
    assert len(read(got.data).records) == 0


def test_a_profile_the_meter_lacks_is_named(combi, plugged, linked):
    got = read_profile(linked(plugged(combi)), "P.09", first=FIRST, last=LAST)
    assert got.trouble.name == "no-profile"


def test_the_profile_of_another_meter_is_not_taken(combi, plugged, linked):
    class Impostor:
        def __init__(self, device):
            self._device = device

        def __getattr__(self, name):
            return getattr(self._device, name)

        def is_me(self, address):
            return True

    socket = plugged(combi, answers=Impostor)
    got = read_profile(linked(socket, query="?address=OSO5"), "P.01", first=FIRST, last=LAST)
    assert got.trouble.name == "another-meter"
    assert askings(socket).total() == 0


def test_a_silent_meter_is_given_up_after_six_calls(combi, plugged, linked, cable):
    got = read_profile(
        linked(plugged(combi, cable("SilentCable")), speed=100.0), "P.01", first=FIRST, last=LAST
    )
    assert got.trouble.name == "silent"
    assert got.missing


def test_a_hand_that_stops_the_reading_keeps_what_was_read(combi, plugged, linked):
    class Impatient:
        def __init__(self):
            self.portions = 0

        def heard(self, data):
            pass

        def step(self, name, **facts):
            self.portions += name == "portion"
            if self.portions == 2:
                raise KeyboardInterrupt

    got = read_profile(linked(plugged(combi), watch=Impatient()), "P.01", first=FIRST, last=LAST)
    assert got.trouble.name == "profile-missing"
    assert len(records(got)) == 7 * 96
