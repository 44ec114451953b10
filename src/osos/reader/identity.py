"""Is it the meter that was called?"""

from collections.abc import Iterable

from osos.iec62056 import DataLine, Identification, same_address
from osos.reader.trouble import Trouble, trouble


def serial_of(lines: Iterable[DataLine]) -> str | None:
    """What the meter printed as 0.0.0."""
    for line in lines:
        if line.code == "0.0.0" and line.history is None and line.brackets:
            return line.brackets[0].strip()
    return None


def is_another(address: str, identification: Identification | None, serial: str | None) -> Trouble | None:
    """A trouble if the serial it gave is not the one that was called; nothing to say without either."""
    flag = identification.flag if identification else ""
    if not address or serial is None or same_address(address, flag=flag, serial=serial, bare_serial=True):
        return None
    return trouble("another-meter", asked=address, answered=f"{flag}{serial}")
