"""Does every applicable bench step pass on a sound virtual meter, and does nothing else pass?"""

from functools import cache
from time import process_time

import pytest

from osos.conformity.bench import SHORTEST
from osos.conformity.catalogue import form
from osos.conformity.device import Device
from osos.conformity.runs import Report, run
from osos.conformity.verdicts import Verdict
from osos.conformity.virtual import VirtualWorld, virtual_device

ALL = frozenset({"rs485", "relay", "external-supply"})
METERS = {
    "1p one-way, bare": Device(kind="1p", options=frozenset()),
    "1p two-way": Device(kind="1p", ways=2, options=frozenset({"rs485", "relay"})),
    "3p one-way": Device(kind="3p", options=frozenset({"rs485", "relay"})),
    "3p two-way, bare": Device(kind="3p", ways=2, connection="X/5", options=frozenset()),
    "combi one-way, bare": Device(kind="combi", connection="X/5", options=frozenset()),
    "combi two-way": Device(kind="combi", ways=2, connection="X/5", options=ALL),
    "combi behind voltage transformers": Device(
        kind="combi", connection="X/5", voltage="57.7/100", options=ALL
    ),
}


QUICK = ("1p one-way, bare", "combi two-way")  # the narrowest and the widest; the others in the long run


@cache
def short_form(name: str) -> Report:
    world = VirtualWorld(virtual_device(METERS[name]))
    return run(world, world, world.device, repeats=SHORTEST)


def every_bench_check_passes(name: str) -> None:
    device, report = METERS[name], short_form(name)
    wrong = [
        (result.step, check.number, check.verdict, check.worst.saw if check.worst else "")
        for result in report.results
        for check in result.checks
        if form().step(result.step).by == "bench"
        and check.verdict is not _wanted(device, result.step, check.number)
    ]
    assert wrong == []
    assert not [result.step for result in report.results if result.outcome not in {None, "inspector"}]


def _wanted(device: Device, step: str, number: int) -> Verdict:
    told = form().step(step)
    concerns = told.why_not(device) is None and told.checks[number - 1].concerns(device)
    return Verdict.PASS if concerns else Verdict.NOT_APPLICABLE


@pytest.mark.parametrize("name", QUICK)
def test_every_bench_check_that_concerns_a_sound_meter_passes(name: str) -> None:
    every_bench_check_passes(name)


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in METERS if name not in QUICK])
def test_it_passes_on_every_other_kind_too(name: str) -> None:
    every_bench_check_passes(name)


def test_groups_that_look_at_three_phases_pass_on_a_3p_meter() -> None:
    world = VirtualWorld(virtual_device(METERS["3p two-way, bare"]))
    report = run(world, world, world.device, groups=["EG", "UG", "FS", "AY"], repeats=SHORTEST)
    assert {result.verdict for result in report.results} == {Verdict.PASS, Verdict.NOT_APPLICABLE}


def test_what_a_person_has_to_look_at_waits() -> None:
    report = short_form("combi two-way")
    waiting = {result.step for result in report.results if result.verdict is Verdict.WAITING}
    assert waiting == {step.id for step in form().steps if step.by == "inspector"}


def test_the_short_form_says_that_it_is_none() -> None:
    assert not short_form("combi two-way").whole


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", METERS)
def test_the_whole_form_passes_in_two_minutes(name: str) -> None:
    began = process_time()
    world = VirtualWorld(virtual_device(METERS[name]))
    report = run(world, world, world.device)
    assert report.whole
    assert report.totals.by_verdict[Verdict.FAIL] == 0
    assert process_time() - began < 120  # of one core
