"""Which messages are there, and how is each written on the line?

Each has `render()` and a `parse` for one whole message; `MessageReader` cuts a stream into them.
"""

import re
from dataclasses import dataclass, field
from typing import Self

from osos.iec62056.block_check import block_check
from osos.iec62056.errors import CannotBeSent, ChecksumMismatch, NotAMessage
from osos.iec62056.identification import Identification
from osos.iec62056.limits import ADDRESS_MAX
from osos.iec62056.speeds import BAUD

SOH, STX, ETX, ACK, NAK = b"\x01", b"\x02", b"\x03", b"\x06", b"\x15"

_REQUEST = re.compile(rb"/\?([^!/\r\n]{0,%d})!(?:\r?\n|\r)?" % ADDRESS_MAX)
_OPTION = re.compile(rb"\x06([0-9])([0-9A-I])([0-9A-Z])\r\n")
_COMMAND = re.compile(rb"\x01([A-Z])([0-9])(?:\x02([^\x01\x02\x03]*))?\x03(.)?", re.DOTALL)
_DATASET = re.compile(r"([^()\r\n]{1,64}?) ?\((.*)\)", re.DOTALL)  # M-55: a blank before `(` tolerated
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Request:
    """`/?address!`: who is there? (M-11)"""

    address: str = ""

    def render(self) -> bytes:
        if len(self.address) > ADDRESS_MAX or _CONTROL.search(self.address) or set("/!") & set(self.address):
            raise CannotBeSent("address", self.address)
        return f"/?{self.address}!\r\n".encode("ascii")

    @classmethod
    def parse(cls, data: bytes) -> Self:
        found = _REQUEST.fullmatch(data)
        if found is None:
            raise NotAMessage(data, "/?address!")
        return cls(found[1].decode("latin-1"))


@dataclass(frozen=True, slots=True)
class OptionSelect:
    """`ACK 0 Z Y`: speed Z, and what is wanted: Y (M-13)."""

    z: str
    y: str
    protocol: str = "0"

    def render(self) -> bytes:
        data = f"\x06{self.protocol}{self.z}{self.y}\r\n".encode("latin-1")
        if not _OPTION.fullmatch(data):
            raise CannotBeSent("option", self.protocol + self.z + self.y)
        return data

    @classmethod
    def parse(cls, data: bytes) -> Self:
        found = _OPTION.fullmatch(data)
        if found is None:
            raise NotAMessage(data, "ACK 0ZY CR LF")
        protocol, z, y = (part.decode("ascii") for part in found.groups())
        return cls(z, y, protocol)

    @property
    def baud(self) -> int | None:
        return BAUD.get(self.z)


@dataclass(frozen=True, slots=True)
class Command:
    """`SOH letter kind [STX data] ETX BCC`: P0 … P3, R2, R5, W2, E2, B0 (M-40 … M-45)."""

    letter: str
    kind: str
    data: bytes | None = None  # None: no STX at all, as in the break

    @classmethod
    def for_code(cls, name: str, code: str, argument: str = "") -> Self:
        """`Command.for_code("R2", "1.8.0")`: a command on one code.

        >>> Command.for_code("R2", "0.0.0").render()
        b'\\x01R2\\x020.0.0()\\x03P'
        """
        if not re.fullmatch(r"[^()\x00-\x1f\x7f-\U0010ffff]{1,64}", code):
            raise CannotBeSent("code", code)
        if _CONTROL.search(argument):
            raise CannotBeSent("argument", argument)
        return cls(name[0], name[1:], f"{code}({argument})".encode("ascii"))

    @property
    def name(self) -> str:
        return self.letter + self.kind

    def dataset(self) -> tuple[str, str] | None:
        """Code and argument, the argument from the first `(` to the last `)`; None: not of that form."""
        found = _DATASET.fullmatch((self.data or b"").decode("latin-1"))
        return (found[1], found[2]) if found else None

    def bracket(self) -> str | None:
        """The text of a lone bracket, as P messages carry it; None: not of that form."""
        text = (self.data or b"").decode("latin-1")
        return text[1:-1] if text.startswith("(") and text.endswith(")") and len(text) > 1 else None

    def render(self) -> bytes:
        if not re.fullmatch(r"[A-Z][0-9]", self.name):
            raise CannotBeSent("command", self.name)
        if self.data is not None and (re.search(rb"[\x01-\x03\x80-\xff]", self.data)):
            raise CannotBeSent("data", self.data.decode("latin-1"))
        body = b"" if self.data is None else STX + self.data
        checked = self.name.encode("ascii") + body + ETX
        return SOH + checked + bytes([block_check(checked)])

    @classmethod
    def parse(cls, data: bytes) -> Self:
        found = _COMMAND.fullmatch(data)
        if found is None:
            raise NotAMessage(data, "SOH letter digit [STX data] ETX BCC")
        letter, kind, inside, sent = found.groups()
        computed = block_check(data[1 : found.start(4)] if sent is not None else data[1:])
        if sent is None or sent[0] != computed:
            raise ChecksumMismatch(expected=computed, got=sent[0] if sent else None, data=data)
        return cls(letter.decode("ascii"), kind.decode("ascii"), inside)


BREAK = Command("B", "0")


@dataclass(frozen=True, slots=True)
class DataBlock:
    """`STX block ETX BCC`: a readout, or the answer to a command."""

    block: bytes  # between STX and ETX

    def render(self) -> bytes:
        if re.search(rb"[\x01-\x03\x80-\xff]", self.block):
            raise CannotBeSent("block", self.block[:80].decode("latin-1"))
        return self.framed()

    def framed(self) -> bytes:
        """With STX, ETX and check character, whatever it holds: what was received is no fault of ours."""
        checked = self.block + ETX
        return STX + checked + bytes([block_check(checked)])

    @classmethod
    def parse(cls, data: bytes) -> Self:
        end = data.find(ETX)
        if not data.startswith(STX) or end < 0 or len(data) > end + 2:
            raise NotAMessage(data, "STX data ETX BCC")
        computed, sent = block_check(data[1 : end + 1]), data[end + 1 :]
        if not sent or sent[0] != computed:
            raise ChecksumMismatch(expected=computed, got=sent[0] if sent else None, data=data)
        return cls(data[1:end])

    def refusal(self) -> str | None:
        """The text of `(ERxx)`, by which some meters refuse (M-46); None: this is data."""
        found = re.fullmatch(rb"\((ER[^()]*)\)", self.block.strip())
        return found[1].decode("latin-1") if found else None


@dataclass(frozen=True, slots=True)
class Ack:
    def render(self) -> bytes:
        return ACK


@dataclass(frozen=True, slots=True)
class Nak:
    def render(self) -> bytes:
        return NAK


@dataclass(frozen=True, slots=True)
class IdentificationLine:
    """The identification as a message of the meter."""

    identification: Identification = field()

    def render(self) -> bytes:
        return self.identification.raw + b"\r\n"


def readout_message(lines: bytes) -> bytes:
    """The data message of these lines (each with CR LF): STX, lines, `!`, ETX, BCC (M-15)."""
    return DataBlock(lines + b"!\r\n").render()


Message = Request | OptionSelect | Command | DataBlock | Ack | Nak | IdentificationLine
