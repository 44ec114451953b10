"""Which modems and meters are there, who may talk to us, and which point does a meter measure?"""

from osos.registry.admissions import Admission, parse_admissions
from osos.registry.admitting import AdmitReport, admit
from osos.registry.lists import (
    ListedMeter,
    ListedModem,
    ListedPoint,
    list_meters,
    list_modems,
    list_points,
)
from osos.registry.meters import (
    Installation,
    Learned,
    MeterBehind,
    installations,
    learn_meter,
    meters_behind,
)
from osos.registry.modems import (
    Identified,
    Listening,
    Modem,
    find_modem,
    listening_modems,
    mark_registered,
    note_identification,
    note_seen,
)
from osos.registry.problems import LineProblem
from osos.registry.sheet import decode_sheet
from osos.registry.strangers import Quarantined, list_quarantine, quarantine

__all__ = [
    "Admission",
    "AdmitReport",
    "Identified",
    "Installation",
    "Learned",
    "LineProblem",
    "ListedMeter",
    "ListedModem",
    "ListedPoint",
    "Listening",
    "MeterBehind",
    "Modem",
    "Quarantined",
    "admit",
    "decode_sheet",
    "find_modem",
    "installations",
    "learn_meter",
    "list_meters",
    "list_modems",
    "list_points",
    "list_quarantine",
    "listening_modems",
    "mark_registered",
    "meters_behind",
    "note_identification",
    "note_seen",
    "parse_admissions",
    "quarantine",
]
