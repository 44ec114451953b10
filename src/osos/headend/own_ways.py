"""How is a meter behind a MASS modem asked for a load profile that it gives only in its make's own words?

The scheduled directives know the form of the national specification alone (X-24). A make with a way of its
own refuses it; its identification came with the refusal, so it is asked again in its own words: `query` sends
whole commands, `register` the numbers of records, in portions. Each answer is committed by itself. What was
learnt holds for the connection.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone

from osos.headend import outcomes
from osos.headend.actions import Verdict
from osos.headend.codes_told import Told
from osos.headend.conversation import Request
from osos.headend.makes import has_own_way, identification_in, own_dialect, walls
from osos.headend.outcomes import DONE, Finding
from osos.headend.plan import PROFILE_DIRECTIVES
from osos.iec62056 import Command, Identification
from osos.iec62056.numbered_records import Walk, label_of
from osos.iec62056.profile_queries import Dialect
from osos.modems.mass_json import QUERY, REGISTER, instant

PORTION = 32  # numbered records a read (chosen): half a minute of the line
_PROFILE_OF = {directive: profile for profile, directive in PROFILE_DIRECTIVES.items()}


class Portions:
    """One walk through a meter's numbered records, some numbers a read."""

    def __init__(self, dialect: Dialect, first: datetime | None, last: datetime | None) -> None:
        self._dialect, self._first = dialect, first
        self._walk = Walk(first, last, dialect.numbers)
        self._steps = self._walk.steps()
        self._wanted = next(self._steps, None)
        self._asked: range = range(0)
        self.understood = False

    def codes(self) -> list[str]:
        """What next: one number while the newest wanted record is looked for, then many; none: over."""
        if self._wanted is None or self._dialect.numbered is None:
            return []
        end = self._wanted + (PORTION if self._walk.is_walking else 1)
        self._asked = range(self._wanted, min(end, self._dialect.numbers + 1))
        return [_code(self._dialect.numbered(number)) for number in self._asked]

    def take(self, records: Sequence[bytes]) -> bool:
        """The answers to what was asked last; False: they are not as many."""
        if len(records) != len(self._asked):
            return False
        self.understood = self.understood or any(records)
        for number, record in zip(self._asked, records, strict=True):
            if number != self._wanted:
                break
            try:
                self._wanted = self._steps.send(record)
            except StopIteration:
                self._wanted = None
        return True

    def is_last(self, records: Sequence[bytes]) -> bool:
        """Whether this answer reaches the older end: what it leaves missing the meter does not hold."""
        if not self._walk.is_walking:
            return False
        labels = [label for record in records if (label := label_of(record))]
        past = self._first is not None and any(label < self._first for label in labels)
        return past or not all(records)


@dataclass(slots=True)
class Way:
    """One request on its way through a make's own words; it is carried by the requests that come of it."""

    asked: Request  # as it was wanted
    left: list[Command]  # ways not tried yet
    portions: Portions | None = None
    readings_new: int = 0
    intervals_new: int = 0

    def is_last(self, told: Told) -> bool:
        """Whether nothing of what was wanted can come any more."""
        return self.portions is None or self.portions.is_last(_records(told))


@dataclass(slots=True)
class OwnWays:
    """What one connection has learnt of the makes behind its modem."""

    _named: dict[str, Identification] = field(default_factory=dict)  # by the meter's serial

    def first(self, request: Request, zone: timezone) -> Request:
        """In the meter's own words at once, where they are known."""
        named = self._named.get(request.meter)
        if named is None or request.directive not in _PROFILE_OF:
            return request
        return self._next(_way(request, named, zone)) or request

    def more(self, asked: Request, verdict: Verdict, zone: timezone) -> Request | None:
        """What is still to be asked before this has its outcome; None: it has."""
        way = asked.way
        if isinstance(way, Way):
            return self._further(way, verdict)
        named = identification_in(verdict.answered)
        if asked.directive not in _PROFILE_OF or named is None or not has_own_way(named):
            return None
        self._named[asked.meter] = named
        refused = verdict.finding.kind is outcomes.VALUE_REFUSED
        return self._next(_way(asked, named, zone)) if refused else None

    def _further(self, way: Way, verdict: Verdict) -> Request | None:
        way.readings_new += verdict.readings_new
        way.intervals_new += verdict.intervals_new
        if way.portions is not None:
            return self._next(way) if way.portions.take(_records(verdict.told)) else None
        return self._next(way) if verdict.finding.kind is outcomes.VALUE_REFUSED else None

    def _next(self, way: Way) -> Request | None:
        if way.portions is not None:
            codes = way.portions.codes()
            return _asking(way, REGISTER, codes, f"{codes[0]} and on") if codes else None
        if not way.left:
            return None
        command = way.left.pop(0)
        return _asking(way, QUERY, [list(command.render())], f"{command.name} {_code(command)}")


def whole(asked: Request, verdict: Verdict) -> tuple[Request, Verdict]:
    """The request as it was wanted, and what all its answers came to."""
    way = asked.way
    if not isinstance(way, Way):
        return asked, verdict
    found = replace(verdict, readings_new=way.readings_new, intervals_new=way.intervals_new)
    is_walked = way.portions is not None and way.portions.understood and not way.portions.codes()
    return way.asked, replace(found, finding=Finding(DONE)) if is_walked else found


def profile_asked(asked: Request | None) -> str | None:
    """P.01 … where a load profile was asked for, in whatever words."""
    if asked is None:
        return None
    return _PROFILE_OF.get(asked.way.asked.directive if isinstance(asked.way, Way) else asked.directive)


def profile_of(directive: str) -> str | None:
    return _PROFILE_OF.get(directive)


def _way(asked: Request, named: Identification, zone: timezone) -> Way:
    told = asked.body.get("parameters") or {}
    first, last = walls(*(instant(told.get(name), zone) for name in ("STARTDATE", "ENDDATE")), zone=zone)
    dialect, profile = own_dialect(named), _PROFILE_OF[asked.directive]
    if dialect.numbered is not None and profile == "P.01":
        return Way(asked, [], Portions(dialect, first, last))
    said = [way(profile, (first, last)) for way in dialect.between]
    return Way(asked, [command for command in said if command is not None])


def _asking(way: Way, directive: str, obis: Sequence[object], words: str) -> Request:
    asked = way.asked
    body = {"directive": directive, "meter": asked.meter, "parameters": {"OBIS": list(obis)}}
    return replace(asked, directive=directive, body=body, what=f"{asked.what}, {words}", way=way)


def _code(command: Command) -> str:
    return (command.data or b"").decode("latin-1").partition("(")[0]


def _records(told: Told) -> list[bytes]:
    return [b"" if value is None else value.encode("latin-1") + b"\r\n" for _, value in told]
