"""What may a session ask of its line, and what may it tell its owner?

A session does no input or output: it is given bytes and the time, and answers with these.
Times are seconds of any clock that does not run back, the same in every call.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from osos.iec62056.readout import Readout, parse_readout

if TYPE_CHECKING:
    from osos.iec62056.identification import Identification


@dataclass(frozen=True, slots=True)
class Write:
    """Send these bytes, `after_s` from now (the reaction time); parity is already on them where asked for."""

    data: bytes
    after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class SwitchBaud:
    """Change the speed of the port, once everything written before is out."""

    baud: int


@dataclass(frozen=True, slots=True)
class Expect:
    """Something is to come within this many seconds of the last byte written; call `tick` then."""

    within_s: float


@dataclass(frozen=True, slots=True)
class Close:
    """The session is over; the port may be used for another."""

    reason: str


Action = Write | SwitchBaud | Expect | Close

Whose = Literal["peer", "line", "us"]


@dataclass(frozen=True, slots=True)
class Identified:
    identification: "Identification"


@dataclass(frozen=True, slots=True)
class ReadoutReceived:
    """The data message as received, behind its identification; its check character fits, unless taken so."""

    data: bytes

    @property
    def block(self) -> bytes:
        """What stands between STX and ETX."""
        begin, end = self.data.find(b"\x02") + 1, self.data.rfind(b"\x03")
        return self.data[begin : end if end >= 0 else None]

    @property
    def readout(self) -> Readout:
        """Taken apart with its complaints, anew each time; `datasets(block)` is the fast way (Q-2)."""
        return parse_readout(self.data)


@dataclass(frozen=True, slots=True)
class Ready:
    """Programming mode is reached; the seed of the P0 message, or None after a plain ACK (gen1)."""

    seed: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the meter answered to a command: the bytes between STX and ETX, empty for a plain ACK."""

    asked: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Refused:
    """The meter did not do it: `nak`, `error` (its own words in `detail`), `silence` (M-46) or `damaged`."""

    asked: str
    reason: Literal["nak", "error", "silence", "damaged"]
    detail: str


@dataclass(frozen=True, slots=True)
class Finished:
    """All that was asked has been answered or refused."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The session ended early: why, in a fixed word, whose fault, and the facts in words."""

    reason: str
    whose: Whose
    detail: str


Event = Identified | ReadoutReceived | Ready | Answer | Refused | Finished | Failed
