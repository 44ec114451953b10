"""What of a run stands on the form: its head, its results, and who signed for what?"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from osos.conformity.accuracy.kept import AccuracyKept, accuracy_of
from osos.conformity.catalogue import Check, Step
from osos.conformity.inspector import Signature
from osos.conformity.outputs import as_json
from osos.conformity.run_file import ReadRun, read_run
from osos.conformity.runs import Report, report_of
from osos.conformity.verdicts import StepResult, Verdict
from osos.conformity.withdrawing import Withdrawal, standing, withdrawals

# The form's line of ratings: the name of the fact in `Device.head`, and the form's words.
RATINGS: Mapping[str, str] = {
    "current": "Akımı (A)",
    "voltage": "Gerilimi (V)",
    "frequency": "Frekans (Hz)",
    "active_class": "Aktif Sınıfı",
    "active_impulses": "Aktif İmp. (imp/kWh)",
    "reactive_class": "Reaktif Sınıfı",
    "reactive_impulses": "Reaktif İmp. (imp/kVarh)",
}
HEAD = ("firm", "make", "model", *RATINGS)


class NotOfTheForm(ValueError):
    """A head was told a field the form does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A run as the form prints it."""

    report: Report
    signatures: tuple[Signature, ...] = ()  # in the order they were given
    late: tuple[Signature, ...] = ()  # those of them given after the run
    withdrawn: tuple[Withdrawal, ...] = ()  # taken back: what was signed so does not stand above
    cut_short: bool = False  # the run was interrupted: it is not at its end
    accuracy: AccuracyKept | None = None  # EK-4, where it was put behind the run

    @property
    def data_time(self) -> datetime:
        """The moment of the last thing that happened in the run, or was signed after it."""
        ended = self.report.began + timedelta(seconds=self.report.seconds)
        measured = [self.accuracy.at] if self.accuracy else []
        signed = [one.at for one in self.late] + [one.at for one in self.withdrawn]
        return max([ended, *measured, *signed])

    def result(self, step: str) -> StepResult | None:
        """None: this run did not come to it."""
        return next((one for one in self.report.results if one.step == step), None)

    def verdict(self, step: Step, check: Check) -> Verdict:
        """Of a box of the form, also where this run did not come to it."""
        result = self.result(step.id)
        if result is not None:
            return result.checks[check.number - 1].verdict
        device = self.report.device
        concerns = step.why_not(device) is None and check.concerns(device)
        return Verdict.WAITING if concerns else Verdict.NOT_APPLICABLE

    def signed(self, step: str, check: int) -> tuple[Signature, ...]:
        return tuple(one for one in self.signatures if (one.step, one.check) == (step, check))

    def as_json(self) -> str:
        """Everything, with EK-4 in short and what was taken back."""
        return as_json(self.report, accuracy=self.accuracy, withdrawn=self.withdrawn)

    def with_head(self, head: Mapping[str, str]) -> "Sheet":
        """The head's printed facts, over those of the run. Raises NotOfTheForm."""
        _check_head(head)
        device = replace(self.report.device, head={**self.report.device.head, **head})
        return replace(self, report=replace(self.report, device=device))


def _check_head(head: Mapping[str, str]) -> None:
    if unknown := sorted(set(head) - set(HEAD)):
        raise NotOfTheForm(f"{', '.join(unknown)}: the head of the form has {', '.join(HEAD)}")


def read_head(path: Path) -> dict[str, str]:
    """A TOML file of the printed head. Raises NotOfTheForm, and ValueError for what is no TOML."""
    found = {name: str(value) for name, value in tomllib.loads(path.read_text(encoding="utf-8")).items()}
    _check_head(found)
    return found


def read_sheet(path: Path) -> Sheet:
    """Raises RunFileTrouble for a file that was changed or is none."""
    return sheet_of(read_run(path))


def sheet_of(read: ReadRun) -> Sheet:
    report, words = _last_began(report_of(read), read), standing(read)
    return Sheet(
        report=report,
        signatures=tuple(one.signature for one in words),
        late=tuple(one.signature for one in words if one.is_late),
        withdrawn=withdrawals(read),
        cut_short=read.cut_short,
        accuracy=accuracy_of(read, report.device),
    )


def _last_began(report: Report, read: ReadRun) -> Report:
    """The seconds of a run that was gone on with count from there; the report's count from its beginning."""
    resumed = [record["began"] for record in read.records if record["what"] == "resumed"]
    if not resumed:
        return report
    last = datetime.fromisoformat(resumed[-1]) + timedelta(seconds=read.seconds)
    return replace(report, seconds=(last - report.began).total_seconds())
