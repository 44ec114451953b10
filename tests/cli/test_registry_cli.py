"""Does the command line admit a list and list what is there, as its contract says?"""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from osos.cli import COMMANDS
from osos.cli.registry import app

LIST = (
    "flag,serial,meters,multiplier,plain_until\r\n"
    "ELM,867000000000001,MKS11111111;22222222,40;1.5,31.12.2026\r\n"
)


@pytest.fixture
def osos(tmp_path: Path):
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, [*arguments, "--home", str(tmp_path / "home")])

    return run


@pytest.fixture
def devices(tmp_path: Path) -> Path:
    path = tmp_path / "devices.csv"
    path.write_text(LIST, "utf-8")
    return path


def rows(result: Result) -> list[dict[str, object]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_the_command_is_in_the_table() -> None:
    assert COMMANDS["registry"][0] == "osos.cli.registry"


def test_what_was_admitted_is_listed_one_object_a_line(osos, devices) -> None:
    done = osos("admit", "--file", str(devices), "--since", "2026-03-02", "--by", "ayşe")
    assert (done.exit_code, done.stdout) == (
        0,
        "modems: 1 new, 0 changed, 0 as they were; meters: 2 new, 0 changed; lines refused: 0\n",
    )
    (modem,) = rows(osos("list", "modems", "--json"))
    assert modem == {
        "flag": "ELM",
        "serial": "867000000000001",
        "state": "admitted",
        "plain_until": "2026-12-31T00:00:00+03:00",
        "last_seen": None,
        "meters": ["MKS11111111", "22222222"],
    }
    points = rows(osos("list", "points", "--json"))
    assert [(point["meter"], point["multiplier"]) for point in points] == [
        ("MKS11111111", 40),
        ("22222222", "1.5"),
    ]
    assert {point["since"] for point in points} == {"2026-03-02T00:00:00+03:00"}
    meters = rows(osos("list", "meters", "--json"))
    assert meters[0] == {
        "flag": "MKS",
        "serial": "11111111",
        "modem": "ELM867000000000001",
        "point": points[0]["id"],
        "multiplier": 40,
        "kind": None,
        "ways": None,
    }


def test_the_same_list_again_changes_nothing(osos, devices) -> None:
    osos("admit", "--file", str(devices))
    before = rows(osos("list", "points", "--json"))
    again = osos("admit", "--file", str(devices))
    assert again.stdout.startswith("modems: 0 new, 0 changed, 1 as they were; meters: 0 new")
    assert rows(osos("list", "points", "--json")) == before


def test_a_bad_line_is_named_on_stderr_and_the_good_ones_are_admitted(osos, devices) -> None:
    devices.write_text(LIST + "ELM;2;11111111;1;\nELM,3,33333333,forty,\nELM,4,44444444,1,\n", "utf-8")
    done = osos("admit", "--file", str(devices))
    assert done.exit_code == 1
    assert f"{devices}, line 3: meter MKS11111111 is already behind modem ELM867000000000001" in done.stderr
    assert f"{devices}, line 4: 'forty' is not a multiplier" in done.stderr
    assert [modem["serial"] for modem in rows(osos("list", "modems", "--json"))] == ["4", "867000000000001"]


def test_a_list_of_nothing_but_bad_lines_is_cut_on_the_screen(osos, devices) -> None:
    devices.write_text("ELM\n" * 60)
    done = osos("admit", "--file", str(devices))
    assert "… and 10 more lines like these" in done.stderr
    assert "lines refused: 60" in done.stdout


def test_an_empty_registry_lists_nothing(osos) -> None:
    assert rows(osos("list", "meters", "--json")) == []


def test_without_json_a_line_is_for_reading(osos, devices) -> None:
    osos("admit", "--file", str(devices))
    shown = osos("list", "modems").stdout
    assert shown == "ELM  867000000000001  admitted  2026-12-31T00:00:00+03:00  -  MKS11111111,22222222\n"


def test_what_cannot_be_used_ends_with_a_sentence(osos, devices, tmp_path) -> None:
    missing = osos("admit", "--file", str(tmp_path / "no.csv"))
    assert missing.exit_code == 2
    assert "name a CSV file that is there" in missing.stderr
    bad_time = osos("admit", "--file", str(devices), "--since", "tomorrow")
    assert bad_time.exit_code == 2
    assert "write 2026-03-02" in bad_time.stderr
    (tmp_path / "home").write_text("a file, not a folder")
    no_home = osos("list", "modems")
    assert no_home.exit_code == 2
    assert "name a folder you may write with --home" in no_home.stderr


def test_bad_settings_and_a_lost_database_have_their_exits(osos, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("OSOS_STORE_URL", "oracle://x")
    assert osos("list", "modems").exit_code == 2
    monkeypatch.setenv("OSOS_STORE_URL", f"postgresql://osos@/none?host={tmp_path}")
    gone = osos("list", "modems")
    assert gone.exit_code == 3
    assert gone.stderr.startswith("the store is gone: ")
    assert "nothing was changed, try again when it is back" in gone.stderr
