"""Does one bad port fail the steps that are about it, and no other? (T-23)"""

from collections.abc import Callable

import pytest

from osos.conformity.bench import SHORTEST, Bench
from osos.conformity.clockwork import set_by_any_port
from osos.conformity.device import Device
from osos.conformity.run_file import RunFile
from osos.conformity.runs import Report
from osos.conformity.stage import LiveStage
from osos.conformity.trouble import Unprepared
from osos.conformity.verdicts import Outcome, StepResult, Verdict
from osos.conformity.virtual import VirtualWorld
from osos.simulator.meter.faults import FAULTS

Ran = Callable[..., Report]
Find = Callable[[Report, str], StepResult]


class Deaf(VirtualWorld):
    """One port does not hear a byte."""

    deaf = "rs485"

    def send(self, port: str, data: bytes, after_s: float) -> None:
        if port != self.deaf:
            super().send(port, data, after_s)


class NoOptics(Deaf):
    deaf = "optical"


def _failed(report: Report) -> set[str]:
    return {one.step for one in report.results if one.verdict is Verdict.FAIL}


def test_a_deaf_rs485_port_fails_its_own_steps_and_the_run_goes_on(ran: Ran, combi: Device) -> None:
    report = ran("SP", "SA", "MA", world=Deaf(combi))
    assert not [one.step for one in report.results if one.outcome in {Outcome.STOPPED, Outcome.OUR_ERROR}]
    failed = _failed(report)
    assert {"SP-01", "SP-02", "SP-05", "SP-08", "SP-12"} <= failed
    assert {one for one in failed if not one.startswith("SP-")} == {"MA-07"}  # reads over either port


def test_what_is_read_over_no_certain_port_is_read_over_the_other_one(
    ran: Ran, combi: Device, result_of: Find
) -> None:
    report = ran("MA", world=NoOptics(combi))
    step = result_of(report, "MA-01")
    assert step.verdict is Verdict.PASS
    assert "asked over rs485" in step.detail
    assert _failed(report) == {"MA-07"}


def _bench(device: Device, *faults: str) -> Bench:
    from functools import partial

    from osos.simulator.meter import VirtualMeter

    world = VirtualWorld(device, make=partial(VirtualMeter, faults=frozenset(faults)))
    return Bench(LiveStage(world, world, RunFile()), device, repeats=SHORTEST)


@pytest.mark.parametrize(
    ("fault", "cover_open"),
    [("rs485-does-not-set-the-clock", False), ("0.9.1-is-refused", True), ("0.9.2-is-not-kept", True)],
)
def test_a_clock_one_port_does_not_set_is_set_over_the_other(
    combi: Device, fault: str, cover_open: bool
) -> None:
    assert fault in FAULTS
    bench = _bench(combi, fault)
    bench.clock()
    bench.rig.terminal_cover(open_=cover_open)
    wanted = bench.now.replace(microsecond=0, day=20, hour=4)
    bench.set_clock(wanted)
    assert abs((bench.shown_clock() - wanted).total_seconds()) < 30
    assert bench.rig.terminal_open is cover_open
    assert len(bench.notes) == 1


def test_a_clock_no_port_sets_leaves_the_step_unprepared(combi: Device) -> None:
    bench = _bench(combi, "rs485-does-not-set-the-clock", "0.9.1-is-refused", "0.9.2-is-refused")
    bench.clock()
    with pytest.raises(Unprepared, match="no port sets it"):
        set_by_any_port(bench, bench.now.replace(microsecond=0, day=20, hour=4))
