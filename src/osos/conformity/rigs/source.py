"""How does a programmable source lay voltages and currents on the terminals, and did it? (T-21)

Every value is measured back and compared: a source that does otherwise is the rig's trouble, never the
meter's. Covers, button, magnet and the display stay with whoever stands there.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from osos.conformity.catalogue import Step
from osos.conformity.inspector import Inspecting, Signature
from osos.conformity.rig import Act, Rig, RigDidNot, Seen, Witnessing
from osos.conformity.rigs.scpi import Dialect, ScpiLink, SourceTrouble

PHASE_ANGLES = (0.0, -120.0, -240.0)
FREQUENCY_HZ = 50.0
# How near the measured value has to be: a part of the asked one, and at least so much.
NEAR = {"volts": (0.005, 0.2), "amps": (0.01, 0.002), "angle": (0.0, 0.5)}
SEEN_FROM = {"volts": 1.0, "amps": 0.005}  # below it an angle cannot be measured


class SourceRig:
    """A Rig of a source for the lines, and of another rig for everything else."""

    def __init__(
        self,
        open_link: Callable[[], ScpiLink],
        others: Rig,
        *,
        dialect: Dialect | None = None,
        settle: Callable[[], None] = lambda: None,
    ) -> None:
        """`open_link` is called again after the connection was lost; `settle` waits before measuring."""
        self._open, self._others, self._settle = open_link, others, settle
        self._dialect = dialect or Dialect()
        self._link: ScpiLink | None = None
        self.identity = ""

    def do(self, act: Act) -> Mapping[str, Any]:
        if act.name != "lines":
            return self._others.do(act)
        try:
            return self._lay(act)
        except SourceTrouble as trouble:
            self.close()
            raise RigDidNot(act, {"source": str(trouble)}) from trouble

    def look(self, wanted: tuple[str, ...]) -> Seen:
        return self._others.look(wanted)

    def inspect(self, step: Step) -> tuple[Signature, ...]:
        return self._others.inspect(step) if isinstance(self._others, Inspecting) else ()

    def said(self) -> tuple[Mapping[str, Any], ...]:
        return self._others.said() if isinstance(self._others, Witnessing) else ()

    def close(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None

    def _lay(self, act: Act) -> Mapping[str, Any]:
        link = self._link or self._connect()
        wanted = phasors(act.facts)
        for name, word in self._dialect.set.items():
            for phase, one in enumerate(wanted, 1):
                link.write(word.format(phase=phase, value=f"{one[name]:.4f}"))
        link.write(self._dialect.output_on)
        self._no_error(link)
        self._settle()
        wrong = self._differences(link, wanted)
        return dict(act.facts) if not wrong else {**act.facts, **_told(act.facts, wrong)}

    def _connect(self) -> ScpiLink:
        self._link = link = self._open()
        self.identity = link.ask(self._dialect.identity)
        link.write(self._dialect.clear)
        link.write(self._dialect.frequency.format(value=f"{FREQUENCY_HZ:.2f}"))
        return link

    def _no_error(self, link: ScpiLink) -> None:
        answer = link.ask(self._dialect.error)
        code = answer.partition(",")[0].strip().lstrip("+")
        if code != "0":
            raise SourceTrouble("refused", answer[:200])

    def _differences(
        self, link: ScpiLink, wanted: Sequence[Mapping[str, float]]
    ) -> list[tuple[str, int, float]]:
        """`(what, phase, measured)` of everything that is not as asked."""
        if link.ask(self._dialect.output) not in {"1", "ON"}:
            raise SourceTrouble("refused", "the output stays off")
        found = []
        for phase, one in enumerate(wanted, 1):
            for name, word in self._dialect.measured.items():
                size = name.partition("_")[0]
                if name.endswith("angle") and one[size] < SEEN_FROM[size]:
                    continue
                measured = link.number(word.format(phase=phase))
                if not _is_near(name, measured, one[name]):
                    found.append((name, phase, measured))
        return found


def phasors(facts: Mapping[str, Any]) -> list[dict[str, float]]:
    """Volts, amperes and their angles before U1, by terminal; swapped lines turn the other way round."""
    angles = PHASE_ANGLES if not facts["swapped"] else (PHASE_ANGLES[0], PHASE_ANGLES[2], PHASE_ANGLES[1])
    found = []
    for phase in range(len(facts["volts_dv"])):
        behind = facts["degrees"][phase] + 120 * facts["shifted"] + 180 * facts["reversed_current"][phase]
        found.append(
            {
                "volts": facts["volts_dv"][phase] / 10,
                "volts_angle": _turned(angles[phase] + 180 * facts["reversed_voltage"][phase]),
                "amps": facts["amps_ma"][phase] / 1000,
                "amps_angle": _turned(angles[phase] - behind),
            }
        )
    return found


def _turned(degrees: float) -> float:
    """Into (-180, 180]."""
    return 180 - (180 - degrees) % 360


def _is_near(name: str, measured: float, asked: float) -> bool:
    if name.endswith("angle"):
        return abs(_turned(measured - asked)) <= NEAR["angle"][1]
    part, least = NEAR[name]
    return abs(measured - asked) <= max(abs(asked) * part, least)


_FACTS = {"volts": ("volts_dv", 10), "amps": ("amps_ma", 1000)}


def _told(facts: Mapping[str, Any], wrong: Sequence[tuple[str, int, float]]) -> dict[str, Any]:
    """The asked facts with what was measured in the place of what was not reached."""
    found: dict[str, Any] = {"measured": [f"{name} L{phase}: {value:g}" for name, phase, value in wrong]}
    for name, phase, value in wrong:
        fact, scale = _FACTS.get(name, ("degrees", 0))
        values = list(found.get(fact, facts[fact]))
        values[phase - 1] = round(value * scale, 2) if scale else f"{value:g}° before U1"
        found[fact] = values
    return found
