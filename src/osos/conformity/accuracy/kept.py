"""How are the measurements of EK-4 kept behind a run, so that its form shows them? (T-5, T-24)

One line of the chain: what was measured, of which file, under which classes, by whom and when. A
later one stands behind it and counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from osos.conformity.accuracy.judge import Result, judge
from osos.conformity.accuracy.limits import Classes
from osos.conformity.accuracy.points import Measured, Measurements
from osos.conformity.accuracy.procedures import sheets
from osos.conformity.device import Device
from osos.conformity.run_file import ACCURACY, ReadRun, RunFile


@dataclass(frozen=True, slots=True, kw_only=True)
class AccuracyKept:
    """The sheets of EK-4 of one run."""

    results: tuple[Result, ...]
    classes: Classes
    by: str
    at: datetime
    source: str  # of a test bench's file its name; else what measured


def keep_accuracy(
    path: Path, measured: Measurements, *, classes: Classes, source: str, by: str, at: datetime
) -> None:
    """Raises RunFileTrouble for a file that was edited or is being written."""
    log = RunFile.go_on(path)
    try:
        log.note(
            ACCURACY,
            by=by,
            at=at.isoformat(),
            source=source,
            classes={"active": classes.active, "reactive": classes.reactive},
            measured=[
                [title, number, _written(one.error_percent), one.impulses]
                for (title, number), one in measured.items()
            ],
        )
    finally:
        log.close()


def _written(error: Decimal | None) -> str | None:
    return None if error is None else str(error)


def accuracy_of(read: ReadRun, device: Device) -> AccuracyKept | None:
    """The last one; None: none was put behind this run."""
    record = next((one for one in reversed(read.records) if one["what"] == ACCURACY), None)
    if record is None:
        return None
    classes = Classes(**record["classes"])
    return AccuracyKept(
        results=judge(sheets(device), _measured(record), device, classes),
        classes=classes,
        by=record["by"],
        at=datetime.fromisoformat(record["at"]),
        source=record["source"],
    )


def _measured(record: Mapping[str, Any]) -> dict[tuple[str, int], Measured]:
    return {
        (title, number): Measured(error_percent=None if error is None else Decimal(error), impulses=impulses)
        for title, number, error, impulses in record["measured"]
    }
