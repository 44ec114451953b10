"""Who sent these bytes, though they are no message?"""

import re
from dataclasses import dataclass

from osos.quantities import DeviceId, NotADevice

_FLAG = re.compile(rb'"flag"\s*:\s*"([A-Z]{3})"')
_SERIAL = re.compile(rb'"serialNumber"\s*:\s*"([0-9A-Za-z]{1,32})"')
_REFERENCE = re.compile(rb'"(?:referenceId|sequenceId)"\s*:\s*"([0-9A-Za-z._:-]{1,64})"')
_HEADER = 1024  # bytes in which a header stands, if there is one


@dataclass(frozen=True, slots=True)
class Header:
    """Enough to answer a broken frame with 9400."""

    device: DeviceId
    reference: str


def salvage(raw: bytes) -> Header | None:
    """The device and reference that can be read; a meter's serial further in is not taken for the device.

    >>> salvage(b'#{"device":{"flag":"ABC","serialNumber":"1"},"referenceId":"7",oops}$').reference
    '7'
    """
    head = raw[:_HEADER]
    flag, serial, reference = _FLAG.search(head), _SERIAL.search(head), _REFERENCE.search(head)
    if flag is None or serial is None or reference is None:
        return None
    if serial.start() > flag.end() + 32:
        return None
    try:
        return Header(DeviceId(flag[1].decode(), serial[1].decode()), reference[1].decode())
    except NotADevice:
        return None
