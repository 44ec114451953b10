"""Does a head-end started from the command line live by its contract, and do `ask` and `stored`?"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from osos.cli import ask, registry, serve, stored
from osos.cli.logs import FIELDS
from osos.cli.running import read_running, sole
from osos.modems.mass_json import Framer, Message, decode, encode, frame
from osos.quantities import DeviceId

MODEM = DeviceId("FRG", "900000000001")
METER = "70000001"
SHEET = f"flag,serial,meters,multiplier,plain_until\n{MODEM.flag},{MODEM.serial},{METER},1,2099-12-31\n"


class ObligingModem(threading.Thread):
    """Takes whatever it is told, and answers each read with a readout of the meter."""

    def __init__(self, address: tuple[str, int]) -> None:
        super().__init__(daemon=True)
        self._socket = socket.create_connection(address, 60)
        self._socket.settimeout(60)
        self.acknowledged: list[str] = []

    def run(self) -> None:
        framer = Framer()
        self.say("identification", {"registered": False, "brand": "Test"}, "i-1")
        while data := self._socket.recv(65536):
            for item in framer.feed(data):
                self._answer(decode(item.payload))

    def _answer(self, heard: Message) -> None:
        if heard.function == "ack":
            self.acknowledged.append(heard.reference_id)
            return
        self.say("ack", None, heard.reference_id)
        if heard.function == "read":
            raw = f"/FRG6<2>TED(F100)\r\n\x020.0.0({METER})\r\n1.8.0(000042.000*kWh)\r\n!\r\n\x03"
            check = 0
            for byte in raw.encode().partition(b"\x02")[2]:
                check ^= byte
            body = {"meter": {"serialNumber": METER}, "data": {"rawData": raw + chr(check)}}
            self.say("read", body, heard.reference_id)

    def say(self, function: str, response: object, reference: str) -> None:
        said = Message(device=MODEM, function=function, reference_id=reference, response=response)
        self._socket.sendall(frame(encode(said)))

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self.join(60)
        self._socket.close()


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    (folder / "devices.csv").write_text(SHEET)
    done = CliRunner().invoke(
        registry.app, ["admit", "--file", str(folder / "devices.csv"), "--home", str(folder)]
    )
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture(scope="module")
def head_end(home: Path):
    """A process of its own on a free port; what it printed is read when it has ended."""
    started = subprocess.Popen(
        [sys.executable, "-m", "osos", "serve", "headend", "--home", str(home), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    until = time.monotonic() + 90
    while read_running(home) is None:
        assert started.poll() is None, started.communicate()
        assert time.monotonic() < until
        time.sleep(0.02)
    yield started
    if started.poll() is None:
        started.kill()
        started.communicate()


def run(command, home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(command.app, [*arguments, "--home", str(home)])


def test_without_a_head_end_the_question_waits_and_the_asker_is_told(home, monkeypatch) -> None:
    monkeypatch.setattr(ask, "TAKEN_WITHIN_S", 0.1)
    done = run(ask, home, MODEM.flag, MODEM.serial, "--directive", "short", "--json")
    assert done.exit_code == 3
    said = json.loads(done.stdout)
    assert said["outcome"] == "no-head-end"
    assert "osos serve headend" in said["en"]


def test_a_question_goes_through_the_running_head_end_and_is_stored(
    home, head_end, request, monkeypatch
) -> None:
    monkeypatch.setattr(ask, "TAKEN_WITHIN_S", 90.0)  # it is there, however slow the machine is
    running = read_running(home)
    silent = run(ask, home, MODEM.flag, MODEM.serial, "--directive", "short", "--json")
    assert (silent.exit_code, json.loads(silent.stdout)["outcome"]) == (3, "not-connected")

    modem = ObligingModem((running.host, running.port))
    request.addfinalizer(modem.close)
    modem.start()
    until = time.monotonic() + 90
    while "i-1" not in modem.acknowledged and time.monotonic() < until:
        time.sleep(0.02)
    done = run(ask, home, MODEM.flag, MODEM.serial, "--directive", "short", "--json")
    assert done.exit_code == 0, done.output
    assert len(done.stdout.splitlines()) == 1
    said = json.loads(done.stdout)
    assert (said["code"], said["meters"][0]["meter"], said["modem"]) == (0, METER, str(MODEM))
    assert said["meters"][0]["readings_new"] > 0
    by_meter = run(ask, home, "FRG", METER, "--directive", "short", "--json")
    assert by_meter.exit_code == 0, by_meter.output

    listed = run(stored, home, MODEM.flag, MODEM.serial, "--json")
    lines = [json.loads(line) for line in listed.stdout.splitlines()]
    kinds = {line["kind"] for line in lines}
    assert {"frame", "reading", "event"} <= kinds
    reading = next(line for line in lines if line["kind"] == "reading" and line["code"] == "1.8.0")
    assert (reading["meter"], reading["value"], reading["unit"]) == (METER, "000042.000", "kWh")
    assert set(reading) == {
        "kind",
        "reference_id",
        "meter",
        "code",
        "time",
        "value",
        "unit",
        "received_at",
    }


def test_told_to_end_it_ends_cleanly_and_its_log_holds_listed_fields_only(home, head_end) -> None:
    head_end.send_signal(signal.SIGTERM)
    out, log = head_end.communicate(timeout=90)
    assert (head_end.returncode, out) == (0, b"")
    assert read_running(home) is None
    lines = [json.loads(line) for line in log.decode().splitlines()]
    assert {line["event"] for line in lines} >= {"listening", "modem connected", "stopped"}
    assert all(set(line) <= FIELDS for line in lines)


def test_a_head_end_whose_process_is_gone_is_told_at_once(home, monkeypatch) -> None:
    monkeypatch.setattr(ask, "TAKEN_WITHIN_S", 1e6)  # nobody waits for one that is gone
    gone = subprocess.Popen(["true"])
    gone.wait()
    (home / "headend.json").write_text(
        json.dumps(
            {"pid": gone.pid, "host": "127.0.0.1", "port": 1, "started_at": "2026-03-02T00:00:00+00:00"}
        )
    )
    done = run(ask, home, MODEM.flag, MODEM.serial, "--directive", "short", "--json")
    (home / "headend.json").unlink()
    assert done.exit_code == 3
    assert "is gone" in done.stderr


MISTAKES = [
    (serve, ["headend", "--workers", "2"], "needs PostgreSQL"),
    (serve, ["jobs"], "not built yet"),
    (serve, ["kitchen"], "no role"),
    (ask, ["FRG", "9", "--directive", "profile1", "--from", "yesterday"], "is not a time"),
    (ask, ["frg", "9", "--directive", "short"], "not a device"),
    (ask, ["FRG", "9", "--directive", "raw"], "belong together"),
    (ask, ["FRG", "9", "--directive", "short", "--send", "x"], "belong together"),
    (ask, ["FRG", "9", "--directive", "raw", "--send", "\\x"], "is not bytes"),
    (ask, ["FRG", "9", "--directive", "register"], "belong together"),
    (ask, ["FRG", "9", "--directive", "short", "--code", "1.8.0"], "belong together"),
    (stored, ["FRG", "no serial!"], "not a device"),
]


@pytest.mark.parametrize(("command", "arguments", "words"), MISTAKES)
def test_a_mistake_is_told_in_a_sentence_and_exit_2(home, command, arguments, words) -> None:
    done = run(command, home, *arguments)
    assert done.exit_code == 2
    assert words in done.stderr
    assert done.stdout == ""


def test_a_modem_nobody_admitted_has_nothing_stored(home) -> None:
    done = run(stored, home, "XYZ", "1", "--json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "not registered" in done.stderr


def test_a_port_that_is_taken_is_named(home) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run(serve, home, "headend", "--port", port)
    assert done.exit_code == 3
    assert "--port" in done.stderr
    assert os.path.basename(str(home / "headend.json")) not in os.listdir(home)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (("--from", "1926-03-02", "--to", "2026-03-01"), "2000 to 2099"),
        (("--from", "2026-03-02", "--to", "2026-03-01"), "turn them round"),
        (("--from", "0001-01-01"), "not a time"),
    ],
)
def test_a_range_no_meter_can_be_asked_for_is_a_usage_error(home, span, words) -> None:
    """`26-03-02` would have gone out for 1926."""
    done = run(ask, home, MODEM.flag, MODEM.serial, "--directive", "profile1", *span)
    assert done.exit_code == 2
    assert words in done.stderr


def test_who_waited_shorter_than_a_head_end_needs_is_not_told_that_the_modem_acknowledged(home) -> None:
    done = run(ask, home, MODEM.flag, MODEM.serial, "--directive", "short", "--wait", "1", "--json")
    assert (done.exit_code, json.loads(done.stdout)["outcome"]) == (3, "no-head-end")


def test_a_second_head_end_on_one_sqlite_folder_is_refused_with_a_sentence(tmp_path) -> None:
    """Each of the two would answer questions for modems that called the other."""
    with sole(tmp_path) as is_alone:
        assert is_alone
        done = run(serve, tmp_path, "headend", "--port", "0")
    assert done.exit_code == 2
    assert "another folder" in done.stderr
