"""What can be done to a run after its end: sign, compare, put EK-4 behind it? (T-4, T-20, T-24)"""

import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from osos.cli.conformity import app
from osos.conformity.bench import SHORTEST
from osos.conformity.device import Device
from osos.conformity.report import read_sheet
from osos.conformity.report.notes import NOTES
from osos.conformity.report.pages import facts_of, form_pdf
from osos.conformity.runs import run
from osos.conformity.verdicts import Verdict
from osos.conformity.virtual import VirtualWorld, virtual_device


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("after") / "run.jsonl"
    world = VirtualWorld(virtual_device(Device(kind="1p")))
    run(world, world, world.device, path=path, groups=["IS", "MA"], repeats=SHORTEST)
    return path


@pytest.fixture
def path(ended: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(ended, tmp_path / "run.jsonl"))


def told(*arguments: object) -> Any:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def test_what_waits_is_listed_and_signed(path: Path) -> None:
    waiting = told("sign", path).stdout
    assert "IS-01/1" in waiting
    assert "MA-" not in waiting
    done = told("sign", path, "is-01", "IS-02/1", "--verdict", "pass", "--by", "Ayşe Yılmaz")
    assert (done.exit_code, done.stdout.count("Ayşe Yılmaz")) == (0, 2), done.output
    assert "IS-01" not in told("sign", path).stdout


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (("IS-01", "--by", "A"), 2, "--verdict"),
        (("IS-01", "--verdict", "pass"), 2, "--by"),
        (("IS-01", "--verdict", "fail", "--by", "A"), 2, "--remark"),
        (("IS-01/x", "--verdict", "pass", "--by", "A"), 2, "TY-01/1"),
        (("MA-01", "--verdict", "pass", "--by", "A"), 1, "the bench has decided"),
        (("TY-01", "--verdict", "pass", "--by", "A"), 1, "not come to it"),
        (("ZZ-01/1", "--verdict", "pass", "--by", "A"), 1, "no such check"),
    ],
)
def test_a_signature_that_cannot_count_says_why(path: Path, arguments: Any, code: int, why: str) -> None:
    before = path.read_bytes()
    done = told("sign", path, *arguments)
    assert (done.exit_code, why in done.stderr) == (code, True), done.output
    assert path.read_bytes() == before


def test_the_makers_form_and_ours_are_compared(path: Path, tmp_path: Path) -> None:
    maker = Path(shutil.copy(path, tmp_path / "maker.jsonl"))
    assert told("compare", maker, path, "--json").exit_code == 0
    told("sign", path, "IS-03/1", "--verdict", "fail", "--by", "Mehmet Öz", "--remark", "silik")
    done = told("compare", maker, path)
    assert (done.exit_code, "maker: waiting" in done.stdout, "ours: fail" in done.stdout) == (1, True, True)
    found = json.loads(told("compare", maker, path, "--json").stdout)
    assert found == {"heads": 0, "checks": 1, "same": False}


def test_forms_of_two_meters_are_told_apart(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    world = VirtualWorld(virtual_device(Device(kind="1p", ways=2)))
    run(world, world, world.device, path=other, groups=["IS"], repeats=SHORTEST)
    done = told("compare", other, path)
    assert "ways: 2 | 1" in done.stdout
    assert "ours: pass" in done.stdout
    assert "maker: waiting not run" in done.stdout


def test_what_was_measured_stands_on_the_form_with_its_plots(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "ek4.xlsx"
    assert told("accuracy", "--into", path).exit_code == 2  # who measured?
    done = told("accuracy", "--into", path, "--by", "Can Usta", "--out", out, "--json")
    assert done.exit_code == 0, done.output
    sheet = read_sheet(path)
    facts = facts_of(sheet)["accuracy"]
    rows = {row["id"]: row for row in facts["rows"]}
    assert len(rows) == 12
    assert rows["EK-4.a"]["points"] == [138, 138, 46]
    assert rows["EK-4.a"]["name"] == "DB--Aktif(Normal+TersAkım+FSH)-Cycle"
    assert [one["word"] for one in rows["EK-4.a"]["results"]] == ["0 mT: Uygun", "400 mT: Uygun"]
    assert (rows["EK-4.b"]["concerns"], rows["EK-4.b"]["done"]) == (False, False)  # not for a 1p meter
    assert [one["plot"].startswith("<svg") for one in facts["sheets"]] == [True] * 4
    assert facts["source"].endswith("Can Usta")
    assert form_pdf(sheet).startswith(b"%PDF-")
    book = openpyxl.load_workbook(out)
    assert [len(page._charts) for page in book.worksheets] == [0, 1, 1, 1, 1]


def test_without_measurements_the_forms_table_is_there_and_empty(path: Path) -> None:
    facts = facts_of(read_sheet(path))["accuracy"]
    assert len(facts["rows"]) == 12
    assert not any(row["done"] or row["results"] for row in facts["rows"])
    assert facts["sheets"] == []


def test_a_point_out_of_its_limit_fails_its_sheet_on_the_form(path: Path) -> None:
    faults = told("accuracy", "--fault", "list").stdout.splitlines()
    names = [line.partition(":")[0] for line in faults]
    for name in names:
        done = told("accuracy", "--into", path, "--by", "Can", "--fault", name)
        kept = read_sheet(path).accuracy
        assert kept is not None
        if done.exit_code == 1:
            break
    assert Verdict.FAIL in {result.verdict for result in kept.results}


def test_the_printed_head_is_told_at_the_run_and_what_the_form_has_not_is_refused(tmp_path: Path) -> None:
    head, path = tmp_path / "head.toml", tmp_path / "run.jsonl"
    head.write_text('firm = "Şişli Ölçü"\ncurrent = "5(80)"\n', "utf-8")
    done = told("run", "--kind", "1p", "--group", "IS", "--run", path, "--head", head, "--json")
    assert done.exit_code == 0, done.output
    assert read_sheet(path).report.device.head["current"] == "5(80)"
    head.write_text('colour = "red"\n', "utf-8")
    assert told("run", "--kind", "1p", "--group", "IS", "--head", head).exit_code == 2


def test_the_forms_own_notes_stand_under_their_groups(ended: Path) -> None:
    groups = {one["id"]: one["notes"] for one in facts_of(read_sheet(ended))["groups"]}
    assert set(NOTES) <= set(groups)
    assert groups["YS"] == ("Not: İleri geri saat kontrolü 12 uygulama dönemi için tekrarlanır.",)
    assert sum(map(len, groups.values())) == 22
