"""How does the form run from its first step to its last, whatever the meter does? (T-20, T-22)"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from osos.conformity.bench import Bench
from osos.conformity.catalogue import Form, Group, Step, form
from osos.conformity.device import TESTED
from osos.conformity.inspector import Signature, inspected
from osos.conformity.packets import bare
from osos.conformity.rig import RigDidNot
from osos.conformity.stage import ReplayDeparts
from osos.conformity.steps import SETUPS, STEPS, all_steps
from osos.conformity.trouble import AnotherMeter, MeterTrouble, Unprepared, Unreadable
from osos.conformity.verdicts import Case, CheckResult, Outcome, StepResult, Verdict
from osos.conformity.written import result_facts
from osos.reader import LineTrouble

SILENT_STEPS = 3  # so many in a row, and the meter is taken for dead

_OUTCOMES: dict[type[Exception], Outcome] = {
    Unreadable: Outcome.UNREADABLE,
    Unprepared: Outcome.UNPREPARED,
    RigDidNot: Outcome.RIG,
    LineTrouble: Outcome.LINE,
}

Told = Callable[[StepResult], None]


@dataclass(frozen=True, slots=True)
class _Ended:
    outcome: Outcome
    detail: str


class Runner:
    """Runs groups on a bench; results are written to the stage and told as they come."""

    def __init__(
        self,
        bench: Bench,
        *,
        signatures: Sequence[Signature] = (),
        told: Told | None = None,
        which: Form | None = None,
    ) -> None:
        all_steps()
        self.bench, self.form = bench, which or form()
        self._signatures = signatures
        self._told = told or (lambda _: None)
        self._silent = 0
        self._stopped = ""

    def run(self, groups: Iterable[str] | None = None) -> list[StepResult]:
        """The groups named, in the form's order."""
        wanted = set(groups) if groups is not None else {group.id for group in self.form.groups}
        results: list[StepResult] = []
        for group in self.form.groups:
            if group.id in wanted:
                results += self.run_group(group)
        return results

    def run_group(self, group: Group) -> list[StepResult]:
        self.bench.stage.note("group", group=group.id)
        results: list[StepResult] = []
        failed = self._set_up(group)
        for step in group.steps:
            result = self._one(step, failed)
            results.append(result)
            self.bench.stage.note("step", **result_facts(result))
            self._told(result)
        self.bench.stage.note("group-end", group=group.id)
        return results

    def _set_up(self, group: Group) -> _Ended | None:
        """The sample of the group, and what all its steps start from."""
        mine = [step for step in group.steps if step.by == "bench" and not step.why_not(self.bench.device)]
        if not mine or self._stopped:
            return None
        self.bench.begin(mine[0])
        self.bench.kept = {}

        def act(bench: Bench) -> None:
            if group.id in SETUPS:
                SETUPS[group.id](bench)
            else:
                bench.connect(TESTED, purpose=group.id)
            same_meter(bench)

        return self._guarded(act)

    def _one(self, step: Step, failed: _Ended | None) -> StepResult:
        reason = step.why_not(self.bench.device)
        if reason is not None:
            checks = tuple(
                _undecided(step, check.number, Verdict.NOT_APPLICABLE, reason.en) for check in step.checks
            )
            return StepResult(step=step.id, did=step.words, checks=checks)
        if step.by == "inspector":
            return inspected(step, [*self._signatures, *self.bench.stage.signatures(step)])
        if self._stopped:
            return self._result(step, _Ended(Outcome.STOPPED, self._stopped))
        self.bench.begin(step)
        ended = failed or self._guarded(STEPS[step.id])
        self._count_silence(ended)
        return self._result(step, ended)

    def _guarded(self, act: Callable[[Bench], None]) -> _Ended | None:
        """What a meter, a rig or a line may do is an outcome, never an exception of the run."""
        try:
            act(self.bench)
        except MeterTrouble as trouble:
            return _Ended(trouble.outcome, trouble.detail)
        except tuple(_OUTCOMES) as trouble:
            outcome = next(one for kind, one in _OUTCOMES.items() if isinstance(trouble, kind))
            return _Ended(outcome, str(trouble))
        except (AnotherMeter, ReplayDeparts):
            raise
        except Exception as error:  # noqa: BLE001  # hours of a run are not to end by one step's bug
            return _Ended(Outcome.OUR_ERROR, f"{type(error).__name__}: {error}")
        return None

    def _count_silence(self, ended: _Ended | None) -> None:
        silent = ended is not None and ended.outcome is Outcome.SILENT
        self._silent = self._silent + 1 if silent else 0
        if self._silent >= SILENT_STEPS and self._is_dead():
            self._stopped = f"the meter was silent in {SILENT_STEPS} steps running"

    def _is_dead(self) -> bool:
        """Silent steps of one port, or of a meter without power, end no run."""
        dead: list[bool] = []
        ended = self._guarded(lambda bench: dead.append(bench.is_dead()))
        self._silent = 0
        return ended is not None or dead == [True]

    def _result(self, step: Step, ended: _Ended | None) -> StepResult:
        """Checks the step came to are as it found them; one it did not come to never passes."""
        checks: list[CheckResult] = []
        remarks = "; ".join([*self.bench.remarks, *self.bench.notes])
        outcome, detail = (ended.outcome, ended.detail) if ended else (None, remarks)
        if ended is None and self.bench.remarks:
            outcome = Outcome.BROKE_OFF
        for check in step.checks:
            if not check.concerns(self.bench.device):
                reason = "not for this kind of meter"
                checks.append(_undecided(step, check.number, Verdict.NOT_APPLICABLE, reason))
                continue
            cases = tuple(self.bench.cases(check.number)) if self.bench.step is step else ()
            if ended is not None:
                cases = (*cases, _cut_short(ended))
            elif not cases:
                outcome, detail = Outcome.NOT_JUDGED, f"check {check.number} was not judged"
                cases = (Case(name="", verdict=Verdict.WAITING, expected="", saw="not judged"),)
            checks.append(CheckResult(step=step.id, number=check.number, words=check.words, cases=cases))
        return StepResult(step=step.id, did=step.words, checks=tuple(checks), outcome=outcome, detail=detail)


def same_meter(bench: Bench) -> None:
    """Is it still the sample this run was begun with? Raises AnotherMeter."""
    found = bare(bench.read("0.0.0"))
    if found.lstrip("0") != bench.sample.serial.lstrip("0"):
        raise AnotherMeter(bench.sample.address, found)


def _cut_short(ended: _Ended) -> Case:
    """The meter's fault fails the check; whatever is not its fault leaves the check waiting."""
    by_meter = ended.outcome in {Outcome.SILENT, Outcome.LATE, Outcome.UNREADABLE, Outcome.BROKE_OFF}
    verdict = Verdict.FAIL if by_meter else Verdict.WAITING
    return Case(name=str(ended.outcome), verdict=verdict, expected="", saw=ended.detail)


def _undecided(step: Step, number: int, verdict: Verdict, why: str) -> CheckResult:
    check = step.checks[number - 1]
    case = Case(name="", verdict=verdict, expected="", saw=why)
    return CheckResult(step=step.id, number=number, words=check.words, cases=(case,))
