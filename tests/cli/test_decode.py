"""Does `osos decode` keep its contract, and say it so that people like to read it?"""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from osos.cli import COMMANDS, decode, main
from osos.cli.decode_words import COMPLAINTS as TURKISH
from osos.cli.decode_words import KINDS as KIND_WORDS
from osos.iec62056 import COMPLAINTS
from osos.meters import KINDS

READOUT = (
    b"0.0.0(80099921)\r\n0.9.1(10:29:26)\r\n1.8.0(062846.236*kWh)\r\n1.6.0(000.060*kW)(18-12-13,17:15)\r\n"
    b"1-0:2.8.0*255(000000.043*MWh)\r\n96.77.0*1(19-05-10,10:03,19-05-10,10:14)\r\n!\r\n"
)
PROFILE = b"(26-03-01,00:15)(001234.567,000000.001,000000.002,000.003)\r\n" * 3
KEYS = {"source", "kind", "identification", "profile", "check", "values", "complaints"}
VALUE_KEYS = {"code", "prefix", "history", "index", "value", "unit", "time", "raw", "quality"}
COMPLAINT_KEYS = {"code", "offset", "line", "found", "expected", "message"}


class Ran:
    """What a run said, and how it ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def said(self) -> dict:
        return json.loads(self.out)


@pytest.fixture
def osos(capsys):
    def run(*arguments: str) -> Ran:
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        code = ended.value.code
        return Ran(code if isinstance(code, int) else 0, *capsys.readouterr())

    return run


@pytest.fixture
def file(tmp_path):
    def write(data: bytes, name: str = "okuma.txt") -> str:
        path = tmp_path / name
        path.write_bytes(data)
        return str(path)

    return write


def test_json_is_one_object_with_the_fields_of_the_contract(osos, file):
    name = file(READOUT)
    ran = osos("decode", name, "--format", "json")
    assert (ran.code, ran.err, ran.out.count("\n")) == (0, "", 1)
    assert set(ran.said) == KEYS
    assert (ran.said["source"], ran.said["kind"], ran.said["complaints"]) == (name, "readout", [])
    assert all(set(value) == VALUE_KEYS for value in ran.said["values"])
    assert ran.said["check"] == {"kind": "none", "sent": None, "computed": None, "ok": None}


def test_each_value_keeps_the_meters_own_characters(osos, file):
    values = osos("decode", file(READOUT), "--format", "json").said["values"]
    assert [(one["code"], one["index"], one["value"], one["unit"]) for one in values] == [
        ("0.0.0", 0, "80099921", None),
        ("0.9.1", 0, "10:29:26", None),
        ("1.8.0", 0, "062846.236", "kWh"),
        ("1.6.0", 0, "000.060", "kW"),
        ("1.6.0", 1, "18-12-13,17:15", None),
        ("2.8.0", 0, "000000.043", "MWh"),
        ("96.77.0", 0, "19-05-10,10:03", None),
        ("96.77.0", 0, "19-05-10,10:14", None),
    ]
    assert values[3]["time"] == "2018-12-13T17:15:00+03:00"
    assert (values[5]["prefix"], values[5]["history"]) == ("1-0:", 255)
    assert (values[7]["history"], values[7]["time"]) == (1, "2019-05-10T10:14:00+03:00")
    assert values[7]["raw"] == "19-05-10,10:03,19-05-10,10:14"
    assert {one["quality"] for one in values} == {"measured"}


def test_a_load_profile_gives_one_value_a_column_with_the_records_time(osos, file):
    values = osos("decode", file(PROFILE), "--format", "json").said["values"]
    assert [one["code"] for one in values[:4]] == ["1.8.0", "5.8.0", "8.8.0", "1.6.0"]
    assert (values[0]["value"], values[0]["time"]) == ("001234.567", "2026-03-01T00:15:00+03:00")
    assert len(values) == 12


def test_complaints_are_named_located_and_end_with_exit_code_1(osos, file):
    ran = osos("decode", file(b"1.8.0(062846.236*kWh)\r\n1.8.1(0628\r\n!\r\n"), "--format", "json")
    assert ran.code == 1
    (complaint,) = ran.said["complaints"]
    assert set(complaint) == COMPLAINT_KEYS
    assert (complaint["code"], complaint["offset"], complaint["line"]) == ("line-broken", 23, 2)
    assert len(ran.said["values"]) == 1


def test_a_file_that_is_not_there_is_said_in_both_languages_and_ends_with_exit_code_2(osos, tmp_path):
    for missing in (str(tmp_path / "yok.txt"), str(tmp_path)):
        ran = osos("decode", missing, "--format", "json")
        assert (ran.code, ran.out) == (2, "")
        assert re.search(r"dosya okunamıyor / cannot read the file: .+: \w+", ran.err)


def test_a_format_nobody_wrote_is_a_usage_error(osos, file):
    assert osos("decode", file(READOUT), "--format", "pdf").code == 2


def test_the_table_is_turkish_with_turkish_numbers(osos, file):
    ran = osos("decode", file(READOUT), "--format", "text")
    assert ran.code == 0
    assert re.search(r"1\.8\.0 +Kümülatif aktif enerji \(\+\) +62\.846,236 +kWh\n", ran.out)
    assert re.search(r"1\.6\.0 .+ 0,060 +kW +13\.12\.2018 17:15\n", ran.out)
    assert "8 değer, 0 şikâyet" in ran.out


def test_the_table_is_english_when_asked(osos, file):
    ran = osos("decode", file(READOUT), "--format", "text", "--lang", "en")
    assert re.search(r"1\.8\.0 +Active energy import +62,846\.236 +kWh\n", ran.out)
    assert "8 values, 0 complaints" in ran.out


def test_a_load_profile_is_shown_a_line_a_record(osos, file):
    ran = osos("decode", file(PROFILE), "--format", "text")
    assert re.search(r"Zaman +1\.8\.0 kWh +5\.8\.0 kVArh +8\.8\.0 kVArh +1\.6\.0 kW\n", ran.out)
    assert ran.out.count("01.03.2026 00:15     1.234,567         0,001         0,002         0,003\n") == 3


def test_damaged_places_are_shown_in_turkish_with_their_line(osos, file):
    ran = osos("decode", file(b"1.8.0(062846.236*kWh)\r\n1.8.1(0628\r\n!\r\n"), "--format", "text")
    assert re.search(r"satır 2, bayt 23 +parantez eksik ya da eşleşmiyor; okunmadı +1\.8\.1\(0628", ran.out)


def test_every_complaint_and_kind_has_turkish_words():
    rooms = Path(decode.__file__).parent.parent / "meters"
    ours = {
        code
        for path in rooms.glob("*.py")
        for code in re.findall(
            r'(?:complaint|Damage|_damaged|Complaint)\(\s*"([a-z0-9-]+)"', path.read_text()
        )
    }
    assert {"printf", "no-time", "not-decoded", "push-damaged"} <= ours
    assert ours | set(COMPLAINTS) | {"layout", "unit", "no-time"} <= set(TURKISH)
    assert set(KINDS) == set(KIND_WORDS)


def test_hex_text_and_dialogues_are_recognised(osos, file):
    text = b"> 2F 3F 21 0D 0A\r\n< 2F 41 45 4C 34 3C 31 3E 41 45 4C 0D 0A\r\n"
    text += b"> 01 52 32 02 30 2E 30 2E 30 28 29 03 50\r\n"
    text += b"< 02 30 2E 30 2E 30 28 30 30 30 30 30 30 30 32 29 03 30\r\n"
    said = osos("decode", file(text), "--format", "json").said
    assert (said["kind"], said["identification"], said["profile"]) == ("dialogue", "/AEL4<1>AEL", "kohler")
    assert [(one["code"], one["value"]) for one in said["values"]] == [("0.0.0", "00000002")]
    assert said["check"]["ok"] is True


def test_a_dash_reads_standard_input(osos, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(READOUT)))
    ran = osos("decode", "-", "--format", "json")
    assert (ran.code, ran.said["source"], len(ran.said["values"])) == (0, "-", 8)


def test_an_empty_file_is_readable_and_holds_nothing(osos, file):
    ran = osos("decode", file(b""), "--format", "json")
    assert (ran.code, ran.said["kind"], [one["code"] for one in ran.said["complaints"]]) == (
        1,
        "unknown",
        ["empty"],
    )


def test_into_a_pipe_the_default_is_json(osos, file):
    assert osos("decode", file(READOUT)).said["kind"] == "readout"


def test_characters_outside_a_terminal_alphabet_are_shown_by_their_number(osos, file):
    ran = osos("decode", file(b"1.8.0(1\x0b2)\r\n!\r\n"), "--format", "text")
    assert "\\x0b" in ran.out


@pytest.mark.captures
def test_every_capture_is_shown_in_both_forms(osos, captures):
    for path in sorted(captures.iterdir()):
        if path.suffix == ".md":
            continue
        told = osos("decode", str(path), "--format", "json")
        shown = osos("decode", str(path), "--format", "text")
        assert told.code == shown.code == (1 if told.said["complaints"] else 0), path.name
        assert set(told.said) == KEYS
        assert all(set(value) == VALUE_KEYS for value in told.said["values"])
        assert f"{len(told.said['values'])} değer, {len(told.said['complaints'])} şikâyet" in shown.out


def test_without_a_command_the_commands_are_listed(osos):
    ran = osos()
    assert ran.code == 2
    assert "sayaç çıktısı içeren dosyayı çözer / decode a file of meter output" in ran.out
    assert osos("--help").code == 0


def test_an_unknown_command_is_a_usage_error(osos):
    ran = osos("dekode")
    assert (ran.code, ran.out) == (2, "")
    assert "no such command: dekode" in ran.err


def test_the_version_is_that_of_the_package(osos):
    assert re.fullmatch(r"osos \d+\.\d+\.\d+\n", osos("--version").out)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_listed_command_is_there(name):
    module = Path(decode.__file__).parent / f"{COMMANDS[name][0].rpartition('.')[2]}.py"
    assert module.is_file()


def test_decode_starts_without_the_servers_rooms(tmp_path):
    """Nothing of a server is imported, so that it starts fast on a laptop at the meter (≤ 0.6 s)."""
    path = tmp_path / "okuma.txt"
    path.write_bytes(READOUT)
    code = (
        "import sys, atexit\n"
        "atexit.register(lambda: print(*sorted(m for m in sys.modules), file=sys.stderr))\n"
        f"from osos.cli import main; main(['decode', {str(path)!r}, '--format', 'json'])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=110
    )
    assert ran.returncode == 0
    loaded = set(ran.stderr.split())
    assert not {"sqlalchemy", "asyncio", "pydantic", "structlog", "osos.store", "osos.headend"} & loaded


def test_a_reader_that_goes_away_early_is_no_error(tmp_path):
    path = tmp_path / "okuma.txt"
    path.write_bytes(PROFILE * 20_000)
    call = f"{sys.executable} -m osos decode {path} --format text | head -1"
    ran = subprocess.run(
        ["sh", "-c", call], capture_output=True, text=True, check=False, timeout=110, env=os.environ
    )
    assert ran.stdout.startswith("Kaynak")
    assert ran.stderr == ""


def test_a_closed_standard_input_is_a_file_that_cannot_be_read(osos, monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    ran = osos("decode", "-")
    assert (ran.code, ran.out) == (2, "")
    assert "closed" in ran.err


def test_a_name_no_file_can_have_is_a_file_that_cannot_be_read(osos):
    assert osos("decode", "oku\0ma").code == 2


def test_control_characters_of_a_meter_do_not_command_the_terminal(osos, file):
    evil = file(b"0.0.0(\x1b[2J12345678)\r\n1.8.0(000001.000*kWh)\r\n!\r\n")
    ran = osos("decode", evil, "--format", "text")
    assert "\x1b" not in ran.out
    assert "\\x1b[2J12345678" in ran.out
