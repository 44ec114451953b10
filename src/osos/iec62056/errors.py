"""Whose fault is it when a dialogue with a meter goes wrong?

Every error carries its facts as fields. `PeerBrokeProtocol`: ask again, then tell the operator.
`WeBrokeProtocol`: our code or our caller must change. `parse_readout` and `split_dialogue` raise neither.
"""

from dataclasses import dataclass

SHOWN = 80  # characters of the offending bytes that a message quotes


def quote(data: bytes) -> str:
    return repr(data[:SHOWN]) + ("…" if len(data) > SHOWN else "")


class Iec62056Error(Exception):
    """Something of the dialogue with a meter is not as the standard says."""


class PeerBrokeProtocol(Iec62056Error):
    """The other side, or the line between, sent what the protocol does not know."""


class WeBrokeProtocol(Iec62056Error):
    """We were about to send what the protocol does not know."""


@dataclass(unsafe_hash=True)
class NotAnIdentification(PeerBrokeProtocol):
    line: bytes

    def __str__(self) -> str:
        return f"not an identification: {quote(self.line)} (expected /FLGZ… of at most 64 characters)"


@dataclass(unsafe_hash=True)
class NotAMessage(PeerBrokeProtocol):
    data: bytes
    expected: str

    def __str__(self) -> str:
        return f"not a message: {quote(self.data)} (expected {self.expected})"


@dataclass(unsafe_hash=True)
class ChecksumMismatch(PeerBrokeProtocol):
    """The block check character does not fit; `message` is what would have been read."""

    expected: int
    got: int | None
    data: bytes

    def __str__(self) -> str:
        got = "nothing" if self.got is None else f"{self.got:02X}"
        return f"block check character {got}, computed {self.expected:02X}, over {len(self.data)} bytes"


class ParityWrong(ChecksumMismatch):
    """A byte of the message had the wrong parity, whatever the check character says."""

    def __str__(self) -> str:
        return f"wrong parity in a message of {len(self.data)} bytes"


@dataclass(unsafe_hash=True)
class LineTooLong(PeerBrokeProtocol):
    limit: int
    head: bytes

    def __str__(self) -> str:
        return f"a line longer than {self.limit} bytes, beginning {quote(self.head)}"


@dataclass(unsafe_hash=True)
class MessageTooLong(PeerBrokeProtocol):
    limit: int
    head: bytes

    def __str__(self) -> str:
        return f"a message longer than {self.limit} bytes, beginning {quote(self.head)}"


@dataclass(unsafe_hash=True)
class Noise(PeerBrokeProtocol):
    """Bytes that begin no message, thrown away."""

    data: bytes

    def __str__(self) -> str:
        return f"{len(self.data)} bytes that begin no message: {quote(self.data)}"


ProtocolError = NotAnIdentification | NotAMessage | ChecksumMismatch | LineTooLong | MessageTooLong | Noise


@dataclass(unsafe_hash=True)
class CannotBeSent(WeBrokeProtocol):
    """A field holds characters that would end or break the message it stands in."""

    field: str
    text: str

    def __str__(self) -> str:
        return f"{self.field} cannot be sent: {self.text!r}"


@dataclass(unsafe_hash=True)
class NotNow(WeBrokeProtocol):
    """The session is in a state in which this may not be asked."""

    act: str
    state: str

    def __str__(self) -> str:
        return f"{self.act} is not possible while the session is {self.state}"
