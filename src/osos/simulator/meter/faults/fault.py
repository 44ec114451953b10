"""What is wrong with a meter on purpose, and which step of the form is to find it? (M-183, T-23)"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from osos.simulator.meter.seams import Hook

Need = Literal["1p", "3p", "combi", "relay", "external-supply", "3x57.7/100"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One switch of the board; `hooks` are functions put in at places of `seams.PLACES`."""

    name: str
    breaks: str  # the requirement of the meter it breaks
    step: str  # of form EK-2, meant to find it
    also: tuple[str, ...] = ()  # steps that cannot but see it too
    needs: tuple[Need, ...] = ()  # a kind, option or voltage without which it shows nowhere
    tr: str
    en: str
    hooks: tuple[tuple[str, Hook], ...] = ()
    numbers: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def group(self) -> str:
        return self.step.partition("-")[0]
