"""Which groups of a run were run to their end, and what came out of them?"""

from collections.abc import Iterable
from datetime import datetime

from osos.conformity.catalogue import form
from osos.conformity.run_file import ReadRun, Record
from osos.conformity.verdicts import StepResult
from osos.conformity.written import result_of

Line = tuple[Record, datetime]  # with the moment its seconds count from


def closed_groups(read: ReadRun) -> tuple[tuple[StepResult, ...], list[str]]:
    """The results of every group that was run to its end, and their names."""
    results: list[StepResult] = []
    names: list[str] = []
    for group, lines in groups_of(read):
        names.append(group)
        results += [result_of(record) for record, _ in lines if record["what"] == "step"]
    return tuple(results), names


def in_form_order(results: Iterable[StepResult]) -> tuple[StepResult, ...]:
    place = {step.id: number for number, step in enumerate(form().steps)}
    return tuple(sorted(results, key=lambda result: place[result.step]))


def groups_of(read: ReadRun) -> list[tuple[str, list[Line]]]:
    """Closed groups with their lines."""
    found: list[tuple[str, list[Line]]] = []
    began = datetime.fromisoformat(read.head["began"])
    lines: list[Line] = []
    for record in read.records:
        if record["what"] == "resumed":
            began, lines = datetime.fromisoformat(record["began"]), []
        elif record["what"] == "group":
            lines = []
        lines.append((record, began))
        if record["what"] == "group-end":
            found.append((record["group"], lines))
    return found
