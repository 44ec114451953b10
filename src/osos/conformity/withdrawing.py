"""How does a person take back what he signed, and which signatures stand then? (T-20)

A withdrawal is a line behind the run's own in the same chain: it takes back every word of this person on
this check that stands before it. The words stay in the file; only what counts is another.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from osos.conformity.closed import groups_of
from osos.conformity.inspector import Signature, signature_of
from osos.conformity.run_file import SIGNED_LATER, WITHDRAWN, ReadRun, RunFile, check_run


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """One person takes back his own word on one check."""

    step: str
    check: int
    by: str
    at: datetime
    reason: str

    def __post_init__(self) -> None:
        if not self.by.strip():
            raise ValueError(f"{self.step}: who takes back a signature tells a name")
        if self.at.utcoffset() is None:
            raise ValueError(f"{self.step}: a withdrawal has an aware time, got {self.at!r}")
        if not self.reason.strip():
            raise ValueError(f"{self.step}: why is the signature taken back?")

    @property
    def whose(self) -> tuple[str, int, str]:
        return self.step, self.check, self.by.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A signature where it stands in the run file."""

    signature: Signature
    line: int
    is_late: bool  # behind the run
    counts: bool  # in a group that was run to its end, before it, or late

    def is_of(self, name: str) -> bool:
        return self.signature.by.strip() == name.strip()


class NothingToWithdraw(ValueError):
    """No signature of this person stands on this check."""

    def __init__(self, withdrawal: Withdrawal) -> None:
        super().__init__(f"{withdrawal.step}/{withdrawal.check}: no signature of {withdrawal.by} stands")
        self.reason = "nothing-of-yours"


def withdraw(path: Path, withdrawal: Withdrawal) -> None:
    """Raises NothingToWithdraw, and RunFileTrouble for a file that was edited or is being written."""
    log = RunFile.go_on(path)
    try:
        if withdrawal.whose not in {_whose(one.signature) for one in standing(check_run(log.records))}:
            raise NothingToWithdraw(withdrawal)
        log.note(WITHDRAWN, withdrawal={**asdict(withdrawal), "at": withdrawal.at.isoformat()})
    finally:
        log.close()


def withdrawals(read: ReadRun) -> tuple[Withdrawal, ...]:
    return tuple(one for _, one in _taken_back(read))


def standing(read: ReadRun) -> tuple[Given, ...]:
    """Every signature of the file that was not taken back after it."""
    back = [(line, one.whose) for line, one in _taken_back(read)]
    return tuple(
        one
        for one in _given(read)
        if not any(line > one.line and whose == _whose(one.signature) for line, whose in back)
    )


def _whose(one: Signature) -> tuple[str, int, str]:
    return one.step, one.check, one.by.strip()


def _taken_back(read: ReadRun) -> list[tuple[int, Withdrawal]]:
    return [(one["n"], withdrawal_of(one["withdrawal"])) for one in read.records if one["what"] == WITHDRAWN]


def withdrawal_of(facts: Mapping[str, Any]) -> Withdrawal:
    return Withdrawal(**{**facts, "at": datetime.fromisoformat(facts["at"])})


def _given(read: ReadRun) -> Iterator[Given]:
    closed = {record["n"] for _, lines in groups_of(read) for record, _ in lines}
    for record in read.records:
        line, what = record["n"], record["what"]
        if what == SIGNED_LATER:
            yield _at(record["signature"], line, is_late=True, counts=True)
        elif what in {"run", "signed"}:
            for facts in record["signatures"]:
                yield _at(facts, line, is_late=False, counts=what == "run" or line in closed)


def _at(facts: Mapping[str, Any], line: int, *, is_late: bool, counts: bool) -> Given:
    return Given(signature=signature_of(facts), line=line, is_late=is_late, counts=counts)
