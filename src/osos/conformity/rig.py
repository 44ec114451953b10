"""What can be done to a meter from outside, and who does it? (T-21)

An act is data: the virtual meter, a person and a programmable source each carry out the same acts, and the
run file keeps them. `bench.rig` is a `Hands`; who is behind it is a `Rig`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, runtime_checkable


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """What a source puts on the terminals: each tuple one value a phase."""

    volts_dv: tuple[int, ...]  # 0.1 V; 0 is cut
    amps_ma: tuple[int, ...]
    degrees: tuple[int, ...]  # current behind its own voltage; 0 is active import
    reversed_current: tuple[bool, ...]
    reversed_voltage: tuple[bool, ...]
    swapped: bool = False  # L2 and L3 changed places, each with its current
    shifted: int = 0  # 1, 2: every current on the next, the next but one phase

    @classmethod
    def plain(cls, phases: int, volts_dv: int) -> "Lines":
        """Connected as it should be, without load."""
        zeros, right = (0,) * phases, (False,) * phases
        return cls(
            volts_dv=(volts_dv,) * phases,
            amps_ma=zeros,
            degrees=zeros,
            reversed_current=right,
            reversed_voltage=right,
        )


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do: its name and its facts, as the run file keeps them."""

    name: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What somebody who looks at the display sees (M-150)."""

    menu: str
    index: int
    code: str
    text: str
    unit: str
    symbol: str
    icons: Mapping[str, str]
    backlight: bool

    def icon(self, name: str) -> str:
        """`off`, `on` or `blink`."""
        return self.icons.get(name, "off")

    def all(self, *names: str) -> tuple[str, ...]:
        return tuple(self.icon(name) for name in names)


class RigDidNot(Exception):
    """The rig did not do what it was asked: nothing that follows would say anything about the meter."""

    def __init__(self, act: Act, found: Mapping[str, Any]) -> None:
        said = f"{found['person']}: " if "person" in found else ""  # in their own words first
        super().__init__(f"{said}asked for {act.name} {dict(act.facts)}, found {dict(found)}")
        self.act, self.found = act, found


@runtime_checkable
class Rig(Protocol):
    """Who carries out acts: the virtual meter's surroundings, a person, a programmable source.

    `do` answers with the facts as it found them afterwards: they are compared with what was asked.
    `look` is asked for the display; a person is asked only for what is `wanted` (icon names, or "screen").
    """

    def do(self, act: Act) -> Mapping[str, Any]: ...

    def look(self, wanted: tuple[str, ...]) -> Seen: ...


@runtime_checkable
class Witnessing(Protocol):
    """Behind it somebody answers whose words the run file keeps."""

    def said(self) -> tuple[Mapping[str, Any], ...]: ...


class Stage(Protocol):
    """What `Hands` needs of the run: acts are done and written down in one place."""

    def act(self, act: Act) -> Mapping[str, Any]: ...


class Hands:
    """The acts by name, and what is on the terminals now."""

    def __init__(self, stage: Stage, *, phases: int, volts_dv: int) -> None:
        self._stage, self._volts_dv = stage, volts_dv
        self.lines = Lines.plain(phases, volts_dv)
        self.terminal_open = self.top_open = False

    @property
    def phases(self) -> int:
        return len(self.lines.volts_dv)

    # -- samples and lines --

    def connect(self, sample: str, *, purpose: str) -> bool:
        """Put this sample on the bench, connected as it should be, without load, covers closed.

        True: it is as it was delivered, whatever was done to it before in this run.
        """
        self.lines = Lines.plain(self.phases, self._volts_dv)
        self.terminal_open = self.top_open = False
        found = self._do("sample", name=sample, purpose=purpose)
        self._lay(self.lines)
        return bool(found.get("as_delivered"))

    def supply(self, *, on: bool = True) -> None:
        """All phases, at nominal voltage."""
        self._lay(replace(self.lines, volts_dv=(self._volts_dv if on else 0,) * self.phases))

    def phase(self, number: int, *, on: bool) -> None:
        """One phase, 1 to 3."""
        self._lay(replace(self.lines, volts_dv=_at(self.lines.volts_dv, number, self._volts_dv * on)))

    def load(self, *amps_ma: int, degrees: int | tuple[int, ...] = 0) -> None:
        """Currents by phase in mA; one value is meant for each."""
        amps = amps_ma if len(amps_ma) == self.phases else (amps_ma[0],) * self.phases
        angles = degrees if isinstance(degrees, tuple) else (degrees,) * self.phases
        self._lay(replace(self.lines, amps_ma=amps, degrees=angles[: self.phases]))

    def no_load(self) -> None:
        self.load(0)

    def current(self, number: int, amps_ma: int) -> None:
        self._lay(replace(self.lines, amps_ma=_at(self.lines.amps_ma, number, amps_ma)))

    def reverse_current(self, number: int, *, reversed_: bool = True) -> None:
        found = _at(self.lines.reversed_current, number, reversed_)
        self._lay(replace(self.lines, reversed_current=found))

    def reverse_voltage(self, number: int, *, reversed_: bool = True) -> None:
        found = _at(self.lines.reversed_voltage, number, reversed_)
        self._lay(replace(self.lines, reversed_voltage=found))

    def swap_phases(self, *, swapped: bool = True) -> None:
        """L2 and L3 change places, their currents with them."""
        self._lay(replace(self.lines, swapped=swapped))

    # -- covers, button, magnet, batteries --

    def terminal_cover(self, *, open_: bool) -> None:
        self.terminal_open = open_
        self._do("cover", which="terminal", open=open_)

    def top_cover(self, *, open_: bool) -> None:
        self.top_open = open_
        self._do("cover", which="top", open=open_)

    def press(self, held_s: float = 0.2) -> None:
        self._do("button", held_s=held_s)

    def press_reset(self) -> None:
        """The sealed button."""
        self._do("reset-button")

    def magnet(self, millitesla: int) -> None:
        self._do("magnet", mt=millitesla)

    def battery(self, which: str, *, fitted: bool) -> None:
        """`clock` or `system`."""
        self._do("battery", which=which, fitted=fitted)

    def external(self, volts: int) -> None:
        """0 takes it off."""
        self._do("external", volts=volts)

    def _lay(self, lines: Lines) -> None:
        self.lines = lines
        self._do("lines", **lines_facts(lines))

    def _do(self, act_name: str, /, **facts: Any) -> Mapping[str, Any]:
        act = Act(act_name, facts)
        found = self._stage.act(act)
        if any(found.get(key) != value for key, value in facts.items()):
            raise RigDidNot(act, found)
        return found


def lines_facts(lines: Lines) -> dict[str, Any]:
    """As plain lists, so that the run file gives back what was put in."""
    return {
        "volts_dv": list(lines.volts_dv),
        "amps_ma": list(lines.amps_ma),
        "degrees": list(lines.degrees),
        "reversed_current": list(lines.reversed_current),
        "reversed_voltage": list(lines.reversed_voltage),
        "swapped": lines.swapped,
        "shifted": lines.shifted,
    }


def _at(values: tuple[Any, ...], number: int, value: Any) -> tuple[Any, ...]:
    return (*values[: number - 1], value, *values[number:])
