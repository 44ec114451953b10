"""Is it the meter that was called?"""

import re
from collections.abc import Iterable

from osos.iec62056 import DataLine, Identification, same_address
from osos.reader.trouble import Trouble, trouble

_SERIAL, _PREFIX = b"0.0.0(", re.compile(rb"(?:\d{1,3}-\d{1,3}:)?")


def serial_of(lines: Iterable[DataLine]) -> str | None:
    """What the meter printed as 0.0.0."""
    for line in lines:
        if line.code == "0.0.0" and line.history is None and line.brackets:
            return line.brackets[0].strip()
    return None


def serial_in(block: bytes) -> str | None:
    """The same of a block that nobody has taken apart yet."""
    at = block.find(_SERIAL)  # a regular expression over all of it would take as long as reading it
    before = block[:at].rpartition(b"\n")[2]
    if at < 0 or not _PREFIX.fullmatch(before):
        return None
    return block[at + len(_SERIAL) :].partition(b")")[0].decode("latin-1").strip()


def is_another(address: str, identification: Identification | None, serial: str | None) -> Trouble | None:
    """A trouble if the serial it gave is not the one that was called; nothing to say without either."""
    flag = identification.flag if identification else ""
    if not address or serial is None or same_address(address, flag=flag, serial=serial, bare_serial=True):
        return None
    return trouble("another-meter", asked=address, answered=f"{flag}{serial}")
