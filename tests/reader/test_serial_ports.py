"""Are meters read over serial ports, as pseudo-terminals are to a program, here and across a network?"""

import contextlib
import socket
import threading
from datetime import datetime

import pytest
import serial
from serial.rfc2217 import PortManager

from osos.meters import read
from osos.reader import find, read_codes, read_packet, read_profile
from osos.reader.serial_wire import _why_not

FIRST, LAST = datetime(2026, 3, 3), datetime(2026, 3, 5)


def url(pty):
    return f"serial://{pty.path}"


def test_a_packet_over_a_serial_port_changes_speed_and_back(combi, terminal, linked):
    link = linked(url(terminal(combi)), query="?baud=300")
    for y in ("6", "8"):
        got = read_packet(link, y)
        assert got.trouble is None
        assert read(got.data).complaints == []
    assert link.baud == 19200


def test_codes_and_profiles_over_a_serial_port(combi, terminal, linked):
    link = linked(url(terminal(combi)), query="?baud=300")
    assert read_codes(link, ["1.8.0"]).trouble is None
    got = read_profile(link, "P.01", first=FIRST, last=LAST)
    assert got.trouble is None
    assert len(read(got.data).records) == 2 * 96 + 1


def test_the_wrong_start_speed_is_silence_that_says_so(combi, terminal, linked):
    got = read_packet(linked(url(terminal(combi)), query="?baud=9600", speed=40.0), "6")
    assert got.trouble.name == "silent"
    assert "9600 Bd" in got.trouble.said("en")


def test_without_a_start_speed_the_usual_ones_are_tried(combi, terminal, linked):
    pty = terminal(combi, start_baud=(9600,), port="rs485")
    got = read_packet(linked(url(pty)), "6")
    assert got.trouble is None


def test_a_meter_is_found_on_a_serial_port_with_its_speeds(combi, terminal, linked):
    pty = terminal(combi, start_baud=(9600,), port="rs485")
    found = find(linked(url(pty)))
    assert found.address == "OSO100000001"
    assert (found.start_baud, found.baud, found.parity) == (9600, 19200, "even")
    assert [one.what[1] for one in found.rungs][:3] == [
        "listen",
        "300 Bd, parity even",
        "9600 Bd, parity even",
    ]


def test_a_highest_speed_is_kept_to(combi, terminal, linked):
    link = linked(url(terminal(combi)), query="?baud=300&max=2400")
    assert read_packet(link, "6").trouble is None
    assert link.baud == 2400


def test_a_cable_pulled_out_is_a_line_that_fell(combi, terminal, linked):
    pty = terminal(combi)

    class Pulls:
        def heard(self, data):
            pass

        def step(self, name, **facts):
            if name == "identified":
                terminal.unplug(pty)

    got = read_packet(linked(url(pty), query="?baud=300", watch=Pulls()), "6")
    assert got.trouble.name == "fell"


def test_a_port_that_is_not_there(linked):
    got = read_packet(linked("serial:///dev/ttyNOBODY"), "6")
    assert got.trouble.name == "no-such-port"
    assert "/dev/ttyNOBODY" in got.trouble.said("tr")


def test_a_port_that_another_program_holds(combi, terminal, linked):
    pty = terminal(combi)
    first = linked(url(pty), query="?baud=300")
    first.open()
    assert read_packet(linked(url(pty), query="?baud=300"), "6").trouble.name == "port-busy"


def test_a_file_is_no_port(linked, tmp_path):
    file = tmp_path / "not-a-port"
    file.write_text("x")
    assert read_packet(linked(f"serial://{file}"), "6").trouble.name == "port-broken"


def test_a_port_without_permission():
    assert _why_not("/dev/ttyUSB0", PermissionError(13, "Permission denied")).name == "port-denied"


class Terminal(serial.Serial):
    """A pseudo-terminal has no control lines to set."""

    def _update_rts_state(self):
        pass

    _update_dtr_state = _update_break_state = _update_rts_state
    cts = dsr = ri = cd = True


class PortServer:
    """A serial port handed to the network by pyserial's own RFC 2217 server: a foreign implementation."""

    def __init__(self, path):
        self._device = Terminal(path, 300, timeout=0.01)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.speeds = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._serve, daemon=True)]
        self._threads[0].start()

    def _serve(self):
        with contextlib.suppress(OSError):
            self._peer, _ = self._listener.accept()
            manager = PortManager(self._device, self)
            self._threads.append(threading.Thread(target=self._back, args=(manager,), daemon=True))
            self._threads[1].start()
            while data := self._peer.recv(1024):
                self._device.write(b"".join(manager.filter(data)))
                self._heed_speed()

    def _back(self, manager):
        with contextlib.suppress(OSError, TypeError):  # closed under its read
            while not self._over.is_set():
                if data := self._device.read(self._device.in_waiting or 1):
                    self._peer.sendall(b"".join(manager.escape(data)))

    def _heed_speed(self):
        if self.speeds[-1:] != [self._device.baudrate]:
            self.speeds.append(self._device.baudrate)

    def write(self, data):
        """Of the manager: an answer of the protocol's own."""
        self._peer.sendall(data)

    def close(self):
        self._over.set()
        with contextlib.suppress(OSError):
            self._peer.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(60)
        self._peer.close()
        self._device.close()


@pytest.fixture
def across(terminal):
    opened = []

    def serve(meter):
        opened.append(PortServer(terminal(meter).path))
        return opened[-1]

    yield serve
    for each in opened:
        each.close()


@pytest.mark.filterwarnings("ignore:set.* is deprecated:DeprecationWarning")  # pyserial 3.5, at opening
def test_a_meter_behind_an_rfc2217_server_is_read_and_the_speed_is_changed_there(combi, across, linked):
    """X-42."""
    server = across(combi)
    link = linked(f"rfc2217://127.0.0.1:{server.port}", query="?baud=300&delay=5")
    got = read_packet(link, "6")
    assert got.trouble is None
    assert read(got.data).complaints == []
    profile = read_profile(link, "P.01", first=FIRST, last=LAST)
    assert len(read(profile.data).records) == 2 * 96 + 1
    link.close()
    assert server.speeds[:2] == [300, 19200]


def test_an_rfc2217_server_that_is_not_there(linked):
    got = read_packet(linked("rfc2217://127.0.0.1:9"), "6")
    assert got.trouble.name in {"port-broken", "no-such-port"}


def test_an_rfc2217_address_needs_a_port(linked):
    from osos.reader.trouble import LineTrouble

    with pytest.raises(LineTrouble, match="a host and a port"):
        linked("rfc2217://127.0.0.1")
