"""Who may sign for what after a run, and what does it change? (T-20)

A signature is a line behind the run's own in the same chain: nothing that was written is overwritten, and a
word against an earlier one stands beside it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from osos.conformity.catalogue import Step, form
from osos.conformity.closed import closed_groups
from osos.conformity.inspector import Signature, inspected, signature_facts, told
from osos.conformity.run_file import SIGNED_LATER, ReadRun, RunFile, check_run
from osos.conformity.verdicts import Case, CheckResult, Outcome, StepResult, Verdict
from osos.conformity.withdrawing import standing, withdrawals


class MayNotSign(ValueError):
    """`reason`: no-such-check, not-run, not-applicable or decided."""

    def __init__(self, reason: str, step: str, check: int) -> None:
        super().__init__(f"{step}/{check}: {_WHY[reason]}")
        self.reason, self.step, self.check = reason, step, check


_WHY = {
    "no-such-check": "the form has no such check",
    "not-run": "this run has not come to it",
    "not-applicable": "it does not concern this meter",
    "decided": "the bench has decided it",
}


def sign(path: Path, signatures: Sequence[Signature]) -> None:
    """Put these behind the lines of a run file: all of them, or none.

    Raises MayNotSign, and RunFileTrouble for a file that was edited or is being written.
    """
    log = RunFile.go_on(path)
    try:
        results, _ = closed_groups(check_run(log.records))
        for one in signatures:
            if reason := objection(results, one.step, one.check):
                raise MayNotSign(reason, one.step, one.check)
        for one in signatures:
            log.note(SIGNED_LATER, signature=signature_facts(one))
    finally:
        log.close()


def objection(results: Iterable[StepResult], step: str, check: int) -> str:
    """Why this check of a run is not to be signed; empty: it is. `results`: of the run itself."""
    known = next((one for one in form().steps if one.id == step), None)
    if known is None or not 1 <= check <= len(known.checks):
        return "no-such-check"
    result = next((one for one in results if one.step == step), None)
    if result is None:
        return "not-run"
    found = result.checks[check - 1]
    if found.verdict is Verdict.NOT_APPLICABLE and not found.signed:
        return "not-applicable"
    is_persons = known.by == "inspector" or found.signed or found.verdict is Verdict.WAITING
    return "" if is_persons else "decided"


def with_signatures(results: Iterable[StepResult], read: ReadRun) -> tuple[StepResult, ...]:
    """The results of a run, and what was signed or taken back after it."""
    words = [one for one in standing(read) if one.counts]
    late = [one.signature for one in words if one.is_late]
    before = [one.signature for one in words if not one.is_late]
    signed = {one.step for one in late} | {one.step for one in withdrawals(read)}
    return tuple(
        _signed(form().step(one.step), one, late, before) if one.step in signed else one for one in results
    )


def _signed(
    step: Step, result: StepResult, late: Sequence[Signature], before: Sequence[Signature]
) -> StepResult:
    if step.by == "inspector":
        return inspected(step, [*before, *late])
    checks = tuple(
        _check(one, [word for word in late if (word.step, word.check) == (step.id, one.number)])
        for one in result.checks
    )
    return replace(result, checks=checks, outcome=_outcome(result, checks))


def _check(check: CheckResult, own: Sequence[Signature]) -> CheckResult:
    """What the bench saw for itself stays; what it could not is the signer's word."""
    if not own or check.verdict is not Verdict.WAITING:
        return check
    verdicts = {one.verdict for one in own}
    waited = check.worst
    case = Case(
        name="",
        verdict=next(iter(verdicts)) if len(verdicts) == 1 else Verdict.WAITING,
        expected=waited.expected if waited else "",
        saw="; ".join(filter(None, (told(own), waited.saw if waited else ""))),
        evidence=waited.evidence if waited else (0, 0),
    )
    seen = tuple(one for one in check.cases if one.verdict is not Verdict.WAITING)
    return replace(check, cases=(*seen, case), signed=told(own))


def _outcome(result: StepResult, checks: Sequence[CheckResult]) -> Outcome | None:
    """The reason why a step waits stands as long as something of it does."""
    waiting = [one for one in checks if one.verdict is Verdict.WAITING]
    if any(one.signed for one in waiting):
        return Outcome.CONTRADICTED
    return result.outcome if waiting else None
