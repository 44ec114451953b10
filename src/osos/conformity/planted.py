"""Does the bench find every deliberate fault of a virtual meter, and nothing else with it? (T-23)"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from osos.conformity.bench import Bench, Repeats
from osos.conformity.catalogue import form
from osos.conformity.device import Device, Voltage
from osos.conformity.run_file import RunFile
from osos.conformity.running import Runner
from osos.conformity.stage import LiveStage
from osos.conformity.steps import all_steps
from osos.conformity.verdicts import StepResult, Verdict
from osos.conformity.virtual import VirtualWorld, virtual_device
from osos.simulator.meter import VirtualMeter
from osos.simulator.meter.faults import FAULTS, Fault

WIDEST = Device(
    kind="combi",
    ways=2,
    connection="X/5",
    options=frozenset({"rs485", "relay", "external-supply"}),
)
# Each thing the form repeats often costs time, and is repeated in full where that is what finds the fault.
FEW = Repeats(interruptions=3, months=1, months_of_first_row=2, periods=2, profile_days=0.15)
_LONG_LISTS = {f"KG-{n}" for n in range(12, 16)} | {f"UG-{n:02d}" for n in range(6, 10)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the form said about one planted fault."""

    fault: Fault
    failed: tuple[str, ...]  # steps, in the form's order
    stopped: str = ""  # where the run broke off

    @property
    def caught(self) -> bool:
        return self.fault.step in self.failed

    @property
    def unrelated(self) -> tuple[str, ...]:
        """Steps that failed though nothing they look at was broken."""
        related = {self.fault.step, *self.fault.also}
        return tuple(step for step in self.failed if step not in related)


def planted(groups: Iterable[str] = ()) -> list[Fault]:
    """All faults meant for a bench step of these groups; none named: of every group."""
    wanted = set(groups) or {group.id for group in form().groups}
    known = set(all_steps())
    return [fault for fault in FAULTS.values() if fault.group in wanted and fault.step in known]


def groups_first(faults: Iterable[Fault]) -> list[Fault]:
    """One of each group, then one of each step, then the rest: a hunt cut short has looked everywhere."""
    left = list(faults)
    found: list[Fault] = []
    keys: tuple[Callable[[Fault], str], ...] = (lambda fault: fault.group, lambda fault: fault.step)
    for key in keys:
        seen = {key(fault) for fault in found}
        for fault in list(left):
            if key(fault) not in seen:
                seen.add(key(fault))
                left.remove(fault)
                found.append(fault)
    return found + left


def device_for(fault: Fault) -> Device:
    """A meter on which this fault shows: the widest there is, or what the fault needs."""
    needs = set(fault.needs)
    kinds = needs & {"1p", "3p", "combi"}  # any of them will do; a combi meter is polyphase too
    if kinds == {"1p", "3p"}:
        return replace(WIDEST, kind="3p", options=WIDEST.options - {"external-supply"})
    if kinds == {"1p"}:
        return replace(WIDEST, kind="1p", connection="direct", options=WIDEST.options - {"external-supply"})
    voltage: Voltage = "57.7/100" if "3x57.7/100" in needs else "230/400"
    return replace(WIDEST, voltage=voltage)


def hunt(faults: Iterable[Fault], *, whole: bool = False) -> Iterator[Found]:
    """Plant each by itself and run its group, or with `whole` the form from end to end."""
    for fault in faults:
        yield find(fault, whole=whole)


def find(fault: Fault, *, whole: bool = False) -> Found:
    make = partial(VirtualMeter, faults=frozenset({fault.name}))
    device = virtual_device(device_for(fault), make=make)
    world = VirtualWorld(device, make=make)
    bench = Bench(LiveStage(world, world, RunFile()), device, repeats=_repeats(fault))
    results = Runner(bench).run(None if whole else [fault.group])
    return Found(fault=fault, failed=tuple(_failed(results)))


def _failed(results: Iterable[StepResult]) -> list[str]:
    return [result.step for result in results if result.verdict is Verdict.FAIL]


def _repeats(fault: Fault) -> Repeats:
    found = FEW
    steps = {fault.step, *fault.also}
    if steps & _LONG_LISTS:
        found = replace(found, interruptions=99)
    if fault.group == "AS":
        found = replace(found, months_of_first_row=13)
    if fault.step == "YS-15":
        found = replace(found, periods=12)
    if "YP-08" in steps:
        found = replace(found, profile_days=12.1)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The figures of a hunt, as `osos conformity faults --json` prints them."""

    planted: int
    caught: int
    unrelated: int
    steps_covered: int
    groups_covered: int

    @classmethod
    def of(cls, found: Iterable[Found]) -> "Tally":
        every = list(found)
        caught = [one for one in every if one.caught]
        return cls(
            planted=len(every),
            caught=len(caught),
            unrelated=sum(len(one.unrelated) for one in every),
            steps_covered=len({one.fault.step for one in caught}),
            groups_covered=len({one.fault.group for one in caught}),
        )


def told(found: Found) -> str:
    """One line for a person."""
    verdict = "caught" if found.caught else "MISSED"
    also = f", also {' '.join(found.unrelated)}" if found.unrelated else ""
    return f"{verdict:6} {found.fault.step} {found.fault.name}{also}"


Progress = Callable[[Found], None]
