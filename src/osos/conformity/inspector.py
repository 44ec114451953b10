"""What did people see and sign for, where the bench cannot look? (T-20)"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from osos.conformity.catalogue import Step
from osos.conformity.verdicts import Case, CheckResult, Outcome, StepResult, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One person's word on one check of the form."""

    step: str
    check: int
    verdict: Verdict
    by: str
    at: datetime
    remark: str = ""

    def __post_init__(self) -> None:
        if not self.by.strip():
            raise ValueError(f"{self.step}: who looks signs with a name")
        if self.at.utcoffset() is None:
            raise ValueError(f"{self.step}: a signature has an aware time, got {self.at!r}")
        if self.verdict is Verdict.WAITING:
            raise ValueError(f"{self.step}: one signs for pass, fail or not applicable, not {self.verdict}")
        if self.verdict is Verdict.NOT_APPLICABLE and not self.remark.strip():
            raise ValueError(f"{self.step}: why is it not applicable?")


@runtime_checkable
class Inspecting(Protocol):
    """A rig behind which a person stands who can be asked to look and sign."""

    def inspect(self, step: Step) -> tuple[Signature, ...]: ...


def signature_facts(one: Signature) -> dict[str, Any]:
    """As the run file keeps it."""
    return {**asdict(one), "verdict": str(one.verdict), "at": one.at.isoformat()}


def signature_of(facts: Mapping[str, Any]) -> Signature:
    at = datetime.fromisoformat(facts["at"])
    return Signature(**{**facts, "verdict": Verdict(facts["verdict"]), "at": at})


def told(words: Iterable[Signature]) -> str:
    """Everybody's word, by name and time."""
    return "; ".join(f"{one.by} {one.at.isoformat()}: {one.verdict} {one.remark}".strip() for one in words)


def inspected(step: Step, signatures: Iterable[Signature]) -> StepResult:
    """An inspector's step: waiting until every check is signed; opposite words of two people wait too."""
    words = [one for one in signatures if one.step == step.id]
    checks, outcome = [], None
    for check in step.checks:
        own = [one for one in words if one.check == check.number]
        verdicts = {one.verdict for one in own}
        if len(verdicts) == 1:
            verdict = next(iter(verdicts))
        else:
            verdict = Verdict.WAITING
            outcome = (
                Outcome.CONTRADICTED if verdicts or outcome is Outcome.CONTRADICTED else Outcome.INSPECTOR
            )
        said = told(own)
        case = Case(name="", verdict=verdict, expected=step.fit or check.words.en, saw=said)
        checks.append(
            CheckResult(step=step.id, number=check.number, words=check.words, cases=(case,), signed=said)
        )
    return StepResult(step=step.id, did=step.words, checks=tuple(checks), outcome=outcome)
