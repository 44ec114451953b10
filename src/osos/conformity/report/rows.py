"""Which rows has a group of the form, and what stands in their boxes?"""

from collections.abc import Sequence
from typing import Any

from osos.conformity.catalogue import Check, Group, Step
from osos.conformity.inspector import Signature
from osos.conformity.report.sheet import Sheet
from osos.conformity.report.words import HEADS, MARKS, OTHER_HEADS, RESULTS
from osos.conformity.verdicts import Case, CheckResult, Verdict
from osos.quantities import to_local

WHEN = "%d.%m.%Y %H:%M"


def tables(group: Group, sheet: Sheet) -> list[dict[str, Any]]:
    """The matrix of a group with one, then its single steps."""
    turned = [step for step in group.steps if group.matrix and not step.once]
    single = [step for step in group.steps if step not in turned]
    found = []
    if turned:
        found.append(_table(group, turned, sheet, columns=len(group.matrix)))
    if single:
        found.append(_table(group, single, sheet, columns=0))
    return found


def _table(group: Group, steps: Sequence[Step], sheet: Sheet, *, columns: int) -> dict[str, Any]:
    what, check = HEADS.get(group.id, OTHER_HEADS)
    return {
        "heads": [what, check],
        "columns": columns,
        "steps": [_step(step, sheet, columns=columns) for step in steps],
    }


def _step(step: Step, sheet: Sheet, *, columns: int) -> dict[str, Any]:
    return {
        "id": step.id,
        "words": step.words.tr,
        "checks": [_check(step, check, sheet, columns=columns) for check in step.checks],
    }


def _check(step: Step, check: Check, sheet: Sheet, *, columns: int) -> dict[str, Any]:
    result = sheet.result(step.id)
    found = result.checks[check.number - 1] if result else None
    whole = sheet.verdict(step, check)
    verdicts = _by_column(found, whole, columns) if columns else [whole]
    return {
        "words": check.words.tr,
        "boxes": [{"mark": MARKS[one], "word": RESULTS[one], "kind": str(one)} for one in verdicts],
        "signed": [_signature(one) for one in sheet.signed(step.id, check.number)],
    }


def _by_column(found: CheckResult | None, whole: Verdict, columns: int) -> list[Verdict]:
    """The cases of each row of the matrix: their names begin with its number."""
    if found is None or not any(_row(case) for case in found.cases):
        return [whole] * columns
    return [_worst([case for case in found.cases if _row(case) in {0, row}]) for row in range(1, columns + 1)]


def _row(case: Case) -> int:
    number = case.name.partition(" ")[0]
    return int(number) if number.isdecimal() else 0


def _worst(cases: Sequence[Case]) -> Verdict:
    """A row nothing was seen of waits."""
    found = {case.verdict for case in cases}
    order = (Verdict.FAIL, Verdict.WAITING, Verdict.PASS, Verdict.NOT_APPLICABLE)
    return next((one for one in order if one in found), Verdict.WAITING)


def _signature(one: Signature) -> str:
    return f"{RESULTS[one.verdict]}: {one.by}, {to_local(one.at):{WHEN}}"
