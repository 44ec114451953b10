"""How does a run of the conformity form look to the person who waits for it?"""

import sys
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from osos.conformity.outputs import Change
from osos.conformity.planted import Found
from osos.conformity.planted import told as fault_told
from osos.conformity.runs import Report
from osos.conformity.verdicts import StepResult, Verdict

SHOWN = 160  # characters of what was seen
_MARKS = {Verdict.PASS: "✓", Verdict.FAIL: "✗", Verdict.NOT_APPLICABLE: "–", Verdict.WAITING: "…"}


class Board:
    """A bar on stderr where a person looks on; failures are told above it as they come."""

    def __init__(self, total: int, *, quiet: bool, bar: bool = True) -> None:
        """`bar`: not where a person is asked questions on the same terminal."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._console = Console(stderr=True)
        shown = bar and sys.stderr.isatty()
        self._bar = Progress(*columns, console=self._console, transient=True, disable=not shown)
        self._task = self._bar.add_task("EK-2", total=total)
        self._quiet = quiet

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def tell(self, result: StepResult) -> None:
        """A step is over."""
        self._bar.update(self._task, description=result.step)
        self.step("" if self._quiet else "\n".join(_failures(result)))

    def step(self, text: str) -> None:
        self._bar.advance(self._task)
        if text:
            self._bar.stop()
            print(text, file=sys.stderr)
            self._bar.start()


def _failures(result: StepResult) -> Iterator[str]:
    if result.verdict is not Verdict.FAIL:
        return
    why = f" [{result.outcome}: {result.detail[:SHOWN]}]" if result.outcome else ""
    yield f"✗ {result.step} {result.did.tr} / {result.did.en}{why}"
    for check in result.checks:
        worst = check.worst
        if check.verdict is Verdict.FAIL and worst is not None:
            case = f" ({worst.name})" if worst.name else ""
            yield f"    {check.number} {check.words.tr}{case}"
            yield f"      beklenen / expected: {worst.expected[:SHOWN]}"
            first, last = worst.evidence
            yield f"      görülen / saw: {worst.saw[:SHOWN]} (satır / lines {first}-{last})"


def summary(report: Report) -> Iterator[str]:
    """A line a group."""
    groups: dict[str, list[StepResult]] = {}
    for result in report.results:
        groups.setdefault(result.step[:2], []).append(result)
    for name, results in groups.items():
        yield f"{name}  {' '.join(_MARKS[result.verdict] + result.step[3:] for result in results)}"
    yield f"{report.device.describe()}; {report.chain[:16]}"
    if not report.whole:
        yield "kısa koşu, form yerine geçmez / a short run, no form"


def changes(found: Iterable[Change]) -> Iterator[str]:
    for one in found:
        yield f"{one.step} {one.number}: {one.was or '-'} → {one.now or '-'} {one.saw[:SHOWN]}"


def fault_line(found: Found) -> str:
    return fault_told(found)
