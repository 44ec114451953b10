"""Which messages does a stretch of recorded dialogue hold, and where?"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["identification", "request", "option", "ack", "nak", "command", "data", "text", "noise"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One message, whole or damaged, as it stood in the bytes.

    `identification`, `request` and `option` are lines; `command` is SOH … ETX BCC (P0, R2, B0 …); `data` is
    STX … ETX BCC (a readout, or the answer to a command); `text` is lines without framing, up to and with `!`;
    `noise` is what is none of these.
    """

    kind: Kind
    data: bytes
    offset: int


def split_dialogue(data: bytes) -> list[Piece]:
    """Cut what a directive run or a line recorder collected into its messages, in order; loses no byte, never raises."""
    raise NotImplementedError
