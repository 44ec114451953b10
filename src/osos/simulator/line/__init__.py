"""Which wires lie between a virtual modem, its meters and the centre, and what is wrong with them?"""

from osos.simulator.line.bad_lines import (
    LINES,
    CorruptingLine,
    DelayingLine,
    DribblingLine,
    EchoLine,
    LossyLine,
)
from osos.simulator.line.line import Line, MeterEnd
from osos.simulator.line.link import (
    LINKS,
    CorruptingLink,
    Cut,
    CuttingLink,
    DelayingLink,
    DribblingLink,
    DuplicatingLink,
    Link,
    LosingLink,
    Piece,
)

__all__ = [
    "LINES",
    "LINKS",
    "CorruptingLine",
    "CorruptingLink",
    "Cut",
    "CuttingLink",
    "DelayingLine",
    "DelayingLink",
    "DribblingLine",
    "DribblingLink",
    "DuplicatingLink",
    "EchoLine",
    "Line",
    "Link",
    "LosingLink",
    "LossyLine",
    "MeterEnd",
    "Piece",
]
