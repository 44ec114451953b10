"""Does `osos registry points` describe what a list says, and name what it does not take?"""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from osos.cli.registry import app
from osos.registry import list_service_points
from osos.store import open_store

runner = CliRunner()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "devices.csv").write_text("ELM,1,11111111;22222222,1\n")
    where = tmp_path / "home"
    done = runner.invoke(app, ["admit", "--file", str(tmp_path / "devices.csv"), "--home", str(where)])
    assert done.exit_code == 0
    return where


def test_a_list_as_a_turkish_sheet_saves_it(home: Path, tmp_path: Path, clock) -> None:
    listed = tmp_path / "points.csv"
    listed.write_bytes(
        "Sayaç;Tesisat No;Tanım;Abone;Gerilim\n11111111;1000000001;Işık evi;Şükrü;OG\n".encode("cp1254")
    )
    done = runner.invoke(app, ["points", "--file", str(listed), "--home", str(home)])
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("points: 1 new, 0 changed, 0 as they were; customers: 1 new")
    store = open_store(home / "osos.sqlite")
    with store.read() as conn:
        (point,) = list_service_points(conn, at=clock.now(), search="1000000001").points
    store.close()
    assert point.installation_no == "1000000001"


def test_bad_lines_are_named_and_the_good_ones_kept(home: Path, tmp_path: Path) -> None:
    listed = tmp_path / "points.csv"
    listed.write_text("meter,installation_no,etso\n11111111,1,40X000000000002C\n99999999,2,\n22222222,3,\n")
    done = runner.invoke(app, ["points", "--file", str(listed), "--home", str(home)])
    assert done.exit_code == 1
    assert "line 2: the check character of 40X000000000002C should be" in done.stderr
    assert "line 3: the registry knows no point 99999999" in done.stderr
    assert "points: 1 new" in done.stdout


def test_a_file_that_is_not_there_ends_with_a_sentence(home: Path, tmp_path: Path) -> None:
    done = runner.invoke(app, ["points", "--file", str(tmp_path / "no.csv"), "--home", str(home)])
    assert done.exit_code == 2
    assert "name a CSV file that is there" in done.stderr
