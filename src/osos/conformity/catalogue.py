"""Which steps and checks has form EK-2, in whose words, and which of them concern this meter? (T-20)"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from osos.conformity.device import Device

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LIMITS = re.compile(r"\(((?:1p|3p|combi|bidi)(?:, (?:1p|3p|combi|bidi))*)\)")  # in a check's words


@dataclass(frozen=True, slots=True)
class Words:
    """The same said twice: in the form's own words, and in English."""

    tr: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of a step's third column: one box of the form."""

    number: int  # 1 is the first of its step
    words: Words
    kinds: frozenset[str] = frozenset()  # empty: all
    two_way_only: bool = False

    def concerns(self, device: Device) -> bool:
        return (not self.kinds or device.kind in self.kinds) and (device.ways == 2 or not self.two_way_only)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row of the form."""

    id: str
    group: str
    words: Words
    checks: tuple[Check, ...]
    by: Literal["bench", "inspector"]
    kinds: frozenset[str] = frozenset()
    option: str | None = None
    voltages: frozenset[str] = frozenset()
    once: bool = False  # outside the group's matrix
    fit: str | None = None  # what makes a document fit (T-2)
    note: str | None = None

    def why_not(self, device: Device) -> Words | None:
        """Why this step does not concern this meter; None: it does."""
        if self.kinds and device.kind not in self.kinds:
            return Words(f"{device.kind} sayaçta uygulanmaz", f"not for a {device.kind} meter")
        if self.option and self.option not in device.options:
            return Words(f"{self.option} seçeneği yok", f"the meter has no {self.option}")
        if self.voltages and device.voltage not in self.voltages:
            return Words(f"{device.voltage} V sayaçta uygulanmaz", f"not at {device.voltage} V")
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    id: str
    title: Words
    by: Literal["bench", "inspector"]
    steps: tuple[Step, ...]
    matrix: tuple[Words, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The whole form, in its own order."""

    version: str
    groups: tuple[Group, ...]
    header: Mapping[str, Any]
    accuracy: tuple[Mapping[str, Any], ...]  # EK-4, as the data file has it

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(step for group in self.groups for step in group.steps)

    def group(self, name: str) -> Group:
        return next(group for group in self.groups if group.id == name)

    def step(self, name: str) -> Step:
        return next(step for step in self.steps if step.id == name)


@cache
def form() -> Form:
    """Form EK-2 as the data files beside this code have it."""
    told, turkish = _load("ek2"), _load("ek2_tr")
    return Form(
        version=told["version"],
        groups=tuple(_group(group, turkish) for group in told["groups"]),
        header=told["header"],
        accuracy=tuple(told["accuracy"]),
    )


def _load(name: str) -> Any:
    text = files("osos.conformity").joinpath("data", f"{name}.yaml").read_bytes()
    return yaml.load(text, Loader=_LOADER)  # noqa: S506  # a safe loader, see above


def _group(told: dict[str, Any], turkish: dict[str, Any]) -> Group:
    return Group(
        id=told["id"],
        title=Words(told["title"]["tr"], told["title"]["en"]),
        by=told["by"],
        steps=tuple(_step(step, told, turkish["steps"]) for step in told["steps"]),
        matrix=tuple(map(Words, turkish["matrix"].get(told["id"], ()), told.get("matrix", ()))),
        note=told.get("note"),
    )


def _step(told: dict[str, Any], group: dict[str, Any], turkish: dict[str, Any]) -> Step:
    own = turkish[told["id"]]
    return Step(
        id=told["id"],
        group=group["id"],
        words=Words(own["do"], str(told["do"])),
        checks=tuple(
            _check(number, tr, str(en))
            for number, (tr, en) in enumerate(zip(own["expect"], told["expect"], strict=True), 1)
        ),
        by=told.get("by", group["by"]),
        kinds=frozenset(told.get("kinds", group.get("kinds", ()))),
        option=told.get("option", group.get("option")),
        voltages=frozenset(told.get("voltage", ())),
        once=bool(told.get("once", False)),
        fit=told.get("fit"),
        note=told.get("note"),
    )


def _check(number: int, tr: str, en: str) -> Check:
    found = _LIMITS.search(en)
    limits = set(found[1].split(", ")) if found else set()
    return Check(
        number=number,
        words=Words(tr, en),
        kinds=frozenset(limits - {"bidi"}),
        two_way_only="bidi" in limits,
    )
