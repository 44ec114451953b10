"""What do the tests of the conformity bench share?"""

from collections.abc import Callable
from pathlib import Path

import pytest

from osos.conformity.bench import SHORTEST
from osos.conformity.device import Device
from osos.conformity.runs import Report, run
from osos.conformity.verdicts import StepResult
from osos.conformity.virtual import VirtualWorld, virtual_device

EVERYTHING = frozenset({"rs485", "relay", "external-supply"})


@pytest.fixture(scope="session")
def combi() -> Device:
    """The widest meter there is: two-way, with every option."""
    return virtual_device(Device(kind="combi", ways=2, connection="X/5", options=EVERYTHING))


@pytest.fixture(scope="session")
def ran(combi: Device) -> Callable[..., Report]:
    """Runs groups of the short form against a world."""

    def act(*groups: str, world: VirtualWorld | None = None, path: Path | None = None) -> Report:
        place = world or VirtualWorld(combi)
        return run(place, place, place.device, path=path, groups=groups, repeats=SHORTEST)

    return act


@pytest.fixture(scope="session")
def result_of() -> Callable[[Report, str], StepResult]:
    def find(report: Report, step: str) -> StepResult:
        return next(result for result in report.results if result.step == step)

    return find
