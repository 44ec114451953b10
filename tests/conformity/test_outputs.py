"""Can other programs read what a run found, and what changed since the last one?"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from osos.conformity.catalogue import form
from osos.conformity.device import Device
from osos.conformity.inspector import Signature, inspected
from osos.conformity.outputs import as_json, as_junit, counts, difference
from osos.conformity.runs import Report
from osos.conformity.verdicts import Outcome, Verdict
from osos.conformity.virtual import VirtualWorld

Ran = Callable[..., Report]


@pytest.fixture(scope="module")
def sound(ran: Ran) -> Report:
    return ran("DS", "UK")


@pytest.fixture(scope="module")
def faulty(ran: Ran, combi: Device) -> Report:
    from functools import partial

    from osos.simulator.meter import VirtualMeter

    name = next(iter(fault.name for fault in _faults() if fault.step == "UK-02"))
    return ran("DS", "UK", world=VirtualWorld(combi, make=partial(VirtualMeter, faults=frozenset({name}))))


def _faults():  # type: ignore[no-untyped-def]  # of the simulator's board
    from osos.conformity.planted import planted

    return planted(["UK"])


def test_the_counts_are_those_of_the_contract(sound: Report) -> None:
    told = counts(sound, seconds=1.25)
    assert told == {
        "steps": 28, "checks": 36, "pass": 10, "fail": 0, "not_applicable": 0, "waiting": 26, "seconds": 1.2
    }  # fmt: skip


def test_json_holds_every_check_with_what_was_seen(sound: Report) -> None:
    told = json.loads(as_json(sound))
    step = next(step for step in told["steps"] if step["step"] == "UK-01")
    assert step["did"]["tr"] == "Enerjisiz durumda iken üst kapak açılır."
    assert [check["verdict"] for check in step["checks"]] == ["pass"] * 3
    assert all(check["cases"][0]["saw"] for check in step["checks"])


def test_json_tells_no_password(sound: Report) -> None:
    assert sound.device.samples[0].password not in as_json(sound)


def test_junit_counts_failures_and_never_passes_what_waits(faulty: Report) -> None:
    root = ET.fromstring(as_junit(faulty))
    suites = {suite.get("name", "")[:2]: suite for suite in root}
    assert suites["DS"].get("skipped") == suites["DS"].get("tests") == "26"
    assert int(suites["UK"].get("failures", "0")) > 0
    failed = [case.get("classname") for case in root.iter("testcase") if case.find("failure") is not None]
    assert "UK-02" in failed


def test_the_difference_names_what_came_out_otherwise(sound: Report, faulty: Report) -> None:
    assert difference(sound, sound) == []
    found = difference(sound, faulty)
    assert {(one.was, one.now) for one in found} == {(Verdict.PASS, Verdict.FAIL)}
    assert found[0].step == "UK-02"


# -- people --


def _signed(verdict: Verdict, by: str = "A. Yılmaz", check: int = 1) -> Signature:
    at = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
    return Signature(step="TY-02", check=check, verdict=verdict, by=by, at=at)


def test_what_a_person_decides_waits_until_every_check_is_signed() -> None:
    step = form().step("TY-02")
    assert inspected(step, []).verdict is Verdict.WAITING
    half = inspected(step, [_signed(Verdict.PASS)])
    assert (half.verdict, half.outcome) == (Verdict.WAITING, Outcome.INSPECTOR)
    whole = inspected(step, [_signed(Verdict.PASS), _signed(Verdict.PASS, check=2)])
    assert (whole.verdict, whole.outcome) == (Verdict.PASS, None)
    assert "A. Yılmaz 2026-03-04" in whole.checks[0].signed


def test_two_people_who_contradict_each_other_leave_the_check_waiting() -> None:
    words = [_signed(Verdict.PASS), _signed(Verdict.FAIL, by="B. Kaya"), _signed(Verdict.PASS, check=2)]
    found = inspected(form().step("TY-02"), words)
    assert (found.verdict, found.outcome) == (Verdict.WAITING, Outcome.CONTRADICTED)
    assert "B. Kaya" in found.checks[0].signed


def test_nobody_signs_without_a_name_or_for_waiting() -> None:
    with pytest.raises(ValueError, match="name"):
        _signed(Verdict.PASS, by=" ")
    with pytest.raises(ValueError, match="not waiting"):
        _signed(Verdict.WAITING)
