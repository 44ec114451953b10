"""What does the meter answer on one of its ports?"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from osos.iec62056 import same_address

if TYPE_CHECKING:
    from osos.simulator.meter.meter import PortName, VirtualMeter


class MeterPort:
    """Implements `iec62056.MeterAnswers`: one session at a time, its password forgotten with it."""

    def __init__(self, meter: "VirtualMeter", name: "PortName", *, now: Callable[[], datetime]) -> None:
        self._meter, self._name, self._now = meter, name, now
        self._trusted = False
        self._sessions = 0

    def is_me(self, address: str) -> bool:
        device = self._meter.spec.device
        bare = bool(self._meter.spec.profile.value("address.bare_serial"))
        return same_address(address, flag=device.flag, serial=device.serial, bare_serial=bare)

    def identification(self) -> bytes:
        return self._meter.identification()

    def packet(self, y: str) -> bytes | None:
        return self._meter.packet(y, at=self._now())

    def read(self, code: str, argument: str) -> bytes | None:
        return self._meter.read(code, argument, at=self._now(), trusted=self._trusted)

    def write(self, code: str, argument: str) -> bool:
        return self._meter.write(code, argument, port=self._name, at=self._now(), trusted=self._trusted)

    def execute(self, code: str, argument: str) -> bool:
        """E2 knows one thing: the demand reset, `1.6.0()`."""
        if code != "1.6.0" or argument:
            return False
        return self._meter.reset_demand(port=self._name, at=self._now(), trusted=self._trusted)

    def password(self, level: int, text: str) -> bool:
        """gen2 knows one level; the P message is ACKed, the refusal comes with the write (M-42)."""
        if level != 1:
            return False
        self._trusted = self._meter.try_password(text, port=self._name, at=self._now())
        return self._trusted or self._meter.spec.profile.value("password.refuse_at") == "write"

    def seed(self) -> str | None:
        """16 hex digits, fresh each session (M-40), the same again for the same seed and history."""
        self._trusted = False
        self._sessions += 1
        told = f"{self._meter.spec.seed} {self._meter.spec.device} {self._name} {self._sessions}"
        return hashlib.sha256(told.encode()).hexdigest()[:16].upper()
