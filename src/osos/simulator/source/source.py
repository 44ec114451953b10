"""What does a programmable three-phase source answer to a SCPI line?

Without I/O. Commands: *IDN?, *RST, *CLS, SOUR:VOLTn, SOUR:VOLTn:PHAS, SOUR:CURRn, SOUR:CURRn:PHAS, SOUR:FREQ,
OUTP, the same with `?`, MEAS of each, SYST:ERR?. What is not understood goes into the queue of errors.
"""

import re
from collections import deque
from dataclasses import dataclass, field

from osos.simulator.source.conduct import Conduct

IDENTITY = "OSOS,Virtual Source,0,1.0"
NO_ERROR = '0,"No error"'
UNDEFINED = '-113,"Undefined header"'
NOT_ALLOWED = '-104,"Data type error"'
OUT_OF_RANGE = '-222,"Data out of range"'
QUEUE = 16  # errors kept; the newest give way to "queue overflow"
OVERFLOW = '-350,"Queue overflow"'

_LIMITS = {"VOLT": (0.0, 300.0), "CURR": (0.0, 120.0), "PHAS": (-360.0, 360.0), "FREQ": (45.0, 65.0)}
_PHASE = re.compile(r"(SOUR|MEAS):(VOLT|CURR)([123])(:PHAS)?(\?)?")


@dataclass(slots=True)
class Phase:
    volts: float = 0.0
    volts_angle: float = 0.0
    amps: float = 0.0
    amps_angle: float = 0.0


@dataclass(slots=True)
class VirtualSource:
    """The settings of a source, and what really stands on its terminals."""

    conduct: Conduct = field(default_factory=Conduct)
    phases: list[Phase] = field(default_factory=lambda: [Phase() for _ in range(3)])
    frequency_hz: float = 50.0
    output: bool = False
    errors: deque[str] = field(default_factory=deque)

    def line(self, text: str) -> str | None:
        """The answer to a line; None where none is asked for."""
        header, _, value = text.strip().partition(" ")
        header = header.upper()
        answer = self._common(header, value.strip())
        return "?!#" if answer is not None and self.conduct.garbled else answer

    def terminal(self, number: int) -> Phase:
        """What stands on this phase, 1 to 3, whatever was asked."""
        if not self.output:
            return Phase()
        asked, bad = self.phases[number - 1], self.conduct
        return Phase(
            volts=asked.volts * bad.voltage_scale,
            volts_angle=asked.volts_angle,
            amps=asked.amps * bad.current_scale,
            amps_angle=_turned(asked.amps_angle + bad.turned_degrees),
        )

    def _common(self, header: str, value: str) -> str | None:
        match header:
            case "*IDN?":
                return IDENTITY
            case "*CLS":
                self.errors.clear()
            case "*RST":
                self.phases, self.output = [Phase() for _ in range(3)], False
            case "SYST:ERR?":
                return self.errors.popleft() if self.errors else NO_ERROR
            case "OUTP":
                self._switch(value.upper())
            case "OUTP?":
                return str(int(self.output))
            case "SOUR:FREQ":
                if (hertz := self._number(value, "FREQ")) is not None:
                    self.frequency_hz = hertz
            case "SOUR:FREQ?" | "MEAS:FREQ?":
                return f"{self.frequency_hz:.3f}"
            case _:
                return self._phase(header, value)
        return None

    def _phase(self, header: str, value: str) -> str | None:
        found = _PHASE.fullmatch(header)
        if found is None or (found[1] == "MEAS" and not found[5]):
            self._error(UNDEFINED)
            return None
        number, name = int(found[3]), _NAMES[found[2], bool(found[4])]
        if found[5]:
            phase = self.terminal(number) if found[1] == "MEAS" else self.phases[number - 1]
            return f"{getattr(phase, name):.4f}"
        asked = self._number(value, "PHAS" if found[4] else found[2])
        if asked is not None and not self._stuck(number, name):
            setattr(self.phases[number - 1], name, asked)
        return None

    def _stuck(self, number: int, name: str) -> bool:
        return number == self.conduct.stuck_phase and getattr(self.phases[number - 1], name) != 0

    def _switch(self, value: str) -> None:
        if value not in {"ON", "OFF", "1", "0"}:
            self._error(NOT_ALLOWED)
        elif not self.conduct.output_dead:
            self.output = value in {"ON", "1"}

    def _number(self, value: str, what: str) -> float | None:
        try:
            found = float(value)
        except ValueError:
            self._error(NOT_ALLOWED)
            return None
        low, high = _LIMITS[what]
        if not low <= found <= high:
            self._error(OUT_OF_RANGE)
            return None
        return found

    def _error(self, text: str) -> None:
        if len(self.errors) < QUEUE:
            self.errors.append(text)
        else:
            self.errors[-1] = OVERFLOW


_NAMES = {
    ("VOLT", False): "volts",
    ("VOLT", True): "volts_angle",
    ("CURR", False): "amps",
    ("CURR", True): "amps_angle",
}


def _turned(degrees: float) -> float:
    return 180 - (180 - degrees) % 360
