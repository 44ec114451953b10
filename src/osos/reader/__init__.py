"""How does a person with a laptop read, find and program one meter over a cable? (T-30, T-31)"""

from osos.reader.link import Link
from osos.reader.packets import PACKETS, Got, read_codes, read_packet
from osos.reader.place import Place, parse_place
from osos.reader.profiles import read_profile
from osos.reader.spans import Span
from osos.reader.trouble import LineTrouble, Trouble
from osos.reader.watching import Nobody, Watch

__all__ = [
    "PACKETS",
    "Got",
    "LineTrouble",
    "Link",
    "Nobody",
    "Place",
    "Span",
    "Trouble",
    "Watch",
    "parse_place",
    "read_codes",
    "read_packet",
    "read_profile",
]
