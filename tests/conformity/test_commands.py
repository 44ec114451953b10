"""Do `osos conformity run`, `replay` and `faults` keep their contracts?"""

import json
from pathlib import Path

import pytest

from osos.cli import main


def ended(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as exit_:
        main(["conformity", *arguments])
    out, err = capsys.readouterr()
    return int(str(exit_.value.code or 0)), out, err


def test_run_prints_the_counts_as_its_last_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path, junit, results = (tmp_path / name for name in ("run.jsonl", "junit.xml", "results.json"))
    files = ["--run", str(path), "--junit", str(junit), "--results", str(results)]
    code, out, _ = ended(capsys, "run", "--kind", "1p", "--group", "UK,TY", "--json", *files)
    told = json.loads(out.splitlines()[-1])
    assert code == 0
    assert set(told) == {"steps", "checks", "pass", "fail", "not_applicable", "waiting", "seconds"}
    assert (told["steps"], told["checks"], told["pass"], told["fail"]) == (15, 25, 10, 0)
    assert told["pass"] + told["fail"] + told["not_applicable"] + told["waiting"] == told["checks"]
    assert "testsuites" in junit.read_text() and json.loads(results.read_text())["steps"]
    code, out, _ = ended(capsys, "replay", str(path), "--json")
    assert (code, json.loads(out)["pass"]) == (0, 10)


def test_faults_prints_the_tally_as_its_last_line(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ended(capsys, "faults", "--group", "UK", "--json")
    told = json.loads(out.splitlines()[-1])
    assert set(told) == {"planted", "caught", "unrelated", "steps_covered", "groups_covered"}
    assert (code, told["caught"], told["unrelated"]) == (0, told["planted"], 0)
    assert (told["steps_covered"], told["groups_covered"]) == (4, 1)


def test_a_hunt_may_stop_after_the_first_of_each_group(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ended(capsys, "faults", "--group", "UK,HB", "--first", "2", "--json")
    told = json.loads(out.splitlines()[-1])
    assert (code, told["planted"], told["groups_covered"]) == (0, 2, 2)


def test_a_changed_run_file_is_found_bad(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    ended(capsys, "run", "--kind", "1p", "--group", "UK", "--json", "--run", str(path))
    path.write_text(path.read_text().replace("100000001", "100000007", 1))
    code, _, err = ended(capsys, "replay", str(path))
    assert code == 1 and "edited at line" in err


def test_a_resumed_run_keeps_what_was_done(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    ended(capsys, "run", "--kind", "1p", "--group", "UK,MA", "--json", "--run", str(path))
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b'"group":"MA"') + 900])
    code, out, _ = ended(capsys, "run", "--kind", "1p", "--resume", "--run", str(path), "--json")
    assert (code, json.loads(out)["steps"]) == (0, 14)
    path.write_bytes(data[: data.index(b'"group":"MA"') + 900])
    code, _, err = ended(capsys, "run", "--kind", "3p", "--resume", "--run", str(path))
    assert code == 3 and "this run is of" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "--group", "XX"),
        ("run", "--options", "wings"),
        ("run", "--resume"),
        ("run", "--kind", "1p", "--connection", "X/5"),
        ("run", "--meter", "tcp://127.0.0.1:4059"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    code, _, err = ended(capsys, *arguments)
    assert code == 2 and err.strip()


def test_the_difference_to_the_last_run_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "last.jsonl"
    ended(capsys, "run", "--kind", "1p", "--group", "UK,MA", "--json", "--run", str(path))
    _, _, err = ended(capsys, "run", "--kind", "1p", "--group", "UK", "--json", "--last", str(path))
    assert "MA-01 1: pass → -" in err and "UK" not in err
