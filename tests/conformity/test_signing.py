"""Is what a person signs after a run kept beside everything that was there before?"""

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from osos.cli.conformity import app
from osos.conformity.bench import SHORTEST
from osos.conformity.device import Device
from osos.conformity.inspector import Signature
from osos.conformity.real import NoRig
from osos.conformity.report import read_sheet
from osos.conformity.report.pages import facts_of
from osos.conformity.rig import Act, RigDidNot
from osos.conformity.run_file import RunFile, RunFileTrouble, is_being_written, read_run
from osos.conformity.runs import read_report, replay, resume, run
from osos.conformity.signing import MayNotSign, sign
from osos.conformity.verdicts import Outcome, Verdict
from osos.conformity.virtual import VirtualWorld, virtual_device
from osos.conformity.withdrawing import NothingToWithdraw, Withdrawal, withdraw

AT = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


class NoCovers(VirtualWorld):
    """Covers cannot be opened here."""

    def do(self, act: Act):
        if act.name == "cover":
            raise RigDidNot(act, {"person": "jammed"})
        return super().do(act)


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory):
    """A run of IS, which people decide, of UK, which the rig could not do, and of MA."""
    path = tmp_path_factory.mktemp("signing") / "run.jsonl"
    world = NoCovers(virtual_device(Device(kind="1p")))
    run(world, world, world.device, path=path, groups=["IS", "UK", "MA"], repeats=SHORTEST)
    return path


@pytest.fixture
def path(ended, tmp_path):
    return shutil.copy(ended, tmp_path / "run.jsonl")


def _word(step="IS-01", check=1, verdict=Verdict.PASS, **more):
    facts = {"by": "Ayşe Yılmaz", "at": AT, **more}
    return Signature(step=step, check=check, verdict=verdict, **facts)


def _verdict(path, step="IS-01", check=1):
    found = next(one for one in read_report(path).results if one.step == step)
    return found.checks[check - 1].verdict, found.outcome


def test_what_waits_is_signed_after_the_run_and_replays_alike(path, result_of):
    before = path.read_bytes()
    assert _verdict(path) == (Verdict.WAITING, Outcome.INSPECTOR)
    sign(path, [_word(remark="şilt üzerinde")])
    assert path.read_bytes().startswith(before)
    assert not read_run(path).cut_short
    assert _verdict(path)[0] is Verdict.PASS
    assert replay(path).results == read_report(path).results
    check = result_of(read_report(path), "IS-01").checks[0]
    assert "Ayşe Yılmaz 2026-11-23" in check.signed


def test_who_contradicts_stands_beside_whom_he_contradicts(path):
    sign(path, [_word()])
    sign(path, [_word(verdict=Verdict.FAIL, by="Mehmet Öz", at=AT + timedelta(hours=1), remark="silik")])
    assert _verdict(path) == (Verdict.WAITING, Outcome.CONTRADICTED)
    sheet = read_sheet(path)
    assert [one.by for one in sheet.signed("IS-01", 1)] == ["Ayşe Yılmaz", "Mehmet Öz"]
    people = facts_of(sheet)["people"]
    assert [(one["name"], one["refused"]) for one in people] == [("Ayşe Yılmaz", 0), ("Mehmet Öz", 1)]
    assert sheet.data_time == AT + timedelta(hours=1)


def _back(step="IS-01", check=1, by="Mehmet Öz", hours=2, reason="sayaçları karıştırdım"):
    return Withdrawal(step=step, check=check, by=by, at=AT + timedelta(hours=hours), reason=reason)


def test_who_takes_back_a_signature_lets_the_other_one_count(path):
    sign(path, [_word(), _word(verdict=Verdict.FAIL, by="Mehmet Öz", remark="silik")])
    before = path.read_bytes()
    withdraw(path, _back())
    assert path.read_bytes().startswith(before)  # what was signed stays written
    assert not read_run(path).cut_short
    assert _verdict(path)[0] is Verdict.PASS
    assert replay(path).results == read_report(path).results
    sheet = read_sheet(path)
    assert [one.by for one in sheet.signed("IS-01", 1)] == ["Ayşe Yılmaz"]
    assert sheet.data_time == AT + timedelta(hours=2)
    assert [one["reason"] for one in json.loads(sheet.as_json())["withdrawn"]] == ["sayaçları karıştırdım"]
    assert "IS-01/1: Mehmet Öz imzasını geri aldı" in facts_of(sheet)["withdrawn"][0]
    sign(path, [_word(verdict=Verdict.FAIL, by="Mehmet Öz", remark="gerçekten silik")])
    assert _verdict(path) == (Verdict.WAITING, Outcome.CONTRADICTED)  # a word given after it counts


def test_a_check_whose_only_signature_is_taken_back_waits_again(path):
    assert _verdict(path, "UK-01") == (Verdict.WAITING, Outcome.RIG)
    sign(path, [_word("UK-01", number) for number in (1, 2, 3)])
    withdraw(path, _back("UK-01", 2, by="Ayşe Yılmaz"))
    assert _verdict(path, "UK-01", 1)[0] is Verdict.PASS
    assert _verdict(path, "UK-01", 2) == (Verdict.WAITING, Outcome.RIG)
    remarks = next(group["remarks"] for group in facts_of(read_sheet(path))["groups"] if group["id"] == "UK")
    assert any("UK-01/2: Ayşe Yılmaz imzasını geri aldı" in line for line in remarks)


def test_nobody_takes_back_anothers_signature_or_one_twice(path):
    sign(path, [_word()])
    with pytest.raises(NothingToWithdraw):
        withdraw(path, _back())
    withdraw(path, _back(by=" Ayşe Yılmaz "))
    kept = path.read_bytes()
    with pytest.raises(NothingToWithdraw):
        withdraw(path, _back(by="Ayşe Yılmaz"))
    assert path.read_bytes() == kept


def test_a_withdrawal_wants_a_name_and_a_reason():
    for facts in ({"by": " "}, {"reason": ""}):
        with pytest.raises(ValueError, match="IS-01"):
            _back(**facts)


def test_the_command_takes_back_what_one_person_signed(path, capsys):
    sign(path, [_word(), _word(verdict=Verdict.FAIL, by="Mehmet Öz", remark="silik")])
    call = ["sign", str(path), "IS-01", "--withdraw", "--by", "Mehmet Öz"]
    for more, code in (([], 2), (["--remark", "karıştırdım"], 0), (["--remark", "karıştırdım"], 1)):
        with pytest.raises(SystemExit) as ended:
            app([*call, *more], standalone_mode=False)
        assert ended.value.code == code
    assert "IS-01/1: geri alındı / taken back, Mehmet Öz" in capsys.readouterr().out
    assert _verdict(path)[0] is Verdict.PASS


def test_what_the_bench_has_decided_is_nobodys_to_sign(path, result_of):
    decided = next(
        (one.step, check.number)
        for one in read_report(path).results
        for check in one.checks
        if check.verdict is Verdict.PASS
    )
    before = path.read_bytes()
    with pytest.raises(MayNotSign) as refused:
        sign(path, [_word(), _word(*decided)])
    assert refused.value.reason == "decided"
    assert path.read_bytes() == before  # the good one is not kept either: all or none


@pytest.mark.parametrize(
    ("step", "check", "reason"),
    [("IS-99", 1, "no-such-check"), ("IS-01", 9, "no-such-check"), ("TY-01", 1, "not-run")],
)
def test_what_is_not_there_is_not_signed(path, step, check, reason):
    with pytest.raises(MayNotSign) as refused:
        sign(path, [_word(step, check)])
    assert refused.value.reason == reason


def test_a_check_the_rig_could_not_carry_out_is_signed_by_who_looked(path, result_of):
    waiting = next(
        one for one in read_report(path).results if one.outcome is Outcome.RIG and one.step.startswith("UK")
    )
    for check in waiting.checks:
        sign(path, [_word(waiting.step, check.number, remark="elle açıldı, ikon yandı")])
    signed = result_of(read_report(path), waiting.step)
    assert (signed.verdict, signed.outcome) == (Verdict.PASS, None)
    assert "jammed" in signed.checks[0].cases[-1].saw  # why it waited is not lost
    assert replay(path).results == read_report(path).results


def test_not_applicable_wants_a_reason(path):
    with pytest.raises(ValueError, match="why"):
        _word(verdict=Verdict.NOT_APPLICABLE)
    sign(path, [_word(verdict=Verdict.NOT_APPLICABLE, remark="röle yok")])
    assert _verdict(path)[0] is Verdict.NOT_APPLICABLE


def test_an_edited_file_is_not_signed(path):
    path.write_bytes(path.read_bytes().replace(b"inspector", b"inspectos", 1))
    with pytest.raises(RunFileTrouble, match="edited"):
        sign(path, [_word()])


def test_a_file_that_is_being_written_is_not_signed(path):
    held = RunFile.go_on(path)
    assert is_being_written(path)
    with pytest.raises(RunFileTrouble, match="in-use"):
        sign(path, [_word()])
    held.close()
    sign(path, [_word()])
    assert not is_being_written(path)


def test_an_interrupted_run_is_signed_and_gone_on_with(tmp_path):
    device, path = virtual_device(Device(kind="1p")), tmp_path / "run.jsonl"
    world = VirtualWorld(device)
    run(world, world, device, path=path, groups=["IS", "UK"], repeats=SHORTEST)
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b'"group":"UK"') + 300])
    sign(path, [_word()])
    assert read_run(path).cut_short
    world = VirtualWorld(device)
    report = resume(world, world, device, path=path)
    assert not read_run(path).cut_short
    assert report.results == read_report(path).results == replay(path).results
    assert _verdict(path)[0] is Verdict.PASS


def test_a_resumption_with_another_meter_leaves_the_file_as_it_was(path):
    before = path.read_bytes()
    device = virtual_device(Device(kind="1p"))
    samples = tuple(replace(one, address=one.address[:-1] + "9") for one in device.samples)
    with pytest.raises(Exception, match="this run is of"):
        resume(VirtualWorld(device), NoRig(), replace(device, samples=samples), path=path)
    assert path.read_bytes() == before
    assert not is_being_written(path)
