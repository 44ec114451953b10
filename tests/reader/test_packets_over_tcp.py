"""Is every packet and every code read whole, over cables good and bad?"""

import pytest

from osos.meters import read
from osos.reader import PACKETS, read_codes, read_packet


def lines(meter, y, now):
    return meter.packet(y, at=now).decode().splitlines()


@pytest.fixture
def now(combi):
    from datetime import datetime

    from osos.quantities import TURKIYE

    return datetime(2026, 3, 20, 12, 1, tzinfo=TURKIYE)


@pytest.mark.parametrize("y", PACKETS)
def test_every_packet_comes_line_for_line(y, combi, plugged, linked, now):
    got = read_packet(linked(plugged(combi)), y)
    assert got.trouble is None
    telegram = read(got.data)
    assert telegram.complaints == []
    assert telegram.check.ok
    printed = lines(combi, y, now)
    assert got.data.decode().partition("\x02")[2].count("(") == "".join(printed).count("(")
    assert {str(one.obis) for one in telegram.readings} == {line.partition("(")[0] for line in printed}


@pytest.mark.parametrize("name", ["EchoCable", "CrumblingCable", "ParityCable"])
def test_an_odd_cable_makes_no_difference(name, combi, plugged, linked, cable, now):
    got = read_packet(linked(plugged(combi, cable(name)), speed=5.0), "6")
    assert got.trouble is None
    assert [one.raw for one in read(got.data).readings if one.obis.code == "1.8.0"] == [
        line.partition("(")[2].rstrip(")") for line in lines(combi, "6", now) if line.startswith("1.8.0(")
    ]


def test_the_parity_that_works_is_kept_for_the_next_session(combi, plugged, linked, cable):
    link = linked(plugged(combi, cable("ParityCable")))
    assert read_packet(link, "6").trouble is None
    assert link.parity == "even"
    sessions = link.sessions
    assert read_packet(link, "8").trouble is None
    assert link.sessions == sessions + 1


@pytest.mark.parametrize("name", ["SpoilingCable", "StoppingCable"])
def test_a_damaged_message_is_asked_for_again(name, combi, plugged, linked, cable):
    socket = plugged(combi, cable(name, 2))
    got = read_packet(linked(socket), "6")
    assert got.trouble is None
    assert socket.heard.count(b"\x15") == 2
    assert read(got.data).complaints == []


@pytest.mark.parametrize(
    ("name", "facts", "trouble"),
    [
        ("SilentCable", (), "silent"),
        ("EchoAlone", (), "only-echo"),
        ("NoiseCable", (), "garbled"),
        ("SpoilingCable", (99,), "damaged"),
        ("StoppingCable", (99,), "cut-off"),
        ("FallingCable", (1, 2, 3, 4), "fell"),
    ],
)
def test_each_bad_cable_has_its_own_name(name, facts, trouble, combi, plugged, linked, cable):
    got = read_packet(linked(plugged(combi, cable(name, *facts)), speed=20.0), "6")
    assert got.trouble.name == trouble
    for language in ("tr", "en"):
        assert "; " in got.trouble.said(language)  # what happened; what to do
        assert "{" not in got.trouble.said(language)


def test_what_had_come_when_the_line_fell_is_handed_over_as_such(combi, plugged, linked, cable, watch):
    got = read_packet(linked(plugged(combi, cable("FallingCable", 1, 2, 3, 4)), watch=watch), "6")
    assert got.trouble.name == "fell"
    assert not got.is_whole
    assert got.data in bytes(watch.bytes)
    assert any(one.obis.code == "1.8.0" for one in read(got.data).readings)


def test_nothing_listens_there(linked):
    assert read_packet(linked("tcp://127.0.0.1:9"), "6").trouble.name == "refused"


def test_a_name_nobody_has(linked):
    assert read_packet(linked("tcp://meter.invalid:9"), "6").trouble.name == "no-such-host"


def test_a_modem_with_a_speed_of_its_own_is_followed(combi, plugged, linked, cable):
    link = linked(plugged(combi, cable("FixedSpeedModem")), speed=20.0)
    assert read_packet(link, "6").trouble is None
    assert read_packet(link, "8").trouble is None
    assert link.line().max_baud == 9600


def test_a_packet_the_meter_does_not_know_is_named(combi, plugged, linked):
    class WithoutShort:
        def __init__(self, device):
            self._device = device

        def __getattr__(self, name):
            return getattr(self._device, name)

        def packet(self, y):
            return None if y == "6" else self._device.packet(y)

    got = read_packet(linked(plugged(combi, answers=WithoutShort), speed=20.0), "6")
    assert got.trouble.name == "no-packet"
    assert "6 paketi" in got.trouble.said("tr")


class Impostor:
    """Answers to any name."""

    def __init__(self, device):
        self._device = device

    def __getattr__(self, name):
        return getattr(self._device, name)

    def is_me(self, address):
        return True


def test_a_meter_that_was_not_called_is_not_believed(combi, plugged, linked):
    socket = plugged(combi, answers=Impostor)
    packet = read_packet(linked(socket, query="?address=OSO100000002"), "6")
    codes = read_codes(linked(socket, query="?address=OSO100000002"), ["1.8.0"])
    for got in (packet, codes):
        assert got.trouble.name == "another-meter"
        assert got.data == b""
        assert "OSO100000001" in got.trouble.said("en")


def test_the_meter_that_was_called_is_believed(combi, plugged, linked):
    socket = plugged(combi)
    for address in ("OSO100000001", "100000001", "OSO00100000001"):
        got = read_packet(linked(socket, query=f"?address={address}"), "6")
        assert got.trouble is None
        assert got.is_checked


def test_a_packet_without_serial_says_that_it_was_not_checked(combi, plugged, linked):
    assert not read_packet(linked(plugged(combi), query="?address=OSO100000001"), "8").is_checked


def test_another_address_is_not_answered(combi, plugged, linked):
    got = read_packet(linked(plugged(combi), speed=20.0, query="?address=OSO999999999"), "6")
    assert got.trouble.name == "silent"


def test_codes_are_read_one_by_one_and_unknown_ones_named(combi, plugged, linked):
    got = read_codes(linked(plugged(combi)), ["1.8.0", "9.9.9", "96.7.0", "1.6.0*1"])
    assert got.refused == ("9.9.9",)
    assert got.trouble.name == "unknown-code"
    assert [str(one.obis) for one in read(got.data).readings][:2] == ["1.8.0", "96.7.0"]
    assert read(got.data).complaints == []


@pytest.mark.parametrize("name", ["EchoCable", "CrumblingCable", "ParityCable"])
def test_codes_over_odd_cables(name, combi, plugged, linked, cable):
    got = read_codes(linked(plugged(combi, cable(name)), speed=5.0), ["1.8.0"])
    assert got.trouble is None
    assert len(read(got.data).readings) == 1


def test_the_password_is_not_read_without_the_password(combi, plugged, linked):
    assert read_codes(linked(plugged(combi)), ["96.96"]).trouble.name == "unknown-code"


def test_raw_bytes_are_told_as_they_come(combi, plugged, linked, watch):
    got = read_packet(linked(plugged(combi), watch=watch), "6")
    assert bytes(watch.bytes) == got.data
    assert watch.names() == ["opening", "asking-packet", "identified"]


def test_a_meter_is_left_in_peace_when_the_link_closes(combi, plugged, linked):
    """One left in programming mode would hear no request for a minute (M-18)."""
    from osos.iec62056 import BREAK, ProgrammingSession

    socket = plugged(combi)
    link = linked(socket)
    link.talk(lambda line: ProgrammingSession("", line=line, keep_open=True))
    link.close()
    got = read_packet(link, "6")
    assert got.trouble is None
    assert BREAK.render() in b"".join(socket.heard)
