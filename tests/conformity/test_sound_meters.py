"""Does every applicable bench step pass on a sound virtual meter, and does nothing else pass?"""

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


def short_form(device: Device) -> Report:
    world = VirtualWorld(virtual_device(device))
    return run(world, world, world.device, repeats=SHORTEST)


@pytest.mark.parametrize("name", METERS)
def test_every_bench_check_that_concerns_a_sound_meter_passes(name: str) -> None:
    device = METERS[name]
    report = short_form(device)
    wrong = [
        (result.step, check.number, check.verdict, check.worst.saw if check.worst else "")
        for result in report.results
        for check in result.checks
        if form().step(result.step).by == "bench"
        and check.verdict
        is not (Verdict.PASS if _concerns(device, result.step, check.number) else Verdict.NOT_APPLICABLE)
    ]
    assert wrong == []
    assert not [result.step for result in report.results if result.outcome not in {None, "inspector"}]


def _concerns(device: Device, step: str, number: int) -> bool:
    told = form().step(step)
    return told.why_not(device) is None and told.checks[number - 1].concerns(device)


def test_what_a_person_has_to_look_at_waits() -> None:
    report = short_form(METERS["combi two-way"])
    waiting = {result.step for result in report.results if result.verdict is Verdict.WAITING}
    assert waiting == {step.id for step in form().steps if step.by == "inspector"}


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", METERS)
def test_the_whole_form_passes_in_two_minutes(name: str) -> None:
    from time import monotonic

    began = monotonic()
    world = VirtualWorld(virtual_device(METERS[name]))
    report = run(world, world, world.device)
    assert report.whole
    assert report.totals.by_verdict[Verdict.FAIL] == 0
    assert monotonic() - began < 120
