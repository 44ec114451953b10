"""What can be wrong with a source?"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """A source that does as it is told, but for these."""

    late_s: float = 0.0  # every answer waits so long
    silent: bool = False  # questions are not answered
    garbled: bool = False  # answers are no numbers
    hangs_up_after: int = 0  # questions, then the connection is closed; 0: never
    output_dead: bool = False  # OUTP ON is taken and not done
    voltage_scale: float = 1.0  # what stands on the terminals, as a part of what was asked
    current_scale: float = 1.0
    turned_degrees: float = 0.0  # every current stands so far off
    stuck_phase: int = 0  # this phase keeps its first values; 0: none


CONDUCTS: Mapping[str, Conduct] = {
    "sound": Conduct(),
    "late": Conduct(late_s=5.0),
    "silent": Conduct(silent=True),
    "garbled": Conduct(garbled=True),
    "hangs-up": Conduct(hangs_up_after=3),
    "output-dead": Conduct(output_dead=True),
    "low-voltage": Conduct(voltage_scale=0.97),
    "wrong-current": Conduct(current_scale=1.05),
    "wrong-angle": Conduct(turned_degrees=15.0),
    "stuck-phase": Conduct(stuck_phase=2),
}
