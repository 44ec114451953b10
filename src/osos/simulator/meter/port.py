"""What does the meter answer on one of its ports?"""

import base64
import hashlib
from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING

from osos.iec62056 import same_address
from osos.iec62056.meter_side import GEN2_COMMANDS
from osos.simulator.meter.polls import PollAnswers
from osos.simulator.meter.port_side import PortSide

if TYPE_CHECKING:
    from osos.simulator.meter.meter import PortName, VirtualMeter


class MeterPort:
    """Implements `iec62056.MeterAnswers`: one session at a time, its password forgotten with it."""

    def __init__(self, meter: "VirtualMeter", name: "PortName", *, now: Callable[[], datetime]) -> None:
        self._meter, self._name, self._now = meter, name, now
        self.seams = meter.seams
        self._trusted, self._level, self._seed = False, 1, ""
        self.in_session = False  # for the reading icon (M-18)
        self.is_speechless = False  # gen3 says nothing to a profile query it does not understand

    @property
    def name(self) -> "PortName":
        return self._name

    @property
    def meter(self) -> "VirtualMeter":
        return self._meter

    @property
    def chance(self) -> str:
        """What this port's dice are thrown by."""
        return f"{self._meter.spec.seed} {self._meter.spec.device} {self._name}"

    @property
    def commands(self) -> frozenset[str]:
        """Makers of the first generation read their load profiles by R5 (M-163)."""
        return GEN2_COMMANDS | {"R5"} if self._meter.spec.profile.generation == 1 else GEN2_COMMANDS

    @property
    def acks_break(self) -> bool:
        return self._meter.spec.profile.generation == 1  # M-45

    @property
    def reads_out_unasked(self) -> bool:
        return self._meter.spec.profile.value("no_ack") == "readout"  # M-14

    def side(
        self, start_baud: int | tuple[int, ...], *, reaction_s: float = 0.25, parity: bool = False
    ) -> PortSide:
        """This port as it hears and speaks, power cuts and polls included."""
        return PortSide(self, start_baud, reaction_s=reaction_s, parity=parity)

    def awake(self, *, in_session: bool) -> bool:
        return self._meter.hears(self._name, at=self._now(), in_session=in_session)

    def polls(self, dice: Random) -> PollAnswers | None:
        """RS-485 alone is polled."""
        if self._name != "rs485":
            return None
        device = self._meter.spec.device
        return PollAnswers(
            device.flag,
            device.serial.rjust(9, "0"),
            dice=dice,
            alert=lambda: self._meter.alert_report(at=self._now()),
            acknowledged=lambda: self._meter.alert_acknowledged(at=self._now()),
        )

    def is_me(self, address: str) -> bool:
        device = self._meter.spec.device
        bare = bool(self._meter.spec.profile.value("address.bare_serial"))
        return same_address(address, flag=device.flag, serial=device.serial, bare_serial=bare)

    def identification(self) -> bytes:
        return self._meter.identification()

    def packet(self, y: str) -> bytes | None:
        lines = self._meter.packet(y, at=self._now(), port=self._name)
        if lines is not None:
            self._meter.note_session(at=self._now(), port=self._name)
        return lines

    def read(self, code: str, argument: str) -> bytes | None:
        found = self._meter.read(code, argument, at=self._now(), trusted=self._trusted, port=self._name)
        profile = code.startswith("P.") and self._meter.spec.profile.generation == 3
        self.is_speechless = found is None and profile  # M-108, M-109
        return found

    def write(self, code: str, argument: str) -> bool:
        level = self._level if self._meter.spec.profile.generation == 3 else None
        return self._meter.write(
            code, argument, port=self._name, at=self._now(), trusted=self._trusted, level=level
        )

    def execute(self, code: str, argument: str) -> bool:
        """E2 knows one thing: the demand reset, `1.6.0()`."""
        if code != "1.6.0" or argument:
            return False
        return self._meter.reset_demand(port=self._name, at=self._now(), trusted=self._trusted)

    def password(self, level: int, text: str) -> bool:
        """gen2 knows one level, gen3 three; the refusal comes with the write (M-41, M-42)."""
        if level not in ((1, 2, 3) if self._meter.spec.profile.generation == 3 else (1,)):
            return False
        self._level = level
        self._trusted = self._meter.try_password(
            text, port=self._name, at=self._now(), level=level, seed=self._seed
        )
        return self._trusted or self._meter.spec.profile.value("password.refuse_at") == "write"

    def seed(self) -> str | None:
        """16 hex digits, fresh each session (M-40), the same again for the same seed and history.

        With `auth` = hmac base64 of 16 bytes (M-41); gen1 sends none.
        """
        self._trusted = False
        sessions = self._meter.sessions[self._name] = self._meter.sessions.get(self._name, 0) + 1
        self._meter.note_session(at=self._now(), port=self._name)
        told = f"{self._meter.spec.seed} {self._meter.spec.device} {self._name} {sessions}"
        thrown = hashlib.sha256(told.encode()).digest()
        profile = self._meter.spec.profile
        if profile.generation == 1:
            return None
        is_hmac = profile.value("auth") == "hmac"
        self._seed = base64.b64encode(thrown[:16]).decode() if is_hmac else thrown.hex()[:16].upper()
        return self._seed
