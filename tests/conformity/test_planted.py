"""Does the bench find the deliberate faults of a virtual meter, each at its step and at no unrelated one?"""

import pytest

from osos.conformity.planted import FAULTS, Tally, find, groups_first, hunt, planted
from osos.conformity.steps import all_steps

# One a group, quick to find.
SOME = (
    "terminal-cover-stamped-an-hour-late",
    "demand-in-blocks",
    "reset-is-not-counted",
    "tariff-5-is-taken",
    "magnet-is-not-felt",
    "current-alarm-l2-ends-when-the-clock-is-set",
)


def test_every_bench_step_has_a_fault_of_its_own() -> None:
    assert set(all_steps()) <= {fault.step for fault in FAULTS.values()}


def test_a_hunt_cut_short_has_looked_at_every_group_and_then_at_every_step() -> None:
    """T-23: the groups first, then every step."""
    faults = groups_first(planted())
    groups, steps = ({getattr(one, name) for one in faults} for name in ("group", "step"))
    assert {fault.group for fault in faults[: len(groups)]} == groups
    assert {fault.step for fault in faults[: len(steps)]} == steps
    assert sorted(fault.name for fault in faults) == sorted(fault.name for fault in planted())


@pytest.mark.parametrize("name", [name for name in SOME if name in FAULTS])
def test_a_planted_fault_is_caught_where_it_is_meant_to_be(name: str) -> None:
    found = find(FAULTS[name])
    assert found.caught, found
    assert not found.unrelated, found


@pytest.mark.parametrize("group", ["UK", "HB"])
def test_all_faults_of_a_group_are_caught(group: str) -> None:
    tally = Tally.of(hunt(planted([group])))
    assert tally.planted > 3
    assert (tally.caught, tally.unrelated) == (tally.planted, 0)


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_all_faults_are_caught_and_nothing_with_them() -> None:
    found = list(hunt(planted()))
    missed = [one.fault.name for one in found if not one.caught]
    unrelated = {one.fault.name: one.unrelated for one in found if one.unrelated}
    assert (missed, unrelated) == ([], {})
