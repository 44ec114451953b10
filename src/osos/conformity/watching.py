"""Where does a run stand while it goes, for whoever watches it?

It is told every line as it is written; what a page shows is one look at what came until then.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from osos.conformity.bench import WHOLE, Repeats
from osos.conformity.catalogue import Group, Step, form
from osos.conformity.device import Device
from osos.conformity.run_file import Record
from osos.conformity.runs import device_of
from osos.conformity.verdicts import StepResult, Verdict
from osos.conformity.written import result_of

LATELY = 6  # results told one by one
Doing = Literal["beginning", "talking", "waiting", "acting", "over", "another-meter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSeen:
    """How far one group is."""

    group: Group
    steps: int
    done: int
    verdicts: tuple[tuple[Verdict, int], ...]  # of its steps
    is_present: bool

    @property
    def worst(self) -> Verdict | None:
        found = {verdict for verdict, count in self.verdicts if count}
        order = (Verdict.FAIL, Verdict.WAITING, Verdict.PASS, Verdict.NOT_APPLICABLE)
        return next((one for one in order if one in found), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One look at a run that goes."""

    device: Device | None
    whole: bool
    groups: tuple[GroupSeen, ...]
    step: Step | None  # the one at work
    doing: Doing
    waits_until: datetime | None
    lately: tuple[StepResult, ...]  # the last first
    checks: tuple[tuple[Verdict, int], ...]
    lines: int

    @property
    def done(self) -> int:
        return sum(one.done for one in self.groups)

    @property
    def steps(self) -> int:
        return sum(one.steps for one in self.groups)


@dataclass(slots=True)
class _Seen:
    head: Record | None = None
    began: datetime | None = None
    groups: list[str] = field(default_factory=list)
    present: str = ""
    results: dict[str, StepResult] = field(default_factory=dict)
    lately: list[StepResult] = field(default_factory=list)
    open_steps: list[str] = field(default_factory=list)  # of the group at work
    doing: Doing = "beginning"
    waits_to_s: float = 0.0
    lines: int = 0


_TALK = frozenset({"sent", "heard", "baud", "quiet"})
_ACTS = frozenset({"act", "look", "signed", "asked"})


class Watcher:
    """`run(…, watch=watcher)`; `picture()` from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen = _Seen()

    def __call__(self, record: Record) -> None:
        with self._lock:
            self._seen.lines = record["n"]
            self._note(record, record["what"])

    def _note(self, record: Record, what: str) -> None:
        seen = self._seen
        if what == "run":
            seen.head, seen.groups = record, list(record["groups"])
        if what in {"run", "resumed"}:
            seen.began = datetime.fromisoformat(record["began"])
            for step in seen.open_steps:  # the group that was interrupted begins anew
                seen.results.pop(step, None)
        if what in {"run", "resumed", "group"}:
            seen.open_steps, seen.present = [], record.get("group", "")
        elif what == "step":
            self._came(result_of(record))
        elif what == "group-end":
            seen.open_steps, seen.present = [], ""
        seen.doing = self._doing(record, what)

    def _came(self, result: StepResult) -> None:
        self._seen.results[result.step] = result
        self._seen.open_steps.append(result.step)
        self._seen.lately = [result, *self._seen.lately][:LATELY]

    def _doing(self, record: Record, what: str) -> Doing:
        seen = self._seen
        if what == "end":
            return "over"
        if what == "another-meter":
            return "another-meter"
        if what == "wait":
            seen.waits_to_s = record["t"] + record["s"]
            return "waiting" if record["s"] >= 1 else seen.doing
        if what in _TALK:
            return "waiting" if record.get("t", 0.0) < seen.waits_to_s else "talking"
        return "acting" if what in _ACTS else seen.doing

    def picture(self) -> Picture:
        with self._lock:
            seen = self._seen
            present = form().group(seen.present) if seen.present else None
            doing = seen.doing
            return Picture(
                device=device_of(seen.head["device"]) if seen.head else None,
                whole=seen.head is not None and Repeats(**seen.head["repeats"]) == WHOLE,
                groups=tuple(self._group(form().group(name)) for name in seen.groups),
                step=_next(present, seen.results) if present else None,
                doing=doing,
                waits_until=_after(seen.began, seen.waits_to_s) if doing == "waiting" else None,
                lately=tuple(seen.lately),
                checks=_counted(check.verdict for result in seen.results.values() for check in result.checks),
                lines=seen.lines,
            )

    def _group(self, group: Group) -> GroupSeen:
        found = [one for step in group.steps if (one := self._seen.results.get(step.id))]
        return GroupSeen(
            group=group,
            steps=len(group.steps),
            done=len(found),
            verdicts=_counted(one.verdict for one in found),
            is_present=group.id == self._seen.present,
        )


def _next(group: Group, results: Mapping[str, StepResult]) -> Step | None:
    return next((step for step in group.steps if step.id not in results), None)


def _after(began: datetime | None, seconds: float) -> datetime | None:
    return None if began is None else began + timedelta(seconds=seconds)


def _counted(verdicts: Iterable[Verdict]) -> tuple[tuple[Verdict, int], ...]:
    counted = Counter(verdicts)
    return tuple((verdict, counted[verdict]) for verdict in Verdict)
