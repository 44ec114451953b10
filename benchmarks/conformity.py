"""What does the whole form EK-2 cost against virtual meters, and does the bench find planted faults?

CPU time on one core. `python -m benchmarks.conformity` runs the whole form on all twelve types of table 1
with no options and with all, and prints the table of docs/reference/conformity-runs.md.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from osos.conformity.catalogue import form
from osos.conformity.device import Device
from osos.conformity.meter_types import TYPES, bare, widest
from osos.conformity.planted import Tally, find
from osos.conformity.runs import Report
from osos.conformity.runs import run as run_form
from osos.conformity.verdicts import Verdict
from osos.conformity.virtual import VirtualWorld, virtual_device
from osos.simulator.meter.faults import FAULTS

WHOLE_FORM_GOAL_S = 120
# One a group, quick to find; `osos conformity faults` plants all of them.
SAMPLE = (
    "terminal-cover-stamped-an-hour-late", "demand-in-blocks", "reset-is-not-counted", "tariff-5-is-taken",
    "magnet-is-not-felt",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ran:
    """One whole form against one type of meter."""

    device: Device
    report: Report
    cpu_s: float

    @property
    def undecided(self) -> list[str]:
        """Bench steps that neither passed nor rightly do not apply."""
        done = {Verdict.PASS, Verdict.NOT_APPLICABLE}
        by_bench = {step.id for step in form().steps if step.by == "bench"}
        return [one.step for one in self.report.results if one.step in by_bench and one.verdict not in done]


def whole_form(device: Device) -> Ran:
    world = VirtualWorld(virtual_device(device))
    began = time.process_time()
    report = run_form(world, world, world.device)
    return Ran(device, report, time.process_time() - began)


def every_type() -> Iterator[Ran]:
    for device in TYPES:
        yield whole_form(bare(device))
        yield whole_form(widest(device))


def row(ran: Ran) -> str:
    counts, device = ran.report.totals.by_verdict, ran.device
    cells = [
        f"{device.kind}, {device.ways}-way, {device.connection}, {device.voltage} V",
        ", ".join(sorted(device.options)) or "none",
        *(str(counts[verdict]) for verdict in Verdict),
        f"{ran.cpu_s:.1f}",
    ]
    return f"| {' | '.join(cells)} |"


def run() -> list[dict[str, object]]:
    ran = whole_form(widest(TYPES[-3]))
    tally = Tally.of(find(FAULTS[name]) for name in SAMPLE)
    found = tally.caught == tally.planted and not tally.unrelated
    return [
        {"what": "the whole form against a virtual two-way combi meter, s", "ours": round(ran.cpu_s, 1),
         "goal": WHOLE_FORM_GOAL_S, "met": ran.cpu_s <= WHOLE_FORM_GOAL_S},
        {"what": "bench steps of it that did not pass", "ours": len(ran.undecided), "goal": 0,
         "met": not ran.undecided},
        {"what": "faults caught / planted (a sample, each against its group)",
         "ours": f"{tally.caught}/{tally.planted}", "unrelated": tally.unrelated, "goal": 1.0, "met": found},
    ]  # fmt: skip


if __name__ == "__main__":
    print("| type | options | pass | fail | not applicable | waiting | CPU s |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for one in every_type():
        print(row(one), flush=True)
        for step in one.undecided:
            print(f"<!-- not passed: {step} -->", flush=True)
