"""Is a meter found, whatever its line, with nothing changed and nothing claimed that is not known?"""

import pytest

from osos.iec62056 import DataBlock
from osos.reader import UNSURE, find


def outcomes(found):
    return [(one.what[1], one.outcome) for one in found.rungs]


def test_a_meter_over_tcp_is_found_with_all_there_is_to_know(combi, plugged, linked):
    socket = plugged(combi)
    found = find(linked(socket))
    assert found.trouble is None
    assert found.address == "OSO100000001"
    assert found.profile.name == "gen2"
    assert (found.parity, found.echo) == ("none", False)
    assert found.start_baud is None
    assert found.baud is None
    assert set(found.unsure) == {"speed-hidden", "from-document"}
    assert outcomes(found)[0] == ("listen", "nothing")


def test_finding_changes_nothing(fresh, plugged, linked):
    socket = plugged(fresh)
    find(linked(socket))
    said = b"".join(socket.heard)
    assert not any(word in said for word in (b"W2", b"E2", b"P1", b"W5"))
    assert fresh.acts == []


def test_an_echoing_line_is_called_one(combi, plugged, linked, cable):
    found = find(linked(plugged(combi, cable("EchoCable"))))
    assert found.echo
    assert found.address == "OSO100000001"


def test_parity_on_the_wire_is_found(combi, plugged, linked, cable):
    found = find(linked(plugged(combi, cable("ParityCable")), speed=20.0))
    assert found.parity == "even"
    assert outcomes(found)[1:3] == [("parity none", "silent"), ("parity even", "identified")]


def test_a_line_slower_than_the_meter_is_found_out(combi, plugged, linked, cable):
    found = find(linked(plugged(combi, cable("FixedSpeedModem")), speed=20.0))
    assert found.address == "OSO100000001"
    assert "slower" in found.unsure


def test_a_meter_without_programming_mode_is_found_all_the_same(combi, plugged, linked):
    class ReadoutOnly:
        def __init__(self, device):
            self._device = device

        def __getattr__(self, name):
            return getattr(self._device, name)

        def packet(self, y):
            return None

        def seed(self):
            raise AssertionError("not reached")

    class NoProgramming:
        def at_once(self, data):
            return b""

        def forth(self, data):
            return b"" if data[:1] == b"\x06" else data

        def back(self, data):
            yield data

    found = find(linked(plugged(combi, NoProgramming(), answers=ReadoutOnly), speed=20.0))
    assert found.identification is not None
    assert found.trouble is None
    assert {"no-programming", "serial-unread"} <= set(found.unsure)
    assert found.address is None


@pytest.mark.parametrize(
    ("name", "trouble"), [("SilentCable", "silent"), ("EchoAlone", "only-echo"), ("NoiseCable", "garbled")]
)
def test_nobody_is_found_on_a_bad_line_and_what_was_tried_is_said(
    name, trouble, combi, plugged, linked, cable
):
    found = find(linked(plugged(combi, cable(name)), speed=20.0))
    assert found.trouble.name == trouble
    assert "parity none; parity even" in found.trouble.said("en")
    assert "eşlik yok; eşlik çift" in found.trouble.said("tr")
    assert found.identification is None
    assert [what for what, _ in outcomes(found)] == ["listen", "parity none", "parity even", "/*!", "/@!"]


def test_a_line_that_talks_unasked_is_noticed(combi, plugged, linked):
    from osos.reader.tcp_wire import TcpWire

    class Talking(TcpWire):
        def __init__(self, host, port):
            super().__init__(host, port)
            self._chatter = [b"1-0:1.8.0(000001.000*kWh)\r\n"]

        def read(self, within_s):
            return self._chatter.pop() if self._chatter else super().read(within_s)

    link = linked(plugged(combi), opened=lambda place: Talking(place.host, place.port))
    found = find(link)
    assert found.rungs[0].outcome == "bytes"
    assert "talks-unasked" in found.unsure
    assert found.address == "OSO100000001"


def test_several_meters_that_answer_at_once_are_told_by_a_poll(combi, plugged, linked):
    """Their identifications collide; the poll's answers come at random moments (M-25)."""

    class Bus:
        def at_once(self, data):
            if data == b"/@!\r\n":
                one, other = (DataBlock(name).framed() for name in (b"MKS123456789", b"LUN987654321"))
                return one + b"\x02MK\x15garbage\x03\x7f" + other + one
            return b""

        def forth(self, data):
            return data

        def back(self, data):
            yield bytes(byte ^ 0x2A for byte in data)

    found = find(linked(plugged(combi, Bus()), speed=20.0))
    assert found.serials == ("MKS123456789", "LUN987654321")
    assert found.trouble is None
    assert "several" in found.unsure


def test_a_port_that_is_not_there_is_the_trouble(linked):
    assert find(linked("tcp://127.0.0.1:9")).trouble.name == "refused"


def test_a_meter_of_no_known_make_is_said_to_be(combi, plugged, linked):
    class Foreign:
        def __init__(self, device):
            self._device = device

        def __getattr__(self, name):
            return getattr(self._device, name)

        def identification(self):
            return b"/XYZ5METER\r\n"

    found = find(linked(plugged(combi, answers=Foreign)))
    assert found.profile.name == "generic"
    assert "make-unknown" in found.unsure


def test_all_doubts_have_words():
    assert all(len(words) == 2 and all(words) for words in UNSURE.values())
