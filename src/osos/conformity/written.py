"""How are results written as plain JSON, and read back?"""

from typing import Any

from osos.conformity.catalogue import form
from osos.conformity.verdicts import Case, CheckResult, Outcome, StepResult, Verdict


def result_facts(result: StepResult) -> dict[str, Any]:
    return {
        "step": result.step,
        "verdict": str(result.verdict),
        "outcome": str(result.outcome) if result.outcome else None,
        "detail": result.detail,
        "checks": [_check_facts(check) for check in result.checks],
    }


def result_of(facts: dict[str, Any]) -> StepResult:
    """The words are the form's, not the file's."""
    step = form().step(facts["step"])
    return StepResult(
        step=step.id,
        did=step.words,
        checks=tuple(
            CheckResult(
                step=step.id,
                number=check["number"],
                words=step.checks[check["number"] - 1].words,
                cases=tuple(_case_of(case) for case in check["cases"]),
                signed=check["signed"],
            )
            for check in facts["checks"]
        ),
        outcome=Outcome(facts["outcome"]) if facts["outcome"] else None,
        detail=facts["detail"],
    )


def _check_facts(check: CheckResult) -> dict[str, Any]:
    return {
        "number": check.number,
        "verdict": str(check.verdict),
        "signed": check.signed,
        "cases": [
            {
                "name": case.name,
                "verdict": str(case.verdict),
                "expected": case.expected,
                "saw": case.saw,
                "evidence": list(case.evidence),
            }
            for case in check.cases
        ],
    }


def _case_of(facts: dict[str, Any]) -> Case:
    first, last = facts["evidence"]
    return Case(
        name=facts["name"],
        verdict=Verdict(facts["verdict"]),
        expected=facts["expected"],
        saw=facts["saw"],
        evidence=(first, last),
    )
