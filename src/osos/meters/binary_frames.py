"""Where do HDLC frames and SML files begin and end in what was heard, and do their checks fit?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from osos.iec62056 import Check

_X25 = 0x8408  # CRC-16/X.25, reflected: the check sequence of HDLC frames and of SML files
_FLAG, _HDLC_BEGIN = b"\x7e", re.compile(rb"\x7e(?=[\xa0-\xaf])")  # frame format type 3
_SML_SIGN = b"\x1b" * 4 + b"\x01" * 4  # escape sequence and version 1
_SML_BEGIN = re.compile(re.escape(_SML_SIGN))
_SML_END = re.compile(rb"(?<!\x1b{4})\x1b{4}\x1a[\x00-\x03]")  # end, number of fill bytes; then the check
_LOOKED_AT = 64  # frames that are tried to tell what a stream is; a hostile one may hold any number


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands from `start` to `end`; without a check it is cut, or no frame at all (`is_noise`)."""

    start: int
    end: int
    check: Check | None = None
    is_noise: bool = False


def hdlc_pieces(data: bytes) -> Iterator[Piece]:
    """Frames by the length each states; what is cut, and what lies between them."""
    at = 0
    while at < len(data):
        found = _HDLC_BEGIN.search(data, at)
        start = found.start() if found else len(data)
        if data[at:start].strip(_FLAG):
            yield Piece(at, start, is_noise=True)
        if found is None:
            return
        length = (data[start + 1] & 0x07) << 8 | data[start + 2] if start + 2 < len(data) else 0
        end = start + 1 + length
        if length >= 4 and data[end : end + 1] == _FLAG:
            yield Piece(start, end, check=_check(data[start + 1 : end]))
        else:
            following = _HDLC_BEGIN.search(data, start + 1)
            end = following.start() if following else len(data)
            yield Piece(start, end)
        at = end


def sml_pieces(data: bytes) -> Iterator[Piece]:
    """Files from their begin to their end with its check; what is cut."""
    at = 0
    while at < len(data):
        found = _SML_BEGIN.search(data, at)
        start = found.start() if found else len(data)
        if start > at:
            yield Piece(at, start, is_noise=True)
        if found is None:
            return
        following = _SML_BEGIN.search(data, start + 8)
        limit = following.start() if following else len(data)
        ended = _SML_END.search(data, start + 8, limit)
        if ended is None or ended.end() + 2 > limit:
            yield Piece(start, limit)
            at = limit
        else:
            at = ended.end() + 2
            yield Piece(start, at, check=_check(data[start:at]))


def holds_hdlc(data: bytes) -> bool:
    """A whole frame whose check fits, wherever it stands."""
    pieces = (piece for piece, _ in zip(hdlc_pieces(data), range(_LOOKED_AT), strict=False))
    return any(piece.check is not None and piece.check.ok for piece in pieces)


def holds_sml(data: bytes) -> bool:
    return b"\x1b" in data and _SML_SIGN in data  # the first alone costs next to nothing


def _check(frame: bytes) -> Check:
    sent, computed = int.from_bytes(frame[-2:], "little"), fcs(frame[:-2])
    return Check("fcs", sent, computed, ok=sent == computed)


def fcs(data: bytes) -> int:
    """CRC-16/X.25.

    >>> hex(fcs(b"123456789"))
    '0x906e'
    """
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (_X25 if crc & 1 else 0)
    return crc ^ 0xFFFF
