"""Which device is it?"""

import re
from dataclasses import dataclass
from typing import Self

_FLAG = re.compile(r"[A-Z]{3}")
_SERIAL = re.compile(r"[0-9A-Za-z]{1,32}")  # meters: 8 or 9 digits; modems: 15 seen; room for longer ones


class NotADevice(ValueError):
    """A flag is three capital letters, a serial 1 to 32 letters and digits (M-6)."""

    def __init__(self, flag: str, serial: str) -> None:
        super().__init__(
            f"not a device: flag {flag!r}, serial {serial!r} (flag: three capital letters, or empty when not "
            f"known yet; serial: 1 to 32 letters or digits)"
        )
        self.flag, self.serial = flag, serial


@dataclass(frozen=True, slots=True, order=True)
class DeviceId:
    """Maker's FLAG and serial number of a meter or modem; never given twice (M-6).

    The flag is empty while nobody has told it: a MASS message names its meters by serial alone.
    """

    flag: str
    serial: str

    def __post_init__(self) -> None:
        if (self.flag and not _FLAG.fullmatch(self.flag)) or not _SERIAL.fullmatch(self.serial):
            raise NotADevice(self.flag, self.serial)

    @classmethod
    def parse(cls, text: str) -> Self:
        """`MKS123456789` or a bare serial.

        >>> DeviceId.parse("MKS123456789")
        DeviceId(flag='MKS', serial='123456789')
        """
        flag = text[:3] if _FLAG.fullmatch(text[:3]) and len(text) > 3 else ""
        return cls(flag, text[len(flag) :])

    def __str__(self) -> str:
        return f"{self.flag}{self.serial}"
