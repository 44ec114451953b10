"""What has to be said in the remarks field that closes a group?"""

from collections.abc import Iterator

from osos.conformity.catalogue import Group, Step
from osos.conformity.report.sheet import Sheet
from osos.conformity.report.words import NOT_RUN, OUTCOMES
from osos.conformity.verdicts import CheckResult, Outcome, StepResult, Verdict
from osos.conformity.withdrawing import Withdrawal
from osos.quantities import to_local

_SPELLED = str.maketrans("µμ", "uu")  # our fonts hold no micro sign
WHEN = "%d.%m.%Y %H:%M"
LONGEST = 240  # characters of what was seen: the rest stands in the run file


def remarks(group: Group, sheet: Sheet) -> list[str]:
    """Failures one by one with what was seen, what waits by its reason, and what inspectors wrote."""
    results = [(step, sheet.result(step.id)) for step in group.steps]
    failed = [line for _, result in results if result for line in _failed(result)]
    return [*failed, *_waiting(results, sheet), *_written(group, sheet)]


def _failed(result: StepResult) -> Iterator[str]:
    for check in result.checks:
        if check.verdict is Verdict.FAIL:
            yield f"{result.step}/{check.number}: {_why(result, check)}"


def _why(result: StepResult, check: CheckResult) -> str:
    worst = check.worst
    if result.outcome is not None and result.outcome is not Outcome.INSPECTOR and not check.signed:
        return f"{OUTCOMES[result.outcome]}. {_short(result.detail)}"
    if worst is None:
        return ""
    where = f" ({_short(worst.name)})" if worst.name else ""
    told = f"beklenen: {_short(worst.expected)}; " if worst.expected and not check.signed else ""
    lines = f" [satır {worst.evidence[0]}–{worst.evidence[1]}]" if worst.evidence[1] else ""
    return f"{told}görülen: {_short(worst.saw)}{where}{lines}"


def _waiting(results: list[tuple[Step, StepResult | None]], sheet: Sheet) -> Iterator[str]:
    """Steps that wait for the same reason in one line."""
    reasons: dict[str, list[str]] = {}
    for step, result in results:
        if result is None and step.why_not(sheet.report.device) is not None:
            continue
        if reason := _why_waiting(result):
            reasons.setdefault(reason, []).append(step.id)
    for reason, steps in reasons.items():
        yield f"{reason}: {', '.join(steps)}"


def _why_waiting(result: StepResult | None) -> str:
    if result is None:
        return NOT_RUN
    if all(check.verdict is not Verdict.WAITING for check in result.checks):
        return ""
    outcome = result.outcome or Outcome.NOT_JUDGED
    detail = f" ({_short(result.detail)})" if result.detail else ""
    return f"{OUTCOMES[outcome]}{detail}"


def _written(group: Group, sheet: Sheet) -> Iterator[str]:
    for one in sheet.signatures:
        if one.remark and one.step.startswith(f"{group.id}-"):
            yield f"{one.step}/{one.check}: {one.remark.translate(_SPELLED)} ({one.by})"
    for back in sheet.withdrawn:
        if back.step.startswith(f"{group.id}-"):
            yield withdrawn_words(back)


def withdrawn_words(back: Withdrawal) -> str:
    when = f"{to_local(back.at):{WHEN}}"
    return f"{back.step}/{back.check}: {back.by} imzasını geri aldı ({when}): {back.reason}"


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST]}…"
