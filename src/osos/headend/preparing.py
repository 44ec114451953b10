"""What has this modem still to be told before it works by itself? (X-22, X-24, X-27)"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any

from osos.headend.actions import ModemFacts
from osos.headend.conversation import Ended, Request, Urgency
from osos.headend.outcomes import DONE
from osos.headend.plan import MeterBehindModem, Plan
from osos.headend.settings import AskLimits
from osos.modems.mass_json import directive_json, schedule_json, standard_directives, wall

_INTRODUCE, _CONFIGURE, _PLAN = "introduce", "configure", "plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What the modem has just acknowledged for good."""

    registered: bool = False
    plan: str | None = None


@dataclass(slots=True)
class Preparation:
    """First configuration, then directives, then schedules; each is asked for once a session.

    A modem that never introduced itself is asked who it is: its own `registered` is untouched by that (X-22).
    What it refuses is an outcome; the next session tries again.
    """

    plan: Plan
    _configured: bool | None = None  # None: nobody has said
    _asked: set[str] = field(default_factory=set)
    _open: int = 0
    _refused: bool = False
    _told: str | None = None  # the plan that is being told

    def seen(self, facts: ModemFacts) -> None:
        if self._configured is None and facts.registered:
            self._configured = True

    def introduced(self, *, registered: bool | None) -> None:
        self._asked.add(_INTRODUCE)
        if registered is False and _CONFIGURE not in self._asked:
            self._configured = False  # whatever we believed: the modem says it is new

    def requests(self, facts: ModemFacts, limits: AskLimits, *, at: datetime) -> list[Request]:
        """What to ask next; empty while something of it is still open."""
        if self._open:
            return []
        found = self._next(facts, limits, at)
        self._open = len(found)
        return found

    def ended(self, ended: Ended) -> Step | None:
        self._open -= 1
        done = ended.finding.kind is DONE
        if ended.request.label == _CONFIGURE:
            self._configured = True  # or refused: then the plan is told all the same
            return Step(registered=True) if done else None
        if ended.request.label != _PLAN:
            return None
        self._refused = self._refused or not done
        return Step(plan=self._told) if not self._open and not self._refused else None

    def _next(self, facts: ModemFacts, limits: AskLimits, at: datetime) -> list[Request]:
        if self._configured is None and _INTRODUCE not in self._asked:
            self._asked.add(_INTRODUCE)
            return [_request("identification", "identification", {}, at, _INTRODUCE, answered=True)]
        if self._configured is not True and _CONFIGURE not in self._asked:
            self._asked.add(_CONFIGURE)
            return [_request("configuration", "configuration", _configuration(limits), at, _CONFIGURE)]
        wanted = _fingerprint(self.plan, facts.meters)
        if wanted in (facts.plan, self._told):
            return []
        self._told, self._refused = wanted, False
        return _plan_requests(self.plan, facts.meters, at)


def dated(request: Request, at: datetime, zone: timezone) -> dict[str, Any]:
    """The body as it goes out now: a clock setting carries the time of sending, not of planning (H-20)."""
    if request.label == _CONFIGURE:
        return {**request.body, "deviceDate": wall(at, zone)}
    return request.body


def _configuration(limits: AskLimits) -> dict[str, Any]:
    return {
        "registered": True,
        "retryInterval": round(limits.retry_interval_s),
        "retryCount": limits.retry_count,
        "maxPackageSize": limits.package_bytes,
    }


def _plan_requests(plan: Plan, meters: Sequence[MeterBehindModem], at: datetime) -> list[Request]:
    catalogue = standard_directives()
    directives = [
        # One a message: all of them do not fit one package together.
        _request(
            f"directive add {name}",
            "directive",
            {"operation": "add", "directives": [directive_json(catalogue[name])]},
            at,
            _PLAN,
        )
        for name in plan.directives
    ]
    schedules = [schedule_json(schedule) for schedule in plan.schedules_for(meters)]
    if not schedules:
        return directives
    body = {"operation": "add", "schedules": schedules}
    return [*directives, _request("schedule add", "schedule", body, at, _PLAN)]


def _request(
    what: str, function: str, body: dict[str, Any], at: datetime, label: str, *, answered: bool = False
) -> Request:
    return Request(
        what=what,
        function=function,
        body=body,
        at=at,
        answered=answered,
        urgency=Urgency.PREPARING,
        label=label,
    )


@lru_cache(maxsize=4096)
def _fingerprint(plan: Plan, meters: tuple[MeterBehindModem, ...]) -> str:
    return plan.fingerprint(meters)
