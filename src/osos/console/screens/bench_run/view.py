"""How does a run look as the form's groups, steps and checks on a page?"""

from collections import Counter
from dataclasses import dataclass

from osos.conformity.catalogue import Check, Group, Step, form
from osos.conformity.device import SHELF, SHELF_2, TESTED
from osos.conformity.inspector import Signature
from osos.conformity.report.remarks import remarks
from osos.conformity.report.sheet import RATINGS, Sheet
from osos.conformity.report.words import (
    CONNECTIONS,
    KINDS,
    OPTIONS,
    OTHER_REMARKS,
    REMARKS,
    VOLTAGES,
    WAYS,
)
from osos.conformity.shelf import Kept
from osos.conformity.signing import objection
from osos.conformity.verdicts import Case, Verdict
from osos.conformity.withdrawing import Withdrawal

_ORDER = (Verdict.FAIL, Verdict.WAITING, Verdict.PASS, Verdict.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    check: Check
    verdict: Verdict
    worst: Case | None
    signed: tuple[Signature, ...]
    withdrawn: tuple[Withdrawal, ...]
    may_sign: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    step: Step
    checks: tuple[CheckView, ...]
    detail: str  # what kept the step from its end


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    group: Group
    steps: tuple[StepView, ...]
    counts: tuple[tuple[Verdict, int], ...]
    remarks: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        return next((verdict for verdict, count in self.counts if count), Verdict.NOT_APPLICABLE)

    @property
    def wants_a_look(self) -> bool:
        return self.verdict in {Verdict.FAIL, Verdict.WAITING}


@dataclass(frozen=True, slots=True, kw_only=True)
class FormView:
    groups: tuple[GroupView, ...]
    counts: tuple[tuple[Verdict, int], ...]
    sheet: Sheet


def form_view(kept: Kept) -> FormView:
    assert kept.sheet is not None
    groups = tuple(_group(group, kept.sheet) for group in form().groups)
    counted: Counter[Verdict] = Counter()
    for each in groups:
        counted.update(dict(each.counts))
    return FormView(groups=groups, counts=_in_order(counted), sheet=kept.sheet)


def _group(group: Group, sheet: Sheet) -> GroupView:
    steps = tuple(_step(step, sheet) for step in group.steps)
    counted = Counter(check.verdict for step in steps for check in step.checks)
    label = REMARKS.get(group.id, OTHER_REMARKS)
    told = tuple(remarks(group, sheet)) if label else ()
    return GroupView(group=group, steps=steps, counts=_in_order(counted), remarks=told)


def _step(step: Step, sheet: Sheet) -> StepView:
    result = sheet.result(step.id)
    return StepView(
        step=step,
        checks=tuple(_check(step, check, sheet) for check in step.checks),
        detail=result.detail if result and result.outcome else "",
    )


def _check(step: Step, check: Check, sheet: Sheet) -> CheckView:
    result = sheet.result(step.id)
    found = result.checks[check.number - 1] if result else None
    return CheckView(
        check=check,
        verdict=sheet.verdict(step, check),
        worst=found.worst if found and not found.signed else None,
        signed=sheet.signed(step.id, check.number),
        withdrawn=tuple(one for one in sheet.withdrawn if (one.step, one.check) == (step.id, check.number)),
        may_sign=result is not None and not objection([result], step.id, check.number),
    )


def _in_order(counted: Counter[Verdict]) -> tuple[tuple[Verdict, int], ...]:
    return tuple((verdict, counted[verdict]) for verdict in _ORDER)


def identity(kept: Kept) -> tuple[tuple[str, str], ...]:
    """The form's head: its own words, and what stands there."""
    assert kept.sheet is not None
    device = kept.sheet.report.device
    head = {"voltage": device.voltage.replace(".", ","), **device.head}
    samples = [device.sample(name) for name in (TESTED, SHELF, SHELF_2)]
    chosen = [
        dict(rows)[value]
        for rows, value in (
            (KINDS, device.kind),
            (CONNECTIONS, device.connection),
            (VOLTAGES, device.voltage),
            (WAYS, device.ways),
        )
    ]
    return (
        ("Firma", head.get("firm", "")),
        ("Marka", head.get("make", "")),
        ("Model", head.get("model", "")),
        ("Tipi", ", ".join(chosen)),
        ("Opsiyonel seçenek", ", ".join(words for value, words in OPTIONS if value in device.options)),
        *((f"Seri No{number}", one.address if one else "") for number, one in enumerate(samples, 1)),
        *((label, head.get(key, "")) for key, label in RATINGS.items()),
    )
