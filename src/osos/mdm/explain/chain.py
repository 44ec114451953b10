"""What does an explanation consist of?

A figure is a sum of pieces; each piece is slots in a row that came about in one way: between two registers,
by an estimate, by a person. A register names the record, the message that told it, and where in its bytes it
is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from osos.mdm.canonical import Channel
from osos.quantities import Interval


class Way(StrEnum):
    """How the energy of a piece came about."""

    MEASURED = "measured"
    ACCEPTED = "accepted"  # measured, doubted, and found right by a person
    SUSPECT = "suspect"
    EXCHANGED = "exchanged"  # two meters shared the slot; papers tell their registers
    ESTIMATED = "estimated"
    EDITED = "edited"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A message in the ledger and where in the meter's bytes of it the record lies."""

    frame_id: int
    reference_id: str | None
    session: str
    link: str
    received_at: datetime
    size: int  # of the meter's bytes in the message, all of its parts
    offset: int | None = None  # None: the record does not carry its own time
    length: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """What a meter showed at an instant, and who told it: a message, or a paper."""

    meter_id: int
    at: datetime
    label: int  # minutes of the meter's own clock, as it printed them
    amount: int  # Wh or varh
    source: Source | None = None
    paper: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Slots in a row that came about in one way."""

    period: Interval
    day: int
    slots: range
    way: Way
    secondary: int
    multiplier: Decimal
    primary: Decimal
    meter_id: int | None
    meter: str = ""
    begun: Register | None = None
    ended: Register | None = None
    removed: Register | None = None  # of an exchange, by its papers
    placed: Register | None = None
    decision: int | None = None  # its number on that day
    method: str | None = None
    method_version: int | None = None
    code: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    uncertainty_wh: int | None = None
    actor: str | None = None
    reason: str | None = None
    decided_at: datetime | None = None

    @property
    def holds(self) -> bool | None:
        """Whether the registers' difference is the piece's energy; None where they do not tell it."""
        if self.begun is None or self.ended is None or self.way is Way.EXCHANGED:
            return None
        step = self.ended.amount - self.begun.amount
        return self.secondary in {step, step + 10**9}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A figure and all it is made of."""

    point_id: int
    channel: Channel
    period: Interval
    primary: Decimal  # Wh or varh
    pieces: tuple[Piece, ...]
    known_on: datetime | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the pieces are the figure, and none is missing."""
        total = sum((piece.primary for piece in self.pieces), Decimal(0))
        return total == self.primary and all(piece.way is not Way.MISSING for piece in self.pieces)
