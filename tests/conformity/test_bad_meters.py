"""What becomes of a run when the meter stops, is late, restarts, is another one, or the rig does not obey?"""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from osos.conformity.device import SHELF, Device
from osos.conformity.rig import Act
from osos.conformity.runs import Report
from osos.conformity.trouble import AnotherMeter
from osos.conformity.verdicts import Outcome, StepResult, Verdict
from osos.conformity.virtual import VirtualWorld

Ran = Callable[..., Report]
Find = Callable[[Report, str], StepResult]


class Dying(VirtualWorld):
    """A meter that says nothing more after so many messages."""

    left = 40

    def send(self, port: str, data: bytes, after_s: float) -> None:
        self.left -= 1
        if self.left > 0:
            super().send(port, data, after_s)


class Late(VirtualWorld):
    """Every answer comes two seconds late."""

    waiting: tuple[float, str, bytes] | None = None

    def hear(self, until: float) -> tuple[str, bytes] | None:
        if self.waiting is None and (found := super().hear(until)):
            self.waiting = (self.monotonic() + 2.0, *found)
        if self.waiting is None:
            return None
        due, port, data = self.waiting
        if due > until:
            self._seconds = until
            return None
        self._seconds, self.waiting = max(due, self._seconds), None
        return port, data


class Restarting(VirtualWorld):
    """The supply fails for an instant in the middle of one session."""

    left = 20

    def send(self, port: str, data: bytes, after_s: float) -> None:
        self.left -= data.startswith(b"\x01R2")
        if self.left == 0:
            self._plug()
            return
        super().send(port, data, after_s)


class Forgetting(VirtualWorld):
    """Supply and clock battery fail together in the middle of the test: the clock begins anew in 2000."""

    left = 25

    def send(self, port: str, data: bytes, after_s: float) -> None:
        self.left -= data.startswith(b"\x01R2")
        if self.left == 0:
            at = self.now()
            self.meter.rig(at=at, clock_battery=False, supply=(False,) * 3)
            self.meter.rig(at=at, clock_battery=True, supply=(True,) * 3)
        super().send(port, data, after_s)


class Lying(VirtualWorld):
    """A row of the magnetic alarm is told for the month after, with a right check character."""

    def hear(self, until: float) -> tuple[str, bytes] | None:
        found = super().hear(until)
        if found is None or not found[1].startswith(b"\x0296.77.6*1(26"):
            return found
        from osos.iec62056 import DataBlock

        port, data = found
        return port, DataBlock(DataBlock.parse(data).block.replace(b"*1(26-03", b"*1(26-04")).framed()


class Swapping(VirtualWorld):
    """Somebody puts another meter on the cable."""

    left = 40

    def send(self, port: str, data: bytes, after_s: float) -> None:
        self.left -= 1
        if self.left == 0:
            self._put(SHELF)
        super().send(port, data, after_s)


class Disobeying(VirtualWorld):
    """The magnet is not where it was asked for."""

    def do(self, act: Act) -> Mapping[str, Any]:
        return {"mt": 120} if act.name == "magnet" else super().do(act)


class Garbling(VirtualWorld):
    """Stamps come with a thirteenth month."""

    def hear(self, until: float) -> tuple[str, bytes] | None:
        found = super().hear(until)
        if found is None or b"96.77.6*1(" not in found[1]:
            return found
        from osos.iec62056 import DataBlock

        port, data = found
        return port, DataBlock(DataBlock.parse(data).block.replace(b"(00-00-00", b"(26-13-01")).framed()


def test_a_meter_that_stops_answering_fails_and_ends_the_run(ran: Ran, combi: Device) -> None:
    report = ran("MA", "KG", world=Dying(combi))
    outcomes = [result.outcome for result in report.results]
    assert outcomes.count(Outcome.SILENT) == 3
    assert set(outcomes[outcomes.index(Outcome.STOPPED) :]) == {Outcome.STOPPED}
    silent = next(result for result in report.results if result.outcome is Outcome.SILENT)
    stopped = next(result for result in report.results if result.outcome is Outcome.STOPPED)
    assert (silent.verdict, stopped.verdict) == (Verdict.FAIL, Verdict.WAITING)


def test_a_meter_that_answers_late_is_told_from_a_silent_one(ran: Ran, combi: Device) -> None:
    report = ran("MA", world=Late(combi))
    assert {result.outcome for result in report.results} == {Outcome.LATE}
    assert {result.verdict for result in report.results} == {Verdict.FAIL}


def test_a_session_that_broke_off_is_begun_again_and_told(ran: Ran, combi: Device) -> None:
    report = ran("MA", world=Restarting(combi))
    broke = [result for result in report.results if result.outcome]
    assert [result.outcome for result in broke] == [Outcome.BROKE_OFF]
    assert "broke off once" in broke[0].detail


def test_a_meter_that_forgets_its_clock_in_mid_test_fails_and_the_run_goes_on(
    ran: Ran, combi: Device
) -> None:
    report = ran("MA", "UK", world=Forgetting(combi))
    assert not [one.step for one in report.results if one.outcome is Outcome.OUR_ERROR]
    assert Verdict.FAIL in {one.verdict for one in report.results if one.step.startswith("MA")}
    assert {one.verdict for one in report.results if one.step.startswith("UK")} == {Verdict.PASS}


def test_a_meter_that_tells_another_time_than_it_was_fails_where_the_time_is_looked_at(
    ran: Ran, combi: Device
) -> None:
    report = ran("MA", world=Lying(combi))
    failed = {one.step for one in report.results if one.verdict is Verdict.FAIL}
    assert {"MA-04", "MA-06"} & failed
    assert not [one.step for one in report.results if one.outcome is Outcome.OUR_ERROR]


def test_another_meter_on_the_cable_ends_the_run(ran: Ran, combi: Device) -> None:
    with pytest.raises(AnotherMeter) as trouble:
        ran("MA", world=Swapping(combi))
    assert trouble.value.wanted == "OSO100000001"
    assert "100000002" in trouble.value.found


def test_a_rig_that_does_not_obey_leaves_its_steps_waiting(ran: Ran, combi: Device, result_of: Find) -> None:
    report = ran("MA", world=Disobeying(combi))
    step = result_of(report, "MA-03")
    assert (step.outcome, step.verdict) == (Outcome.RIG, Verdict.WAITING)
    assert "450" in step.detail and "120" in step.detail
    assert result_of(report, "MA-01").verdict is Verdict.PASS


def test_an_answer_of_no_sense_fails_the_step_that_reads_it(ran: Ran, combi: Device, result_of: Find) -> None:
    step = result_of(ran("MA", world=Garbling(combi)), "MA-01")
    assert (step.outcome, step.verdict) == (Outcome.UNREADABLE, Verdict.FAIL)
    assert "26-13-01" in step.detail
