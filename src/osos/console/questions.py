"""What can be asked of a meter right now, in which words, and how far is an answer?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from osos.headend import Question
from osos.jobs import JobStatus, ListedJob
from osos.quantities import NotADevice

# The packets and profiles of a meter as the desk offers them, the usual one first (M-13).
DIRECTIVES = ("short", "long", "history", "alert", "interruption", "profile1", "profile2", "profile3")
PROFILES = frozenset({"profile1", "profile2", "profile3"})
ENDED = frozenset({"done", "dead"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question somebody put, and what came of it so far."""

    job_id: int
    state: str  # waiting, running, done, dead
    device: str
    directive: str
    done: int
    total: int
    code: int | None  # of the outcome; 0 is good
    tr: str
    en: str
    meters: tuple[Mapping[str, Any], ...]
    start: datetime | None = None
    end: datetime | None = None
    changed_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        return self.state in ENDED

    @property
    def tone(self) -> str:
        if not self.is_over:
            return "info"
        return "ok" if self.code == 0 else "bad"


def asked_of(status: JobStatus, payload: bytes, changed_at: datetime | None = None) -> Asked:
    """As the queue has it; a payload nobody of ours has put shows as it is."""
    result = status.result if isinstance(status.result, dict) else {}
    try:
        question = Question.of_bytes(payload)
        named, directive = str(question.device), question.directive
        start, end = question.start, question.end
    except (ValueError, KeyError, TypeError, NotADevice):
        named, directive, start, end = payload[:60].decode("ascii", "backslashreplace"), "", None, None
    why = status.reason or ""
    return Asked(
        job_id=status.job_id,
        state=status.state,
        device=named,
        directive=directive,
        done=len(result["meters"]) if "meters" in result else status.done or 0,
        total=status.total or len(result.get("meters", ())) or 1,
        code=result.get("code"),
        tr=str(result.get("tr", why)),
        en=str(result.get("en", why)),
        meters=tuple(result.get("meters", ())),
        start=start,
        end=end,
        changed_at=changed_at,
    )


def asked_in_list(listed: ListedJob) -> Asked:
    return asked_of(listed.status, listed.payload, listed.changed_at)
