"""Does `osos simulate meter` put a readable meter on a socket and on a pseudo-terminal?"""

import os
import re
import signal
import socket
import subprocess
import sys
import tty

import pytest
from typer.testing import CliRunner

from osos.cli.simulate import app

RUN = (sys.executable, "-c", "from osos.cli.simulate import app; app()", "meter")


@pytest.fixture
def started():
    """Starts the command and gives its addresses by port; stopped and judged afterwards."""
    running: list[subprocess.Popen[str]] = []

    def start(*options: str) -> dict[str, str]:
        program = subprocess.Popen([*RUN, "--days", "2", *options], stdout=subprocess.PIPE, text=True)
        running.append(program)
        return dict(program.stdout.readline().split()[:2] for _ in range(3))

    yield start
    for program in running:
        program.send_signal(signal.SIGTERM)
        assert program.wait(60) == 0
        program.stdout.close()


def upto(read, end: bytes) -> bytes:
    found = b""
    while end not in found:
        portion = read(4096)
        assert portion, f"the line closed after {found!r}"
        found += portion
    return found


def test_both_ports_are_read_one_by_socket_one_by_terminal(started):
    said = started(
        "--kind", "1p", "--optical", "tcp:0", "--rs485", "pty", "--serial", "mks000123456", "--no-paced"
    )
    assert said["meter"] == "MKS000123456"
    host, port = re.fullmatch(r"tcp://([0-9.]+):([0-9]+)", said["optical"]).groups()
    with socket.create_connection((host, int(port)), timeout=60) as optical:
        optical.sendall(b"/?!\r\n")
        assert upto(optical.recv, b"\n") == b"/MKS6<2>OSOS.VM25\r\n"
        optical.sendall(b"\x06066\r\n")
        short = upto(optical.recv, b"!\r\n\x03")
        assert short.startswith(b"\x020.0.0(000123456)\r\n")
    terminal = os.open(said["rs485"].removeprefix("serial://"), os.O_RDWR | os.O_NOCTTY)
    try:
        tty.setraw(terminal)
        os.write(terminal, b"/?MKS123456!\r\n")
        assert upto(lambda size: os.read(terminal, size), b"\n") == b"/MKS6<2>OSOS.VM25\r\n"
    finally:
        os.close(terminal)


def test_parity_in_the_eighth_bit_is_answered_with_parity(started):
    said = started("--kind", "1p", "--optical", "tcp:0", "--rs485", "tcp:0")
    port = int(said["rs485"].rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(b"\xaf?!\x8d\n")
        answer = upto(line.recv, b"\n")
    assert any(byte & 0x80 for byte in answer)
    assert all(byte.bit_count() % 2 == 0 for byte in answer)


@pytest.mark.parametrize(
    "options",
    [
        ("--optical", "tcp:99999"),
        ("--rs485", "udp:4060"),
        ("--kind", "2p"),
        ("--ways", "3"),
        ("--serial", "no serial!"),
        ("--optical", "tcp:1.2.3.4:5"),
    ],
)
def test_what_cannot_be_run_is_refused_with_a_sentence(options):
    done = CliRunner().invoke(app, ["meter", "--days", "1", "--rs485", "none", *options])
    assert done.exit_code == 2
    assert "Invalid value" in done.stderr
