"""What does a file of meter output say, however somebody wrote it down?

A file may be hex text, carry a byte order mark, times before its lines or names for its control characters,
and hold several telegrams. Places in complaints are those of the bytes that are meant.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from osos.iec62056 import Complaint
from osos.meters.hex_text import TIME, bytes_of_hex
from osos.meters.message_check import worst
from osos.meters.reading import read
from osos.meters.telegram import Telegram, complaint, shifted

_MARK_8, _MARKS_16 = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")
_NAMED = {"SOH": 1, "STX": 2, "ETX": 3, "EOT": 4, "ACK": 6, "NAK": 21, "NUL": 0, "CR": 13, "LF": 10}
_FRAMED = re.compile(rb"[<\[](?:STX|SOH)[>\]]|\\x0[12]")
_NAME = re.compile(rb"[<\[](%s)[>\]]|\\x([0-9a-fA-F]{2})|\\([rn])" % "|".join(_NAMED).encode())
_TIMED = re.compile(TIME.encode())
_STARTS = re.compile(
    rb"(?:(?<=\n)|(?<=\r))(?=/[A-Za-z]{3}[0-9A-Z]|<[MU]2;|#\d{5}~L)|(?<=[>$])(?=<[MU]2;|#\d{5}~L)"
)
_WORDS = "another telegram begins here; its values stand behind those before it"


def read_file(data: bytes) -> Telegram:
    """Every telegram of the file as one: all values in order, and where each further one begins."""
    meant = bytes_of_file(data)
    first = read(meant)
    others = [one.offset for one in first.complaints if one.code == "another-telegram"]
    if not others or first.records is not None:
        return first
    begin = min(others)
    begin += len(meant[begin:]) - len(meant[begin:].lstrip())
    cuts = sorted({begin, *(one.start() for one in _STARTS.finditer(meant, begin))})
    told = [read(meant[: cuts[0]])]
    told += [read(meant[at:end]) for at, end in zip(cuts, (*cuts[1:], len(meant)), strict=True)]
    if any(one.records is not None for one in told):
        return first  # records are columns: those of two telegrams do not stand in one table
    return _together(meant, (0, *cuts), told)


def _together(meant: bytes, cuts: Sequence[int], told: Sequence[Telegram]) -> Telegram:
    complaints: list[Complaint] = []
    for at, one in zip(cuts, told, strict=True):
        if at:
            complaints.append(complaint("next-telegram", meant, at, _WORDS, found=one.identification))
        complaints += shifted(one.complaints, meant, at)
    checks = [one.check for one in told if one.check.kind != "none"]
    return replace(
        told[0],
        check=worst(checks),
        readings=[reading for one in told for reading in one.readings],
        complaints=complaints,
    )


def bytes_of_file(data: bytes) -> bytes:
    r"""The meter's bytes.

    >>> bytes_of_file(b"\xef\xbb\xbf1.8.0(1)\r\n")
    b'1.8.0(1)\r\n'
    >>> bytes_of_file(b"/LUN5<1>X<CR><LF>\n<STX>1.8.0(1)<CR><LF>\n!<CR><LF>\n<ETX>")
    b'/LUN5<1>X\r\n\x021.8.0(1)\r\n!\r\n\x03'
    >>> bytes_of_file(b"10:29:08.120 1.8.0(1)\r\n10:29:08.160 !\r\n")
    b'1.8.0(1)\r\n!\r\n'
    """
    if data.startswith(_MARKS_16):
        data = data.decode("utf-16", "replace").encode("latin-1", "replace")
    data = data.removeprefix(_MARK_8)
    spelt = bytes_of_hex(data)
    if spelt is not None:
        return spelt
    if _FRAMED.search(data):
        return _unnamed(data)
    return _untimed(data)


def _unnamed(text: bytes) -> bytes:
    """Control characters that somebody's terminal wrote by name."""
    if b"LF>" in text or b"LF]" in text or b"\\n" in text:  # then the file's own line ends are its writer's
        text = text.replace(b"\r", b"").replace(b"\n", b"")
    return _NAME.sub(_byte, text)


def _byte(found: re.Match[bytes]) -> bytes:
    name, number, letter = found.groups()
    if name:
        return bytes([_NAMED[name.decode()]])
    return bytes.fromhex(number.decode()) if number else {b"r": b"\r", b"n": b"\n"}[letter]


def _untimed(text: bytes) -> bytes:
    """Without the time at which a terminal heard each line."""
    if not _TIMED.match(text):
        return text
    bare = []
    for line in text.splitlines(keepends=True):
        found = _TIMED.match(line)
        if found is None and line.strip():
            return text
        bare.append(line[found.end() :] if found else line)
    return b"".join(bare)
