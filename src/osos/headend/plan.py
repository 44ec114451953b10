"""What is every modem told to read by itself, and when? (H-10)"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from osos.modems.mass_json import Schedule, directive_json, schedule_json, standard_directives
from osos.registry import MeterBehind

# The directive that reads a profile's records between two labels.
PROFILE_DIRECTIVES = {"P.01": "profile1", "P.02": "profile2", "P.03": "profile3"}
ANY_LINE = "line"  # of a meter whose port the modem never named
_COMBI_ONLY = frozenset({"profile2", "profile3"})  # 1p and 3p meters have P.01 alone (M-103)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterBehindModem:
    """What planning and asking need to know of a meter."""

    meter_id: int
    serial: str
    line: str  # the modem's serial port; one conversation at a time (H-13)
    kind: str | None = None  # 1p, 3p, combi; None until it was read once

    @classmethod
    def of(cls, behind: MeterBehind) -> Self:
        """As the registry has it; meters whose port the modem never named share one line."""
        return cls(
            meter_id=behind.meter_id,
            serial=behind.meter.serial,
            line=behind.serial_port or ANY_LINE,
            kind=behind.kind,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Directives by name and the schedules that use them; a profile for combi meters goes to those alone."""

    directives: tuple[str, ...]
    schedules: tuple[Schedule, ...]

    def schedules_for(self, meters: Sequence[MeterBehindModem]) -> list[Schedule]:
        """The schedules as this modem gets them; one that fits none of its meters is left out."""
        combis = tuple(sorted(meter.serial for meter in meters if meter.kind == "combi"))
        fitting = []
        for schedule in self.schedules:
            if schedule.directive not in _COMBI_ONLY or schedule.meters != ("*",):
                fitting.append(schedule)
            elif combis:
                fitting.append(replace(schedule, meters=combis))
        return fitting

    def fingerprint(self, meters: Sequence[MeterBehindModem]) -> str:
        """Changes when, and only when, the modem has to be told something new."""
        catalogue = standard_directives()
        told = {
            "directives": [directive_json(catalogue[name]) for name in self.directives],
            "schedules": [schedule_json(schedule) for schedule in self.schedules_for(meters)],
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def standard_plan() -> Plan:
    """Quarter hours every hour, registers four times a day, the rest once; month ends on the first (H-15).

    A profile schedule reaches two hours further back than its period: a read that failed once is made good by
    the next, what is older is asked for as a gap.
    """
    return Plan(
        directives=tuple(standard_directives()),
        schedules=(
            Schedule(
                id="profile1-hourly", directive="profile1", start="00:03", every_minutes=60, traverse_hours=3
            ),
            Schedule(
                id="profile2-hourly", directive="profile2", start="00:03", every_minutes=60, traverse_hours=3
            ),
            Schedule(
                id="profile3-hourly", directive="profile3", start="00:03", every_minutes=60, traverse_hours=3
            ),
            Schedule(id="short-6h", directive="short", start="00:10", every_minutes=360),
            Schedule(id="history-monthly", directive="history", start="00:30", day_of_month=1),
            Schedule(id="alert-daily", directive="alert", start="01:00"),
            Schedule(id="interruption-daily", directive="interruption", start="01:20"),
        ),
    )
