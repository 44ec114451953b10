"""What does a telegram say, whatever its form?"""

from dataclasses import dataclass, field

from osos.iec62056.complaints import NO_CHECK, Check, Complaint
from osos.meters.load_profile import ProfileRecords
from osos.quantities import Reading

KINDS = ("readout", "profile", "push", "dsmr", "dialogue", "dlms", "sml", "unknown")


@dataclass(frozen=True, slots=True)
class Telegram:
    """All values of one telegram in printed order, and everything that was wrong with it.

    The records of a mode C load profile stand in `records` alone (columns, fast); everything else is a reading.
    """

    kind: str  # one of KINDS
    identification: str | None = None
    profile: str | None = None  # name of the meter profile that gave the codes their meaning
    check: Check = NO_CHECK
    readings: list[Reading] = field(default_factory=list)
    records: ProfileRecords | None = None
    complaints: list[Complaint] = field(default_factory=list)
