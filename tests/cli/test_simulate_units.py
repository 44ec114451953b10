"""Do `osos simulate modem` and `osos simulate city` call the centre they were told until they are stopped?"""

import json
import signal
import socket
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from osos.cli.simulate import app

RUN = (sys.executable, "-c", "from osos.cli.simulate import app; app()")


@pytest.fixture
def centre():
    """A listening socket that says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(60)
        yield listening


@pytest.fixture
def started(centre):
    """Starts the command against the centre; its first line; stopped and judged afterwards."""
    running: list[subprocess.Popen[str]] = []

    def start(*options: str) -> str:
        port = centre.getsockname()[1]
        command = [*RUN, options[0], "--connect", f"127.0.0.1:{port}", *options[1:]]
        program = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        running.append(program)
        return program.stdout.readline()

    yield start
    for program in running:
        program.send_signal(signal.SIGTERM)
        assert program.wait(60) == 0
        program.stdout.close()


def first_message(centre: socket.socket) -> dict:
    connection, _ = centre.accept()
    with connection:
        connection.settimeout(60)
        heard = b""
        while not heard.endswith(b"}$"):
            heard += connection.recv(65536)
    return json.loads(heard[1:-1])


def test_a_modem_introduces_itself_and_its_meters(centre, started, tmp_path):
    journal = tmp_path / "journal.jsonl"
    meters = "MKS123456789;LUN70000130"
    said = started(
        "modem", "--flag", "ABC", "--serial", "100200300400500", "--meters", meters, "--days", "1",
        "--bad-line", "corrupt", "--journal", str(journal),
    )  # fmt: skip
    assert said.startswith("modem ABC100200300400500, meters MKS123456789, LUN70000130, calling 127.0.0.1:")
    message = first_message(centre)
    assert message["device"] == {"flag": "ABC", "serialNumber": "100200300400500"}
    assert message["function"] == "identification"
    assert [meter["serialNumber"] for meter in message["response"]["meters"]] == ["123456789", "70000130"]
    told = [json.loads(line)["event"] for line in journal.read_text().splitlines()]
    assert told[:3] == ["journal", "link", "sent"]


def test_a_city_writes_its_admissions_and_calls_with_each_modem(centre, started, tmp_path):
    admissions = tmp_path / "devices.csv"
    said = started(
        "city", "--points", "3", "--days", "1", "--wires", "dribble", "--admissions", str(admissions)
    )
    rows = admissions.read_text().splitlines()
    assert rows[0] == "flag,serial,meters,multiplier,plain_until"
    modems = len(rows) - 1
    assert said.startswith(f"3 meters behind {modems} modems, calling ")
    flags = {first_message(centre)["device"]["serialNumber"] for _ in range(modems)}
    assert flags == {row.split(",")[1] for row in rows[1:]}


def test_a_transparent_modem_says_its_line_and_passes_bytes_on(centre, started):
    """X-41, and a request of the centre that reaches the meter behind it."""
    said = started("modem", "--transparent", "--serial", "42", "--days", "1", "--no-paced")
    assert said == "transparent modem OSM42, meters 100000001\n"
    connection, _ = centre.accept()
    with connection, connection.makefile("rwb", buffering=0) as line:
        connection.settimeout(60)
        assert line.readline() == b"@ID;OSM;42;;osos;1;100000001\r\n"
        line.write(b"@OK;2026-03-02 00:00:00\r\n/?!\r\n")
        assert line.readline().startswith(b"/OSO6<2>")


def test_a_transparent_modem_that_listens_is_called():
    command = [*RUN, "modem", "--transparent", "--listen", "127.0.0.1:0", "--days", "1", "--no-paced"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout.readline().startswith("transparent modem OSM100000000000001")
        where, _, port = program.stdout.readline().rstrip().rpartition(":")
        assert where == "listening at 127.0.0.1"
        with socket.create_connection(("127.0.0.1", int(port)), 30) as line:
            line.sendall(b"/?!\r\n")
            assert line.recv(8) == b"/OSO6<2>"
        program.send_signal(signal.SIGTERM)
        assert program.wait(60) == 0


@pytest.mark.parametrize(
    "options",
    [
        ["modem"],
        ["modem", "--listen", "127.0.0.1:1"],
        ["modem", "--transparent", "--listen", "127.0.0.1:1", "--connect", "127.0.0.1:1"],
        ["modem", "--connect", "nowhere"],
        ["modem", "--connect", "127.0.0.1:99999"],
        ["modem", "--connect", "127.0.0.1:1", "--meters", "!"],
        ["modem", "--connect", "127.0.0.1:1", "--flag", "abc"],
        ["modem", "--connect", "127.0.0.1:1", "--bad-line", "haunted"],
        ["modem", "--connect", "127.0.0.1:1", "--days", "1", "--journal", "/nowhere/at/all"],
        ["city", "--connect", "127.0.0.1:1", "--wires", "haunted"],
    ],
)
def test_what_cannot_be_is_said_with_exit_2(options):
    assert CliRunner().invoke(app, options).exit_code == 2
