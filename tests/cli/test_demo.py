"""Does every Wh of a city arrive in the store, over good wires and bad? (the contract of `make demo`)"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

KEYS = [
    "meters",
    "modems",
    "sessions",
    "readings",
    "intervals_expected",
    "intervals_stored",
    "gaps",
    "energy_wh_meters",
    "energy_wh_stored",
    "seconds",
]


def demo(home: Path, *options: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "osos", "demo", "--once", "--home", str(home), *options],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def figures(home: Path, *options: str) -> dict[str, int]:
    code, out, err = demo(home, "--json", *options)
    assert code == 0, err[-3000:]
    (line,) = out.splitlines()  # stdout holds exactly one line
    found = json.loads(line)
    assert list(found) == KEYS
    return dict(found)


@pytest.mark.timeout(400)
def test_every_wh_of_two_days_arrives_and_no_gap_is_left(tmp_path: Path) -> None:
    found = figures(tmp_path, "--days", "2", "--points", "9")
    assert found["meters"] == 9
    assert found["intervals_expected"] == found["intervals_stored"] == 9 * 2 * 96
    assert found["gaps"] == 0
    assert found["energy_wh_meters"] == found["energy_wh_stored"] > 0


@pytest.mark.timeout(400)
def test_every_wh_arrives_with_every_bad_wire_switched_on(tmp_path: Path) -> None:
    found = figures(tmp_path, "--days", "2", "--points", "14", "--lines", "bad")
    assert found["intervals_stored"] == 14 * 2 * 96
    assert found["energy_wh_meters"] == found["energy_wh_stored"] > 0


@pytest.mark.timeout(400)
def test_the_same_seed_is_the_same_city(tmp_path: Path) -> None:
    one, other, third = (
        figures(tmp_path, "--days", "1", "--points", "3", "--seed", seed)["energy_wh_meters"]
        for seed in "778"
    )
    assert one == other != third


def test_wires_that_do_not_exist_are_refused_with_the_names_of_those_that_do(tmp_path: Path) -> None:
    code, out, err = demo(tmp_path, "--lines", "wet")
    assert code == 2
    assert out == ""
    assert "corrupt" in err


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "wires", ["good", "bad", "echo", "dribble", "delay", "lose", "corrupt", "cut", "duplicate"]
)
def test_every_wh_of_35_days_arrives_over(wires: str, tmp_path: Path) -> None:
    found = figures(tmp_path, "--lines", wires)
    assert found["intervals_stored"] == 40 * 35 * 96
    assert found["energy_wh_meters"] == found["energy_wh_stored"] > 0
