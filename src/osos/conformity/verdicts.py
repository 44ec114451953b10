"""What came out of a check, of a step, of a run? (T-20)"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from osos.conformity.catalogue import Words


class Verdict(StrEnum):
    PASS = "pass"  # noqa: S105  # no password: the form's word
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"
    WAITING = "waiting"  # a person has to look, or the bench could not


class Outcome(StrEnum):
    """Why a step ended otherwise than by its checks; whose fault it is stands beside it."""

    SILENT = "silent"  # the meter no longer answers
    LATE = "late"  # the meter answers, but after its time is over
    UNREADABLE = "unreadable"  # what the meter answered is not of the form the step reads
    BROKE_OFF = "broke-off"  # the meter fell silent in mid-answer and answered again when asked anew
    RIG = "rig"  # the rig did not do what it was asked
    LINE = "line"  # the cable or the connection is gone
    STOPPED = "stopped"  # the run ended before this step
    INSPECTOR = "inspector"  # a person has to look and sign
    UNPREPARED = "unprepared"  # the meter did not take what the step only starts from: another step's trouble
    NOT_JUDGED = "not-judged"  # the step came to its end without deciding this check
    CONTRADICTED = "contradicted"  # two people signed for opposite verdicts
    OUR_ERROR = "our-error"  # the bench stumbled over something it did not foresee: a bug of ours


WHOSE: dict[Outcome, str] = {
    Outcome.SILENT: "meter",
    Outcome.LATE: "meter",
    Outcome.UNREADABLE: "meter",
    Outcome.BROKE_OFF: "meter",
    Outcome.RIG: "rig",
    Outcome.LINE: "line",
    Outcome.STOPPED: "bench",
    Outcome.INSPECTOR: "inspector",
    Outcome.UNPREPARED: "meter",
    Outcome.NOT_JUDGED: "bench",
    Outcome.CONTRADICTED: "inspector",
    Outcome.OUR_ERROR: "bench",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One look at a check; steps of a matrix or of twelve periods have many."""

    name: str  # "" where there is but one
    verdict: Verdict
    expected: str
    saw: str
    evidence: tuple[int, int] = (0, 0)  # first and last line of the run file


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One box of the form."""

    step: str
    number: int
    words: Words
    cases: tuple[Case, ...]
    signed: str = ""  # by whom and when, where a person decided

    @property
    def verdict(self) -> Verdict:
        """Fail if any case failed, waiting if any waits; passes only where every case did."""
        found = {case.verdict for case in self.cases}
        for verdict in (Verdict.FAIL, Verdict.WAITING, Verdict.PASS):
            if verdict in found:
                return verdict
        return Verdict.NOT_APPLICABLE if found else Verdict.WAITING

    @property
    def expected(self) -> str:
        return self.words.en

    @property
    def worst(self) -> Case | None:
        """The case that tells why."""
        return next((case for case in self.cases if case.verdict is self.verdict), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """One row of the form."""

    step: str
    did: Words
    checks: tuple[CheckResult, ...]
    outcome: Outcome | None = None
    detail: str = ""  # the facts of the outcome

    @property
    def verdict(self) -> Verdict:
        found = {check.verdict for check in self.checks}
        for verdict in (Verdict.FAIL, Verdict.WAITING, Verdict.PASS):
            if verdict in found:
                return verdict
        return Verdict.NOT_APPLICABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The counts of a run, by check."""

    steps: int
    checks: int
    by_verdict: dict[Verdict, int]

    @classmethod
    def of(cls, results: Iterable[StepResult]) -> "Totals":
        steps = list(results)
        checks = [check for step in steps for check in step.checks]
        counted = Counter(check.verdict for check in checks)
        return cls(
            steps=len(steps),
            checks=len(checks),
            by_verdict={verdict: counted[verdict] for verdict in Verdict},
        )
