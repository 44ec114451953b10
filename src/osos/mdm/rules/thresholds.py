"""Which threshold holds for which point on which day?

Package data first, then what the operator set; the later line wins where its date and scope fit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import numpy as np

from osos.mdm.labels import Ints, day_number
from osos.mdm.rules.facts import DayFacts, Flags

MOST_SET = 1_000_000  # times the greatest number of a rule's facts it still fits an int64
POINT = "point"  # the scope of one point, by its number
EVERYWHERE: Mapping[str, str] = MappingProxyType({})


class NoSuchThreshold(ValueError):
    """A setting names a rule or a threshold there is none of, or is no whole number: its writer's fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """From `since` until before `until`, within the scope, this threshold of this rule is `value`."""

    rule: str
    threshold: str
    value: int
    since_day: int
    until_day: int | None = None
    scope: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not -MOST_SET <= self.value <= MOST_SET:
            raise NoSuchThreshold(f"{self.rule}.{self.threshold}={self.value} is beyond ±{MOST_SET}")


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All settings in force, in their order."""

    settings: tuple[Setting, ...]

    def __post_init__(self) -> None:
        for one in self.settings:
            self._must_exist(one.rule, one.threshold)

    def limits(self, rule: str, day: DayFacts) -> Mapping[str, Ints]:
        """Every threshold of a rule: one number for the batch, or one a row where scopes or dates differ."""
        found: dict[str, Ints] = {}
        for one in self.settings:
            if one.rule == rule:
                where = _holds(one, day)
                before = found.get(one.threshold, np.array(one.value, dtype=np.int64))
                found[one.threshold] = _laid(before, one.value, where)
        return found

    def thresholds(self, rule: str) -> tuple[str, ...]:
        """The names of a rule's thresholds."""
        return tuple(dict.fromkeys(one.threshold for one in self.settings if one.rule == rule))

    def with_settings(self, settings: Iterable[Setting]) -> "RuleBook":
        """With these laid over; one that names no threshold raises `NoSuchThreshold`."""
        more = tuple(settings)
        for one in more:
            self._must_exist(one.rule, one.threshold)
        return RuleBook(self.settings + more)

    def content(self) -> list[list[object]]:
        """All of it, to be hashed and kept."""
        return [
            [s.rule, s.threshold, s.value, s.since_day, s.until_day, sorted(s.scope.items())]
            for s in self.settings
        ]

    def _must_exist(self, rule: str, threshold: str) -> None:
        names = known_thresholds().get(rule)
        if names is None:
            raise NoSuchThreshold(f"no rule {rule!r}; there are {', '.join(known_thresholds())}")
        if threshold not in names:
            raise NoSuchThreshold(f"{rule} has no threshold {threshold!r}; it has {', '.join(sorted(names))}")


def _holds(one: Setting, day: DayFacts) -> Flags | bool:
    """Whether for all rows, or for which."""
    if not day.rows:
        return True
    first, last = int(day.days.min()), int(day.days.max())
    whole_time = one.since_day <= first and (one.until_day is None or last < one.until_day)
    if whole_time and not one.scope:
        return True
    holds: Flags = day.days >= one.since_day
    if one.until_day is not None:
        holds = holds & (day.days < one.until_day)
    for group, value in one.scope.items():
        holds = holds & _in_group(day, group, value)
    return holds


def _in_group(day: DayFacts, group: str, value: str) -> Flags | bool:
    if group == POINT:
        own: Flags = day.points == (int(value) if value.isdigit() else -1)
        return own
    values = day.groups.get(group)
    return False if values is None else values == value


def _laid(before: Ints, value: int, where: Flags | bool) -> Ints:
    if where is True:
        return np.array(value, dtype=np.int64)
    if where is False or not np.any(where):
        return before
    return np.where(where, np.int64(value), before)


@cache
def packaged() -> RuleBook:
    """The book as it ships."""
    return RuleBook(tuple(_settings()))


@cache
def known_thresholds() -> Mapping[str, frozenset[str]]:
    return {
        rule: frozenset(name for line in lines for name in line["set"]) for rule, lines in _data().items()
    }


@cache
def _data() -> Mapping[str, list[dict[str, Any]]]:
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = files("osos.mdm.rules").joinpath("thresholds.yaml").read_bytes()
    loaded: dict[str, list[dict[str, Any]]] = yaml.load(text, Loader=loader)  # noqa: S506  # a safe loader
    return loaded


def _settings() -> Iterable[Setting]:
    for rule, lines in _data().items():
        for line in lines:
            since: date = line["since"]
            scope = {group: str(value) for group, value in line.get("scope", {}).items()}
            for threshold, value in line["set"].items():
                yield Setting(
                    rule=rule, threshold=threshold, value=value, since_day=day_number(since), scope=scope
                )


def set_for_all(rule: str, threshold: str, text: str, *, since_day: int = 0) -> Setting:
    """`400` for every point; what is no whole number, or one below nought, raises `NoSuchThreshold`."""
    try:
        value = int(text)
    except ValueError:
        raise NoSuchThreshold(f"{rule}.{threshold}={text!r} is no whole number") from None
    if value < 0:
        raise NoSuchThreshold(f"{rule}.{threshold}={value} is below nought")
    return Setting(rule=rule, threshold=threshold, value=value, since_day=since_day)


def switched_on(book: RuleBook, rule: str) -> RuleBook:
    """The same book with this rule on everywhere and at all times: for trying it."""
    on = [replace(s, value=1) if s.rule == rule and s.threshold == "enabled" else s for s in book.settings]
    return RuleBook(tuple(on))
