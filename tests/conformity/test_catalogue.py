"""Is every step and check of form EK-2 here, in order, with its Turkish words?"""

from pathlib import Path

import pytest
import yaml

from osos.conformity.catalogue import form
from osos.conformity.device import Device
from osos.conformity.steps import STEPS, all_steps

SPEC = Path(__file__).resolve().parents[3] / "shared" / "spec" / "ek2.yaml"


def test_the_form_has_22_groups_258_steps_and_468_checks() -> None:
    steps = form().steps
    assert len(form().groups) == 22
    assert len(steps) == 258
    assert sum(len(step.checks) for step in steps) == 468


def test_the_bench_decides_420_checks() -> None:
    assert sum(len(step.checks) for step in form().steps if step.by == "bench") == 420


def test_identifiers_and_checks_are_those_of_the_spec() -> None:
    if not SPEC.is_file():
        pytest.skip("skipped: no specification beside the checkout")
    told = yaml.safe_load(SPEC.read_text(encoding="utf-8"))
    theirs = [
        (group["id"], step["id"], tuple(map(str, step["expect"])))
        for group in told["groups"]
        for step in group["steps"]
    ]
    ours = [(step.group, step.id, tuple(check.words.en for check in step.checks)) for step in form().steps]
    assert ours == theirs


def test_every_bench_step_is_a_function_and_nothing_else_is() -> None:
    wanted = {step.id for step in form().steps if step.by == "bench"}
    assert set(all_steps()) == wanted == set(STEPS)


def test_every_step_and_check_has_turkish_words() -> None:
    for step in form().steps:
        assert step.words.tr, step.id
        assert all(check.words.tr for check in step.checks), step.id


def test_a_check_marked_for_two_way_combi_meters_concerns_no_other() -> None:
    check = form().step("EG-02").checks[5]
    assert check.concerns(Device(kind="combi", ways=2))
    assert not check.concerns(Device(kind="combi"))
    assert not check.concerns(Device(kind="3p", ways=2))


def test_relay_steps_concern_meters_with_a_relay_only() -> None:
    step = form().step("RL-01")
    assert step.why_not(Device(kind="1p")) is not None
    assert step.why_not(Device(kind="1p", options=frozenset({"relay"}))) is None


def test_a_polarity_fault_is_made_on_voltage_transformers_only() -> None:
    step = form().step("FS-08")
    assert step.why_not(Device(kind="combi")) is not None
    assert step.why_not(Device(kind="combi", connection="X/5", voltage="57.7/100")) is None
