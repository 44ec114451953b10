"""Is this file hex text of what went over a line, and which bytes are meant?"""

import re
from collections.abc import Iterator

_DATE = r"(?:\d{4}[-./]\d\d[-./]\d\d[T ]|\d\d[-./]\d\d[-./]\d{4} )"
_ZONE = r"(?:Z|[ ]?[+-]\d\d:?\d\d)"
TIME = rf"(?:\[?{_DATE}?\d\d:\d\d:\d\d(?:[.,]\d{{1,9}})?{_ZONE}?\]?[ \t]*(?:[-|:;,][ \t])?(?<=[\]\t ]))"
_WAY = r"(?:(?:TX|RX|SEND|SENT|RECV|RECEIVED|WRITE|READ|OUT|IN|-->|<--|->|<-|>>|<<|→|←|[<>])[: \t]*)"
_BYTES = r"(?:0x)?[0-9A-F]{2}(?:(?:[ \t]{0,3}|, ?|[:;-])(?:0x)?[0-9A-F]{2})*"
# The last byte of a file that was cut may be half a one.
_LINE = re.compile(rf"{TIME}?{_WAY}?({_BYTES})?(?:[ \t]*[0-9A-F])?[ \t,;:-]*", re.IGNORECASE)
_REMARK = re.compile(r"(?:#|//|;)[^~|]*")  # not the beginning of a modem's push
_DUMPED = re.compile(
    r"([0-9A-F]{4,8})(?::|[ \t])[ \t]*((?:[0-9A-F]{2}(?:[ \t]{1,2}|(?=[0-9A-F]{2})|$))+)", re.IGNORECASE
)
_A_BYTE = re.compile(r"(?:0x)?([0-9A-F]{2})", re.IGNORECASE)
_FEWEST = 8  # bytes; a shorter run of digits may be anything


def bytes_of_hex(text: bytes) -> bytes | None:
    r"""The bytes that all lines spell, both directions in order; None: this is no hex text.

    Times, directions and remarks beside the bytes are passed over, and so are a dump's places and letters.

    >>> bytes_of_hex(b"> 2F 3F 21 0D 0A\r\n< 2F 41 45 4C 34\r\n")
    b'/?!\r\n/AEL4'
    >>> bytes_of_hex(b"[10:29:00.123] RX: 2F 4D 4B 53 36 3C 32 3E 0D 0A")
    b'/MKS6<2>\r\n'
    >>> bytes_of_hex(b"00000000: 2f4d 4b53 363c 323e 0d0a  /MKS6<2>..")
    b'/MKS6<2>\r\n'
    """
    try:
        lines = [line.strip() for line in text.decode("utf-8-sig").splitlines()]
    except UnicodeDecodeError:
        return None
    lines = [line for line in lines if line and not _REMARK.fullmatch(line)]
    data = _dumped(lines) or _spelt(lines)
    return data if data is not None and len(data) >= _FEWEST else None


def _spelt(lines: list[str]) -> bytes | None:
    data = bytearray()
    for line in lines:
        found = _LINE.fullmatch(line)
        if found is None:
            return None
        data += bytes.fromhex("".join(_A_BYTE.findall(found[1] or "")))
    return bytes(data)


def _dumped(lines: list[str]) -> bytes | None:
    """What `xxd` and `hexdump -C` write: each line begins with the place of its first byte."""
    data = b""
    for place, text in _places(lines):
        if place != len(data):
            return None
        data += bytes.fromhex(text)
    return data


def _places(lines: list[str]) -> Iterator[tuple[int, str]]:
    for line in lines:
        head, bar, _ = line.partition("|")
        place, colon, rest = line.partition(":")
        found = _DUMPED.match(head if bar else place + colon + " " + rest.strip().partition("  ")[0])
        if found is None:
            if not re.fullmatch(r"[0-9A-Fa-f]{4,8}", line):  # the end alone
                yield -1, ""
            return
        yield int(found[1], 16), found[2]
