"""Is the board of deliberate faults whole, and named by what it breaks? (M-183, T-23)"""

import re
from pathlib import Path

import pytest
import yaml

import osos
from osos.simulator.meter import VirtualMeter
from osos.simulator.meter.faults import FAULTS, NoSuchFault, faults_of_step, seams_with
from osos.simulator.meter.seams import NUMBERS, PLACES, SOUND, Seams

# The form as the bench has it; that it is the specification's, tests/conformity/test_catalogue.py says.
FORM = Path(osos.__file__).parent / "conformity" / "data" / "ek2.yaml"


@pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))
def test_a_fault_names_what_it_breaks_and_takes_hold_somewhere(fault):
    assert re.fullmatch(r"[A-Za-z0-9.-]+", fault.name)
    assert re.fullmatch(r"M-[0-9]{1,3}", fault.breaks)
    assert re.fullmatch(r"[A-Z]{2}-[0-9]{2}", fault.step)
    assert fault.step not in fault.also
    assert fault.tr and fault.en
    assert fault.hooks or fault.numbers
    assert {place for place, _ in fault.hooks} <= set(PLACES)
    assert set(fault.numbers) <= set(NUMBERS)


def test_every_group_of_the_form_has_a_fault():
    codes = "DS TY IS EG KK MD UK YS AS SB TR KG UG FS AY MA YP SA SP OP RL HB"
    groups = codes.split(" ")
    assert {fault.group for fault in FAULTS.values()} == set(groups)
    assert len(groups) == 22


def test_every_step_the_bench_decides_has_a_fault_meant_for_it():
    groups = yaml.safe_load(FORM.read_text(encoding="utf-8"))["groups"]
    steps = {step["id"]: step.get("by", group["by"]) for group in groups for step in group["steps"]}
    without = [step for step, by in steps.items() if by == "bench" and not faults_of_step(step)]
    assert without == []
    named = {step for fault in FAULTS.values() for step in (fault.step, *fault.also)}
    assert named <= set(steps)


def test_a_sound_meter_has_no_hooks():
    assert seams_with(frozenset()) is SOUND
    assert not any(SOUND.has(place) for place in PLACES)


def test_a_switch_the_board_has_not_is_refused(spec, same_day):
    with pytest.raises(NoSuchFault, match="demand-in-circles"):
        VirtualMeter(spec(), same_day, faults=frozenset({"demand-in-circles"}))


def test_a_hook_at_a_place_that_is_none_is_refused():
    with pytest.raises(ValueError, match="nowhere"):
        Seams([("nowhere", lambda value: value)])
    with pytest.raises(ValueError, match="colour"):
        Seams(numbers={"colour": 1})


def test_faults_are_switched_on_together(spec, same_day, local):
    names = frozenset({"profile-period-reads-30", "demand-period-reads-30"})
    meter = VirtualMeter(spec(), same_day, faults=names)
    at = local(2026, 2, 1, 12)
    assert meter.read("0.8.4", "", at=at) == b"0.8.4(30*min)"
    assert meter.read("0.8.0", "", at=at) == b"0.8.0(30*min)"
    assert VirtualMeter(spec(), same_day).read("0.8.4", "", at=at) == b"0.8.4(15*min)"
