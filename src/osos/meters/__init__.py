"""What does a meter say? OBIS catalogue, meter profiles, and any telegram turned into readings."""

from osos.meters.catalogue import Catalogue, Entry, catalogue, rows
from osos.meters.load_profile import ProfileRecords, label_of, label_time
from osos.meters.profiles import PROFILES, MeterProfile, profile_for, profile_named
from osos.meters.reading import read
from osos.meters.record_text import parse_profile
from osos.meters.telegram import KINDS, Telegram

__all__ = [
    "KINDS",
    "PROFILES",
    "Catalogue",
    "Entry",
    "MeterProfile",
    "ProfileRecords",
    "Telegram",
    "catalogue",
    "label_of",
    "label_time",
    "parse_profile",
    "profile_for",
    "profile_named",
    "read",
    "rows",
]
