"""At which speed is a modem's serial port to be, by what passes through it? (X-42)

Three things of what the bytes mean have to be known: which speed an acknowledge asks for, where a readout
ends, and the break.
"""

import re
from dataclasses import dataclass

from osos.iec62056 import BAUD, BREAK

START_BAUD = 300
BACK_AFTER_S = 5.0  # without a byte
SIGN_ON = re.compile(rb"/\?[^!]{0,32}!")

_ACKNOWLEDGE = re.compile(rb"\x060([0-9A-I])([0-9A-Z])\r\n")
_READOUT = re.compile(rb"\x02[^\x03]*\x03(.)", re.DOTALL)
_LOOKED_AT = 8  # bytes of the centre's that an acknowledge or a break may be spread over


@dataclass(slots=True)
class SpeedWatch:
    """`baud` is where it has been put; the modem tells what passes and obeys."""

    baud: int = START_BAUD
    _down: bytes = b""
    _up: bytearray | None = None  # of a readout, from its acknowledge on
    _last: float = 0.0

    def from_centre(self, data: bytes, now: float) -> int | None:
        """The speed to change to once these bytes are out; None: stay."""
        self._last = now
        self._down = (self._down + data)[-_LOOKED_AT - len(data) :]
        found = next(iter(_ACKNOWLEDGE.finditer(self._down)), None)
        if found is not None:
            self._down = b""
            self._up = None if found[2] == b"1" else bytearray()
            return BAUD.get(found[1].decode())
        if BREAK.render() in self._down:
            self._down, self._up = b"", None
            return START_BAUD
        return None

    def from_meter(self, data: bytes, now: float) -> bool:
        """Whether a readout has ended with these bytes."""
        self._last = now
        if self._up is None:
            return False
        self._up += data
        if b"\x03" not in data and b"\x03" not in self._up[-len(data) - 1 :]:
            return False
        if _READOUT.search(self._up) is None:
            return False
        self._up = None
        return True

    def is_over(self, now: float) -> bool:
        return self.baud != START_BAUD and now - self._last >= BACK_AFTER_S

    @property
    def over_at(self) -> float:
        return self._last + BACK_AFTER_S
