"""What are the things every room counts, names and dates with?"""

from osos.quantities.clock import Clock, ManualClock
from osos.quantities.device import DeviceId, NotADevice
from osos.quantities.energy import Energy, ReactiveEnergy
from osos.quantities.interval import Interval, day_of, slots
from osos.quantities.obis import NotAnObisCode, Obis
from osos.quantities.quality import Quality
from osos.quantities.reading import Reading
from osos.quantities.turkiye import TURKIYE, local_day, local_midnight, to_local, to_utc

__all__ = [
    "TURKIYE",
    "Clock",
    "DeviceId",
    "Energy",
    "Interval",
    "ManualClock",
    "NotADevice",
    "NotAnObisCode",
    "Obis",
    "Quality",
    "ReactiveEnergy",
    "Reading",
    "day_of",
    "local_day",
    "local_midnight",
    "slots",
    "to_local",
    "to_utc",
]
