"""Does every applicable bench step pass on a sound virtual meter, and does nothing else pass?"""

from collections import Counter
from functools import cache
from pathlib import Path
from time import process_time

import pytest

from osos.conformity.bench import SHORTEST
from osos.conformity.catalogue import form
from osos.conformity.device import Device
from osos.conformity.meter_types import TYPES, bare, widest
from osos.conformity.runs import Report, run
from osos.conformity.verdicts import Verdict
from osos.conformity.virtual import VirtualWorld, virtual_device

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "conformity-runs.md"
# The narrowest, the widest, and one between; all types in the long run.
METERS = {
    "1p one-way, bare": Device(kind="1p", options=frozenset()),
    "3p two-way, bare": Device(kind="3p", ways=2, connection="X/5", options=frozenset()),
    "combi two-way": widest(Device(kind="combi", ways=2, connection="X/5")),
}
QUICK = ("1p one-way, bare", "combi two-way")


@cache
def short_form(name: str) -> Report:
    world = VirtualWorld(virtual_device(METERS[name]))
    return run(world, world, world.device, repeats=SHORTEST)


def every_bench_check_passes(device: Device, report: Report) -> None:
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
    every_bench_check_passes(METERS[name], short_form(name))


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


def every_type() -> list[Device]:
    return [act(device) for device in TYPES for act in (bare, widest)]


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("device", every_type(), ids=Device.describe)
def test_the_whole_form_passes_on_every_type_in_two_minutes(device: Device) -> None:
    began = process_time()
    world = VirtualWorld(virtual_device(device))
    report = run(world, world, world.device)
    assert report.whole
    every_bench_check_passes(device, report)
    assert process_time() - began < 120  # of one core


def test_the_page_of_whole_forms_tells_what_passed_on_every_type() -> None:
    """Every applicable bench check, and no other: the counts follow from the form and the device."""
    rows = [line.split(" | ")[:6] for line in PAGE.read_text(encoding="utf-8").splitlines()]
    told = [row for row in rows if row[0].startswith("| ") and row[0] not in {"| type", "| ---"}]
    assert told == [_expected_row(device) for device in every_type()]


def _expected_row(device: Device) -> list[str]:
    found = Counter(_wanted(device, step.id, check.number) for step in form().steps for check in step.checks)
    of_people = sum(
        len(step.checks) for step in form().steps if step.by == "inspector" and step.why_not(device) is None
    )
    counts = found[Verdict.PASS] - of_people, 0, found[Verdict.NOT_APPLICABLE], of_people
    name, _, options = device.describe().partition(" V, ")
    return [f"| {name} V", options.replace("no options", "none"), *map(str, counts)]
