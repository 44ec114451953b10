"""Which deliberate faults can be switched on in a virtual meter? (M-183, T-23)

`VirtualMeter(spec, load, faults=frozenset({"demand-in-blocks"}))`. Each fault names the requirement it
breaks, the step of the conformity form that is meant to find it, the steps that cannot but see it too, and
what a meter needs (a kind, an option, a voltage) for it to show.
"""

from collections.abc import Collection

from osos.simulator.meter.faults import (
    connections,
    covers,
    demand,
    display,
    interruptions,
    magnet,
    months,
    papers,
    ports,
    power,
    profile,
    relay,
    summer,
    tariffs,
)
from osos.simulator.meter.faults.fault import Fault, Need
from osos.simulator.meter.seams import SOUND, Seams

__all__ = ["FAULTS", "Fault", "Need", "NoSuchFault", "fault_named", "faults_of_step", "seams_with"]

FAULTS: dict[str, Fault] = {
    fault.name: fault
    for module in (
        papers,
        display,
        covers,
        demand,
        summer,
        months,
        tariffs,
        interruptions,
        connections,
        magnet,
        profile,
        power,
        ports,
        relay,
    )
    for fault in module.FAULTS
}


class NoSuchFault(KeyError):
    """The caller's mistake: the board has no such switch."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no deliberate fault {name!r}")
        self.name = name


def fault_named(name: str) -> Fault:
    try:
        return FAULTS[name]
    except KeyError:
        raise NoSuchFault(name) from None


def faults_of_step(step: str) -> tuple[Fault, ...]:
    """All faults this step of the form is meant to find."""
    return tuple(fault for fault in FAULTS.values() if fault.step == step)


def seams_with(names: Collection[str]) -> Seams:
    """The seams of a meter with these faults; none: the sound meter's."""
    if not names:
        return SOUND
    faults = [fault_named(name) for name in sorted(names)]
    numbers = {name: value for fault in faults for name, value in fault.numbers.items()}
    return Seams((hook for fault in faults for hook in fault.hooks), numbers=numbers)
