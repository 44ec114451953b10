"""What does a readout say, and what is wrong with it?"""

import re
from dataclasses import dataclass

from osos.iec62056.block_check import block_check, crc16
from osos.iec62056.complaints import NO_CHECK, Check, Complaint, Complaints
from osos.iec62056.data_lines import DataLine, read_lines
from osos.iec62056.dialogue import Kind, Piece, split_dialogue
from osos.iec62056.errors import NotAnIdentification, PeerBrokeProtocol
from osos.iec62056.identification import Identification, parse_identification
from osos.iec62056.messages import Command
from osos.iec62056.parity import seven_bits

_P1_END = re.compile(rb"!([0-9A-Fa-f]{4})[ \t]*(?:\r\n|\r|\n)?\Z")
_FILL = b" \r\n\x00\x7f\xff"


@dataclass(frozen=True, slots=True)
class Readout:
    """A data message read as far as this room can: lines with codes and brackets, not yet their meaning."""

    identification: Identification | None
    lines: list[DataLine]
    check: Check
    complaints: tuple[Complaint, ...]
    block: bytes  # between STX and ETX, or the lines of an unframed text; parity bits taken off
    block_offset: int  # in the bytes given to `parse_readout`


def parse_readout(data: bytes) -> Readout:
    """Read one readout out of whatever was recorded around it (M-170 … M-173); never raises.

    With or without identification, echo, P0 message, STX, ETX, BCC. Where several telegrams are glued, the
    first one with an identification is read and each other named in a complaint; `split_dialogue` cuts them.
    """
    complaints = Complaints(data)
    pieces = split_dialogue(seven_bits(data, complaints))
    chosen = _choose(pieces)
    _complain_of_others(pieces, chosen, complaints)
    identification = _identification(pieces, chosen.identification, complaints)
    if chosen.body is None:
        complaints.add("empty", 0, None, "code(value)")
        return Readout(identification, [], NO_CHECK, complaints.listed(), b"", len(data))
    body = pieces[chosen.body]
    block, offset, check = _open(body, _start_of_p1(pieces, chosen), complaints)
    lines, ended = read_lines(block, offset, complaints)
    if not ended and check.kind == "none":
        complaints.add("end-missing", offset + len(block), None, "!")
    if not lines:
        complaints.add("empty", offset, None, "code(value)")
    return Readout(identification, lines, check, complaints.listed(), block, offset)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Indices of the pieces that make up the readout."""

    identification: int | None
    body: int | None


def _choose(pieces: list[Piece]) -> _Chosen:
    """The first identification that a block or lines follow; without one, the first block, else lines."""
    names = [at for at, piece in enumerate(pieces) if piece.kind == "identification"]
    fallback = _Chosen(names[0] if names else None, None)
    named: int | None = None
    start = 0
    for at in [*names, len(pieces)]:
        body = _body(pieces, start, at)
        if body is not None and named is not None:
            return _Chosen(named, body)
        if body is not None:
            fallback = _Chosen(None, body)
        named, start = at, at + 1
    return fallback


def _body(pieces: list[Piece], start: int, end: int) -> int | None:
    for kind in ("data", "text"):
        for at in range(start, end):
            if pieces[at].kind == kind:
                return at
    return None


def _complain_of_others(pieces: list[Piece], chosen: _Chosen, complaints: Complaints) -> None:
    last = len(pieces) if chosen.body is None else chosen.body
    for at, piece in enumerate(pieces):
        if at in {chosen.identification, chosen.body}:
            continue
        code = _complaint_of(piece, before=at < (chosen.identification or 0), after=at > last)
        if code:
            complaints.add(code, piece.offset, piece.data[:200].decode("latin-1"))


# What a piece beside the chosen ones is called: before the identification, before the body, after the body.
_STRAY: dict[Kind, tuple[str | None, str | None, str | None]] = {
    "identification": ("identification-twice", "identification-twice", "another-telegram"),
    "request": ("echo", "echo", "echo"),
    "option": ("echo", "echo", "echo"),
    "ack": (None, None, None),
    "nak": ("nak", "nak", "nak"),
    "data": ("text-before-identification", "noise", "another-telegram"),
    "text": ("text-before-identification", "noise", "another-telegram"),
    "noise": ("noise", "noise", "after-end"),
}


def _complaint_of(piece: Piece, *, before: bool, after: bool) -> str | None:
    if piece.kind == "command":
        return _complaint_of_command(piece.data)
    if piece.kind == "noise" and not piece.data.strip(_FILL):
        return None
    return _STRAY[piece.kind][0 if before else 2 if after else 1]


def _complaint_of_command(data: bytes) -> str | None:
    try:
        return None if Command.parse(data).name == "P0" else "echo"
    except PeerBrokeProtocol:
        return "command-damaged"


def _identification(pieces: list[Piece], at: int | None, complaints: Complaints) -> Identification | None:
    if at is None:
        return None
    try:
        return parse_identification(pieces[at].data)
    except NotAnIdentification:
        complaints.add("identification-damaged", pieces[at].offset, pieces[at].data.decode("latin-1"))
        return None


def _start_of_p1(pieces: list[Piece], chosen: _Chosen) -> bytes | None:
    """What of the telegram stands before its lines: a P1 checksum covers the identification too."""
    if chosen.identification is None or chosen.body is None:
        return None
    return b"".join(piece.data for piece in pieces[chosen.identification : chosen.body])


def _open(piece: Piece, head: bytes | None, complaints: Complaints) -> tuple[bytes, int, Check]:
    """The block of a data or text piece, where it begins, and its check."""
    framed = piece.kind == "data"
    etx = piece.data.find(b"\x03")
    begin = 1 if framed else 0
    if etx >= 0:
        if not framed:
            complaints.add("stx-missing", piece.offset, None, "STX")
        check = _bcc(piece.data[begin : etx + 1], piece.data[etx + 1 :], piece.offset + etx + 1, complaints)
        return piece.data[begin:etx], piece.offset + begin, check
    if framed:
        complaints.add("etx-missing", piece.offset + len(piece.data), None, "ETX BCC")
    found = _P1_END.search(piece.data[-16:])
    check = NO_CHECK
    if found and head is not None:
        check = _p1(head + piece.data, int(found[1], 16), piece.offset + piece.data.rfind(b"!"), complaints)
    return piece.data[begin:], piece.offset + begin, check


def _bcc(checked: bytes, rest: bytes, offset: int, complaints: Complaints) -> Check:
    computed = block_check(checked)
    expected = f"{computed:02X}"
    if not rest:
        complaints.add("bcc-missing", offset, None, expected)
        return Check("bcc", None, computed, ok=None)
    if rest == bytes([computed]):
        return Check("bcc", computed, computed, ok=True)
    if len(rest) > 1:  # the splitter takes more than one only where they end in the right one
        complaints.add("bcc-padded", offset, rest.decode("latin-1"), expected)
        return Check("bcc", computed, computed, ok=True)
    if b"\r" not in checked and block_check(_with_cr(checked)) == rest[0]:
        complaints.add("line-ends", offset, f"{rest[0]:02X}", expected)
        return Check("bcc", rest[0], rest[0], ok=True)
    complaints.add("bcc-wrong", offset, f"{rest[0]:02X}", expected)
    return Check("bcc", rest[0], computed, ok=False)


def _with_cr(text: bytes) -> bytes:
    """As the meter sent it, before somebody's editor took the CR of each line."""
    return text.replace(b"\n", b"\r\n")


def _p1(telegram: bytes, sent: int, offset: int, complaints: Complaints) -> Check:
    summed = telegram[: telegram.rfind(b"!") + 1]
    computed = crc16(summed)
    if sent != computed and b"\r" not in summed and crc16(_with_cr(summed)) == sent:
        complaints.add("line-ends", offset + 1, f"{sent:04X}", f"{computed:04X}")
        return Check("crc16", sent, sent, ok=True)
    if sent != computed:
        complaints.add("crc16-wrong", offset + 1, f"{sent:04X}", f"{computed:04X}")
    return Check("crc16", sent, computed, ok=sent == computed)
