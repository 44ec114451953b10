"""Do osos read, find and program keep to their contract: what is printed, where, and the exit code?"""

import json
import os
import subprocess
import sys
from datetime import datetime

import pytest

from osos.cli import main
from osos.cli.clocks import ScaledClock
from osos.quantities import TURKIYE

NOW = datetime(2026, 3, 20, 12, 1, tzinfo=TURKIYE)


@pytest.fixture
def osos(capsys, monkeypatch):
    """Runs a command with seconds ten times as short."""

    class Quick(ScaledClock):
        def __init__(self):
            super().__init__(NOW, 10.0)

        def sleep_until(self, when):
            pass

    for module in ("read", "find", "program"):
        monkeypatch.setattr(f"osos.cli.{module}.RealClock", Quick)

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([str(each) for each in arguments])
        said = capsys.readouterr()
        return ended.value.code, said.out, said.err

    return run


@pytest.fixture
def password(tmp_path):
    file = tmp_path / "password"
    file.write_text("24681357\n")
    return file


def tcp(socket):
    return f"tcp://127.0.0.1:{socket.port}"


def test_a_readout_is_printed_as_decode_prints_it(osos, combi, plugged, tmp_path):
    raw = tmp_path / "raw"
    code, out, err = osos("read", tcp(plugged(combi)), "--packet", "short", "--json", "--raw", raw)
    assert code == 0
    said = json.loads(out.splitlines()[-1])
    assert said["trouble"] is None
    code, again, _ = osos("decode", raw, "--format", "json")
    assert code == 0
    decoded = json.loads(again)
    for name in ("kind", "identification", "profile", "check", "values", "complaints"):
        assert said[name] == decoded[name]
    assert "6 paketi isteniyor" in err


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json", "txt"])
def test_a_reading_goes_to_a_file_of_the_form_it_ends_with(ending, osos, combi, plugged, tmp_path):
    file = tmp_path / f"meter.{ending}"
    code, out, _ = osos("read", tcp(plugged(combi)), "--packet", "6", "--output", file)
    assert code == 0
    assert out == ""
    data = file.read_bytes()
    assert data[:2] == b"PK" if ending == "xlsx" else b"1.8.0" in data


def test_a_table_holds_one_packet(osos):
    code, _, err = osos("read", "tcp://127.0.0.1:9", "--packet", "all", "--format", "csv")
    assert code == 2
    assert "one packet a file" in err


def test_a_hostile_meter_does_not_move_the_cursor(osos, combi, plugged):
    class Hostile:
        def __init__(self, device):
            self._device = device

        def __getattr__(self, name):
            return getattr(self._device, name)

        def identification(self):
            return b"/OSO6<2>\x1b[2J\r\n"

    _, out, err = osos("read", tcp(plugged(combi, answers=Hostile)), "--packet", "6", "--format", "text")
    assert "\x1b" not in out + err


def test_all_packets_are_a_line_each(osos, combi, plugged):
    code, out, _ = osos("read", tcp(plugged(combi)), "--packet", "all", "--json", "--quiet")
    assert code == 0
    assert len(out.splitlines()) == 6


@pytest.mark.parametrize(
    ("language", "word"), [("tr", "Aktif enerji T1"), ("en", "Active energy import tariff 1")]
)
def test_text_speaks_both_languages(language, word, osos, combi, plugged):
    code, out, err = osos(
        "read", tcp(plugged(combi)), "--format", "text", "--lang", language, "--packet", "6"
    )
    assert code == 0
    assert word in out
    assert ("asking for packet 6" in err) == (language == "en")


def test_a_code_the_meter_lacks_is_exit_1(osos, combi, plugged):
    code, out, err = osos("read", tcp(plugged(combi)), "--code", "1.8.0", "--code", "9.9.9", "--json")
    said = json.loads(out)
    assert code == 1
    assert [one["code"] for one in said["values"]] == ["1.8.0"]
    assert said["refused"] == ["9.9.9"]
    assert "9.9.9" in err


def test_a_profile_between_two_days(osos, combi, plugged):
    where = tcp(plugged(combi))
    code, out, err = osos(
        "read", where, "--profile", "P.01", "--from", "2026-03-03", "--to", "2026-03-04", "--json"
    )
    said = json.loads(out)
    assert code == 0
    assert said["kind"] == "profile"
    assert said["values"][0]["time"] == "2026-03-03T00:00:00+03:00"
    assert said["values"][-1]["time"] == "2026-03-04T00:00:00+03:00"
    assert len(said["values"]) == 97 * 4
    assert "1/1" in err


def test_what_is_missing_of_a_profile_is_named_and_exit_3(osos, combi, plugged, cable):
    where = tcp(plugged(combi, cable("FallingCable", *range(2, 60))))
    code, out, err = osos(
        "read",
        where,
        "--profile",
        "P.01",
        "--from",
        "2026-03-03",
        "--to",
        "2026-03-17",
        "--json",
        "--lang",
        "en",
    )
    said = json.loads(out)
    assert code == 3
    assert len(said["values"]) == 7 * 96 * 4
    assert said["missing"] == [{"from": "2026-03-10T00:00", "to": "2026-03-17T00:00"}]
    assert "--from 2026-03-10T00:00 --to 2026-03-17T00:00" in err


def test_nobody_there_is_exit_3_with_what_to_do(osos, linked):
    code, out, err = osos("read", "tcp://127.0.0.1:9", "--json", "--lang", "en")
    said = json.loads(out)
    assert code == 3
    assert said["trouble"]["name"] == "refused"
    assert said["complaints"] == []
    assert "check the port" in err


def test_a_line_that_falls_leaves_its_bytes_in_the_file(osos, combi, plugged, cable, tmp_path):
    raw = tmp_path / "raw"
    socket = plugged(combi, cable("FallingCable", 1, 2, 3, 4))
    code, out, _ = osos("read", tcp(socket), "--packet", "6", "--json", "--raw", raw)
    said = json.loads(out)
    assert code == 3
    assert said["trouble"]["name"] == "fell"
    assert {one["quality"] for one in said["values"]} == {"suspect"}
    assert b"1.8.0(" in raw.read_bytes()


@pytest.mark.parametrize(
    "arguments",
    [
        ("read", "nonsense"),
        ("read", "tcp://127.0.0.1:9", "--packet", "4"),
        ("read", "tcp://127.0.0.1:9", "--from", "2026-03-01"),
        ("read", "tcp://127.0.0.1:9", "--profile", "P.01", "--from", "yesterday"),
        ("read", "tcp://127.0.0.1:9", "--raw", "/nowhere/at/all"),
        ("find", "nonsense"),
        ("program", "nonsense", "0.8.4", "30", "--password-file", "/nowhere"),
        ("program", "tcp://127.0.0.1:9", "0.8.4", "30", "--password-file", "/nowhere"),
        ("program", "tcp://127.0.0.1:9", "0.8.4", "30"),
    ],
)
def test_wrong_use_is_exit_2_and_nothing_on_stdout(arguments, osos):
    code, out, err = osos(*arguments)
    assert code == 2
    assert out == ""
    assert err


def test_found_is_printed_with_the_address_to_read_by(osos, combi, plugged):
    where = tcp(plugged(combi))
    code, out, _ = osos("find", where, "--json")
    said = json.loads(out)
    assert code == 0
    assert said["found"]
    code, out, _ = osos("read", said["read_url"], "--packet", "6", "--json")
    assert code == 0
    assert json.loads(out)["serial_checked"]


def test_nobody_found_is_exit_3_and_says_what_was_tried(osos, combi, plugged, cable):
    code, out, _ = osos("find", tcp(plugged(combi, cable("SilentCable"))) + "?delay=0", "--json")
    said = json.loads(out)
    assert code == 3
    assert not said["found"]
    assert len(said["tried"]) == 5


def test_a_parameter_is_programmed(osos, fresh, plugged, password):
    where = tcp(plugged(fresh))
    code, out, _ = osos("program", where, "0.8.4", "30", "--password-file", password, "--json")
    said = json.loads(out.splitlines()[-1])
    assert code == 0
    assert (said["before"], said["after"], said["written"]) == ("15*min", "30*min", True)


def test_a_refused_parameter_is_exit_1(osos, fresh, plugged, password):
    password.write_text("00000000\n")
    code, out, err = osos(
        "program", tcp(plugged(fresh)), "0.8.4", "30", "--password-file", password, "--lang", "en"
    )
    assert code == 1
    assert json.loads(out)["written"] is False
    assert "the password is wrong" in err


def test_a_value_no_meter_takes_is_exit_2(osos, fresh, plugged, password):
    code, _, err = osos("program", tcp(plugged(fresh)), "0.8.4", "17", "--password-file", password)
    assert code == 2
    assert "hiçbir şey gönderilmedi" in err


@pytest.mark.parametrize("text", ["", "\n", "(1)", "x" * 33, "şifre"])
def test_a_password_file_without_a_password_is_refused(text, osos, tmp_path):
    file = tmp_path / "password"
    file.write_text(text)
    code, _, _ = osos("program", "tcp://127.0.0.1:9", "0.8.4", "30", "--password-file", file)
    assert code == 2


_CPU = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-m", "osos", *sys.argv[1:]], stdout=subprocess.DEVNULL, check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime)
"""


@pytest.mark.parametrize("command", ["read", "find", "program"])
def test_it_starts_within_six_tenths_of_a_cpu_second(command):
    once = {"OPENBLAS_NUM_THREADS": "1", **os.environ}
    taken = min(
        float(subprocess.check_output([sys.executable, "-c", _CPU, command, "--help"], env=once))
        for _ in range(3)
    )
    assert taken <= 0.6


def test_the_reader_brings_nothing_of_the_server_along():
    code = (
        "import sys, osos.cli.read, osos.cli.find, osos.cli.program; "
        "print(sorted({name.partition('.')[0] for name in sys.modules} & "
        "{'sqlalchemy', 'alembic', 'psycopg', 'zstandard', 'structlog', 'uvloop', "
        "'typer', 'rich', 'pydantic'}))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"


@pytest.mark.parametrize(
    ("arguments", "turkish", "english"),
    [
        (["read"], "eksik: URL", "required: URL"),
        (["find"], "eksik: URL", "required: URL"),
        (["program", "tcp://h:1"], "eksik: CODE", "required: CODE"),
        (["decode", "--x", "a"], "bilinmeyen: --x", "unrecognized arguments: --x"),
        (["read", "tcp://h:1", "--code"], "--code bir değer ister", "expected one argument"),
        (["read", "tcp://h:1", "--lang", "de"], "'de' yok", "invalid choice: 'de'"),
        (["read", "tcp://h:1", "--packet", "6", "--code", "1.8.0"], "birlikte olmaz", "not allowed with"),
        (["read", "tcp://h:1", "--packet", "99"], "böyle bir paket yok", "no such packet"),
        (
            ["read", "tcp://h:1", "--profile", "P.01", "--from", "2026-03-02", "--to", "2026-03-01"],
            "--from'dan önce",
            "--to is before --from",
        ),
    ],
)
def test_arguments_that_cannot_be_are_refused_in_both_languages(osos, arguments, turkish, english):
    code, out, err = osos(*arguments)
    assert (code, out) == (2, "")
    assert turkish in err
    assert english in err


@pytest.mark.parametrize("port", ["99999", "abc"])
def test_a_port_that_is_none_is_said_in_the_language_asked_for(osos, port):
    _, _, turkish = osos("read", f"tcp://h:{port}")
    assert "port, 1 ile 65535 arasında bir sayı" in turkish
    _, _, english = osos("read", f"tcp://h:{port}", "--lang", "en")
    assert "the port is a number from 1 to 65535" in english
