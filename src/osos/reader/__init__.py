"""How does a person with a laptop read, find and program one meter over a cable? (T-30, T-31)"""

from osos.reader.finding import UNSURE, Found, find
from osos.reader.link import Link
from osos.reader.packets import PACKETS, Got, read_codes, read_packet
from osos.reader.place import Place, parse_place
from osos.reader.profiles import read_profile
from osos.reader.programming import Programmed, program
from osos.reader.spans import Span
from osos.reader.trouble import LineTrouble, Trouble
from osos.reader.watching import Nobody, Watch

__all__ = [
    "PACKETS",
    "UNSURE",
    "Found",
    "Got",
    "LineTrouble",
    "Link",
    "Nobody",
    "Place",
    "Programmed",
    "Span",
    "Trouble",
    "Watch",
    "find",
    "parse_place",
    "program",
    "read_codes",
    "read_packet",
    "read_profile",
]
