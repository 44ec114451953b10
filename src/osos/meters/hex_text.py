"""Is this file hex text of what went over a line, and which bytes are meant?"""

import re

_MARK = r"(?:\d\d:\d\d:\d\d(?:\.\d{1,6})?[ \t]+)?(?:(?:TX|RX|[<>])[: \t]*)?"  # time and direction, if noted
_LINE = re.compile(_MARK + r"((?:[0-9A-Fa-f]{2}[ \t]?)+)[ \t]*")
_FEWEST = 8  # bytes; a shorter run of digits may be anything


def bytes_of_hex(text: bytes) -> bytes | None:
    r"""The bytes that all lines spell, both directions in order; None: this is no hex text.

    >>> bytes_of_hex(b"> 2F 3F 21 0D 0A\r\n< 2F 41 45 4C 34\r\n")
    b'/?!\r\n/AEL4'
    """
    if not text.isascii():
        return None
    lines = [line for line in text.decode("ascii").splitlines() if line.strip()]
    found = [_LINE.fullmatch(line.strip()) for line in lines]
    if not found or None in found:
        return None
    data = bytes.fromhex("".join(one[1] for one in found if one))
    return data if len(data) >= _FEWEST else None
