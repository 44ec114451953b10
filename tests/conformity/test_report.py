"""Is the printed form the form, and does it say no more than the run found?"""

import json
import re
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from osos.cli.conformity import app
from osos.conformity.accuracy import Classes, judge, sheets
from osos.conformity.accuracy.kept import AccuracyKept
from osos.conformity.accuracy.planted import SOUND
from osos.conformity.accuracy.virtual import measure
from osos.conformity.catalogue import form
from osos.conformity.device import Device
from osos.conformity.inspector import Signature, inspected
from osos.conformity.report import RATINGS, Sheet, form_pdf, read_sheet
from osos.conformity.report.batteries import battery_currents
from osos.conformity.report.pages import facts_of
from osos.conformity.report.sheet import NotOfTheForm
from osos.conformity.runs import Report, run
from osos.conformity.verdicts import Case, CheckResult, Outcome, StepResult, Verdict
from osos.conformity.virtual import VirtualWorld

AT = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)


def _result(step, verdict, *, saw="", outcome=None, cases=None):
    return StepResult(
        step=step.id,
        did=step.words,
        checks=tuple(
            CheckResult(
                step=step.id,
                number=check.number,
                words=check.words,
                cases=cases or (Case(name="", verdict=verdict, expected="on", saw=saw, evidence=(3, 9)),),
            )
            for check in step.checks
        ),
        outcome=outcome,
    )


def _sheet(device, *results, signatures=(), whole=True):
    report = Report(device=device, began=AT, seconds=90.5, results=results, chain="ab" * 32, whole=whole)
    return Sheet(report=report, signatures=tuple(signatures))


@pytest.fixture(scope="session")
def all_pass(combi):
    return _sheet(combi, *(_result(step, Verdict.PASS) for step in form().steps))


def _boxes(facts):
    return [
        (step["id"], box["word"])
        for group in facts["groups"]
        for table in group["tables"]
        for step in table["steps"]
        for check in step["checks"]
        for box in check["boxes"]
    ]


def _group(facts, name):
    return next(group for group in facts["groups"] if group["id"] == name)


def test_the_form_has_every_group_step_and_check_in_its_order(all_pass):
    facts = facts_of(all_pass)
    assert [group["id"] for group in facts["groups"]] == [group.id for group in form().groups]
    steps = [step for group in facts["groups"] for table in group["tables"] for step in table["steps"]]
    assert [step["id"] for step in steps] == [step.id for step in form().steps]
    assert sum(len(step["checks"]) for step in steps) == 468
    assert {word for _, word in _boxes(facts)} == {"Uygun"}


def test_a_matrix_has_a_box_for_each_of_its_rows(combi):
    step = form().step("AS-02")
    cases = tuple(
        Case(name=name, verdict=verdict, expected="", saw="")
        for name, verdict in (
            ("1 month 1", Verdict.PASS),
            ("1 month 2", Verdict.FAIL),
            ("2 month 1", Verdict.PASS),
            ("7 month 1", Verdict.PASS),
        )
    )
    facts = facts_of(_sheet(combi, _result(step, Verdict.PASS, cases=cases)))
    words = [word for name, word in _boxes(facts) if name == "AS-02"][:7]
    assert words == ["Uygun değil", "Uygun", *["Bekliyor"] * 4, "Uygun"]
    assert sum(name == "AS-08" for name, _ in _boxes(facts)) == 1  # outside the matrix


def test_every_group_ends_with_remarks_but_documents_and_markings(all_pass):
    labels = {group["id"]: group["remarks_label"] for group in facts_of(all_pass)["groups"]}
    assert {name for name, label in labels.items() if not label} == {"DS", "IS"}
    assert labels["TY"] == "Açıklamalar"
    assert labels["KK"] == "Açıklama"


def test_what_was_not_run_waits_and_the_remarks_say_so(combi):
    facts = facts_of(_sheet(combi))
    assert {word for _, word in _boxes(facts)} == {"Bekliyor", "Uygulanmaz"}  # two are for 57.7/100 V
    assert {word for name, word in _boxes(facts) if name.startswith("HB")} == {"Bekliyor"}
    assert _group(facts, "HB")["remarks"] == ["Bu deneyde yapılmadı: HB-01, HB-02, HB-03, HB-04"]


def test_what_was_not_run_does_not_wait_where_it_does_not_concern_the_meter():
    facts = facts_of(_sheet(Device(kind="1p")))
    assert {word for name, word in _boxes(facts) if name.startswith(("HB", "RL"))} == {"Uygulanmaz"}
    assert _group(facts, "HB")["remarks"] == []
    assert sum(each["count"] for each in facts["totals"]) == 468  # boxes of the form, run or not


def test_a_failure_stands_in_the_remarks_with_what_was_seen_and_where(combi):
    facts = facts_of(_sheet(combi, _result(form().step("UK-01"), Verdict.FAIL, saw="the icon was off")))
    line = _group(facts, "UK")["remarks"][0]
    assert line == "UK-01/1: beklenen: on; görülen: the icon was off [satır 3–9]"


def test_the_reason_of_a_rig_is_no_failure_of_the_meter(combi):
    sheet = _sheet(combi, _result(form().step("UK-01"), Verdict.WAITING, outcome=Outcome.RIG))
    facts = facts_of(sheet)
    assert _group(facts, "UK")["remarks"][0] == "Düzenek istenen işlemi yapmadı: UK-01"
    assert ("UK-01", "Bekliyor") in _boxes(facts)


def test_inspectors_stand_with_name_and_time_at_their_checks_and_at_the_end(combi):
    first = Signature(step="TY-01", check=1, verdict=Verdict.PASS, by="Ayşe Yılmaz", at=AT)
    later = Signature(
        step="TY-02",
        check=1,
        verdict=Verdict.FAIL,
        by="Ayşe Yılmaz",
        at=AT + timedelta(hours=1),
        remark="mühür yok",
    )
    results = [inspected(form().step(name), (first, later)) for name in ("TY-01", "TY-02")]
    facts = facts_of(_sheet(combi, *results, signatures=(first, later)))
    ty = _group(facts, "TY")
    assert ty["tables"][0]["steps"][0]["checks"][0]["signed"] == ["Uygun: Ayşe Yılmaz, 22.11.2026 09:30"]
    assert "TY-02/1: mühür yok (Ayşe Yılmaz)" in ty["remarks"]
    (person,) = facts["people"]
    assert (person["name"], person["first"], person["last"]) == (
        "Ayşe Yılmaz",
        "22.11.2026 09:30",
        "22.11.2026 10:30",
    )


def test_battery_currents_stand_in_their_table_as_who_signed_told_them(combi):
    table = _group(facts_of(_sheet(combi)), "SA")["currents"]
    assert [row[2] for row in table["rows"]] == ["", "", ""]  # to be filled in by hand
    facts = {"step": "SA-07", "check": 1, "verdict": Verdict.PASS, "by": "Ayşe Yılmaz", "at": AT}
    words = [Signature(**facts, remark="12 µA; 3.2mA; 0,4 uA"), Signature(**facts, remark="tabloda, 3 mA")]
    told = facts_of(_sheet(combi, signatures=words))
    assert [row[2] for row in _group(told, "SA")["currents"]["rows"]] == ["0,012 mA", "3,2 mA", "0,0004 mA"]
    assert [group["id"] for group in told["groups"] if group["currents"]] == ["SA"]


@given(st.text(alphabet="0123456789.,; µuAmAk", max_size=40))
def test_any_remark_gives_three_currents_or_empty_boxes(remark):
    word = Signature(step="SA-07", check=1, verdict=Verdict.PASS, by="Ayşe", at=AT, remark=remark)
    measured = [row[2] for row in battery_currents((word,))]
    assert measured == ["", "", ""] or all(re.fullmatch(r"[0-9]+(,[0-9]+)? mA", one) for one in measured)


def test_the_json_tells_ek4_in_short(combi):
    tests = sheets(combi)
    measured = measure(combi, tests, active_class="C", seed=1, fault=SOUND)
    classes = Classes(active="C", reactive="2")
    kept = AccuracyKept(
        results=judge(tests, measured, combi, classes), classes=classes, by="Can", at=AT, source="ölçüm.xlsx"
    )
    told = json.loads(replace(_sheet(combi), accuracy=kept).as_json())["accuracy"]
    assert (told["by"], told["source"], told["classes"]["active"]) == ("Can", "ölçüm.xlsx", "C")
    assert [one["title"] for one in told["procedures"]] == [one.title for one in tests]
    for one, sheet in zip(told["procedures"], tests, strict=True):
        assert (one["verdict"], one["points"], one["measured"], one["failed"]) == (
            "pass",
            len(sheet.points),
            len(sheet.points),
            0,
        )
        if one["worst"] is not None:  # start and no-load tests count impulses
            assert abs(float(one["worst"]["error_percent"])) <= float(one["worst"]["limit_percent"])
    assert json.loads(_sheet(combi).as_json())["accuracy"] is None


def test_a_short_run_says_it_is_no_form(combi):
    assert "yerine geçmez" in facts_of(_sheet(combi, whole=False))["warnings"][0]
    assert facts_of(_sheet(combi))["warnings"] == []


def test_the_head_takes_only_what_the_form_prints(all_pass):
    facts = facts_of(all_pass.with_head({"firm": "Örnek Sayaç A.Ş.", "active_class": "B"}))
    assert ["Firma", "Örnek Sayaç A.Ş."] in facts["head"]["names"]
    assert [RATINGS["active_class"], "B"] in facts["head"]["ratings"]
    with pytest.raises(NotOfTheForm, match="colour"):
        all_pass.with_head({"colour": "red"})


def test_the_pdf_is_the_same_bytes_each_time_and_holds_our_fonts(all_pass):
    body = form_pdf(all_pass)
    assert body.startswith(b"%PDF-")
    assert body == form_pdf(all_pass)
    assert b"OSOSSans" in body + b"".join(_streams(body))


def test_a_meter_that_answers_rubbish_is_still_printed(combi):
    rubbish = '\x00\x01漢字 #read("/etc/passwd") *b* $x$ \\ ' + "z" * 3000
    sheet = _sheet(combi, *(_result(step, Verdict.FAIL, saw=rubbish) for step in form().steps))
    assert form_pdf(sheet).startswith(b"%PDF-")


def test_the_command_writes_form_json_and_junit_of_a_run_file(combi, tmp_path):
    path, world = tmp_path / "run.jsonl", VirtualWorld(combi)
    signature = Signature(step="IS-01", check=1, verdict=Verdict.PASS, by="A", at=AT)
    run(world, world, combi, path=path, groups=["IS", "UK"], signatures=[signature])
    (tmp_path / "head.toml").write_text('firm = "Örnek"\ncurrent = "5(10)"\n', "utf-8")
    told = ["report", str(path), "--head", str(tmp_path / "head.toml")]
    for option in ("pdf", "json", "junit"):
        told += [f"--{option}", str(tmp_path / f"out.{option}")]
    done = CliRunner().invoke(app, told)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["steps"] == 10
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF-")
    assert len(json.loads((tmp_path / "out.json").read_text("utf-8"))["steps"]) == 10
    assert "<testsuite " in (tmp_path / "out.junit").read_text("utf-8")
    assert read_sheet(path).signatures == (signature,)


def test_an_edited_run_file_is_not_printed(combi, tmp_path):
    path, world = tmp_path / "run.jsonl", VirtualWorld(combi)
    run(world, world, combi, path=path, groups=["IS"])
    path.write_text(path.read_text("utf-8").replace("waiting", "pass"), "utf-8")
    done = CliRunner().invoke(app, ["report", str(path), "--pdf", str(tmp_path / "out.pdf")])
    assert done.exit_code == 1
    assert "edited" in done.stderr
    assert not (tmp_path / "out.pdf").exists()


def test_a_report_of_nothing_and_a_head_of_nonsense_are_wrong_calls(combi, tmp_path):
    path, world = tmp_path / "run.jsonl", VirtualWorld(combi)
    run(world, world, combi, path=path, groups=["IS"])
    head = tmp_path / "head.toml"
    head.write_text('colour = "red"\n', "utf-8")
    assert CliRunner().invoke(app, ["report", str(path)]).exit_code == 2
    wrong = ["report", str(path), "--head", str(head), "--pdf", str(tmp_path / "out.pdf")]
    assert CliRunner().invoke(app, wrong).exit_code == 2


def _streams(body):
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", body, re.S):
        try:
            yield zlib.decompress(found[1])
        except zlib.error:
            continue
