"""How does a run look to another program: JSON, JUnit XML, and what changed since the last run?"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any
from xml.etree import ElementTree as ET  # writes only, reads nothing

from osos.conformity.accuracy.kept import AccuracyKept
from osos.conformity.accuracy.summary import accuracy_summary
from osos.conformity.catalogue import form
from osos.conformity.runs import Report, device_facts
from osos.conformity.verdicts import WHOSE, CheckResult, StepResult, Verdict
from osos.conformity.withdrawing import Withdrawal
from osos.conformity.written import result_facts


def counts(report: Report, *, seconds: float) -> dict[str, Any]:
    """The last line of `osos conformity run --json`."""
    totals = report.totals
    return {
        "steps": totals.steps,
        "checks": totals.checks,
        **{str(verdict): totals.by_verdict[verdict] for verdict in Verdict},
        "seconds": round(seconds, 1),
    }


def as_json(
    report: Report, *, accuracy: AccuracyKept | None = None, withdrawn: Iterable[Withdrawal] = ()
) -> str:
    """Everything, for programs: each step with its checks, what was expected and seen, and its evidence."""
    told = {
        "form": form().version,
        "began": report.began.isoformat(),
        "device": device_facts(report.device),
        "whole": report.whole,
        "chain": report.chain,
        "steps": [_step_facts(result) for result in report.results],
        "withdrawn": [{**asdict(one), "at": one.at.isoformat()} for one in withdrawn],
        "accuracy": None if accuracy is None else accuracy_summary(accuracy),
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _step_facts(result: StepResult) -> dict[str, Any]:
    facts = result_facts(result)
    facts["did"] = {"tr": result.did.tr, "en": result.did.en}
    facts["whose"] = WHOSE[result.outcome] if result.outcome else None
    for told, check in zip(facts["checks"], result.checks, strict=True):
        told["check"] = {"tr": check.words.tr, "en": check.words.en}
    return facts


def as_junit(report: Report) -> str:
    """A suite a group, a case a check; what waits for a person is skipped, never passed."""
    root = ET.Element("testsuites", name=f"EK-2 {form().version}")
    for group in form().groups:
        results = [result for result in report.results if result.step.startswith(f"{group.id}-")]
        if results:
            root.append(_suite(group.id, group.title.en, results))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(name: str, title: str, results: list[StepResult]) -> ET.Element:
    checks = [(result, check) for result in results for check in result.checks]
    failed = sum(check.verdict is Verdict.FAIL for _, check in checks)
    skipped = sum(check.verdict in {Verdict.WAITING, Verdict.NOT_APPLICABLE} for _, check in checks)
    suite = ET.Element(
        "testsuite",
        name=f"{name} {title}",
        tests=str(len(checks)),
        failures=str(failed),
        skipped=str(skipped),
        errors="0",
    )
    for result, check in checks:
        suite.append(_case(result, check))
    return suite


def _case(result: StepResult, check: CheckResult) -> ET.Element:
    case = ET.Element(
        "testcase", classname=result.step, name=f"{result.step} {check.number} {_clean(check.words.en)}"
    )
    worst = check.worst
    saw = _clean(f"expected {worst.expected}, saw {worst.saw}" if worst else "")
    if check.verdict is Verdict.FAIL:
        ET.SubElement(case, "failure", message=saw, type=str(result.outcome or "fail"))
    elif check.verdict is not Verdict.PASS:
        ET.SubElement(case, "skipped", message=f"{check.verdict}: {saw}")
    return case


def _clean(text: str) -> str:
    """XML 1.0 has no control characters; a meter's answer may."""
    return "".join(char if char >= " " and char not in "\ufffe\uffff" else "\ufffd" for char in text)


@dataclass(frozen=True, slots=True)
class Change:
    """One check that came out otherwise than the last time."""

    step: str
    number: int
    was: Verdict | None  # None: it was not in that run
    now: Verdict | None
    saw: str


def difference(before: Report, after: Report) -> list[Change]:
    """In the form's order; empty where both runs came out alike."""
    was, now = _verdicts(before), _verdicts(after)
    keys = sorted(was.keys() | now.keys(), key=lambda key: (_place(key[0]), key[1]))
    found = []
    for key in keys:
        old, new = was.get(key), now.get(key)
        if (old and old.verdict) != (new and new.verdict):
            worst = new.worst if new else None
            found.append(
                Change(
                    *key,
                    old.verdict if old else None,
                    new.verdict if new else None,
                    worst.saw if worst else "",
                )
            )
    return found


def _verdicts(report: Report) -> dict[tuple[str, int], CheckResult]:
    return {(result.step, check.number): check for result in report.results for check in result.checks}


def _place(step: str) -> int:
    return next(number for number, one in enumerate(form().steps) if one.id == step)
