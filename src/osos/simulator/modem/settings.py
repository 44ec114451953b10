"""What is a virtual unit made of?"""

from dataclasses import dataclass
from datetime import timezone

from osos.modems.mass_json import DEFAULT_MAX_PACKAGE
from osos.quantities import TURKIYE, DeviceId
from osos.simulator.journal import Columns


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterBehind:
    """A meter the unit knows; `columns` tells the journal which codes a profile's columns are."""

    device: DeviceId
    brand: str = "OSOS"
    columns: Columns | None = None

    @property
    def address(self) -> bytes:
        """What METERSERIALNUMBER stands for: FLAG and serial, or a bare serial without a flag (M-11)."""
        return str(self.device).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModemSettings:
    """A unit as it leaves the factory."""

    device: DeviceId
    meters: tuple[MeterBehind, ...]
    brand: str = "OSOS"
    model: str = "virtual"
    firmware: str = "1.00"
    signal: int = 21
    serial_port: str = "rs485-1"
    zone: timezone = TURKIYE
    max_package: int = DEFAULT_MAX_PACKAGE
    retry_interval_s: float = 10.0  # X-16, of the link
    retry_count: int = 3
    identify_every_s: float = 30.0  # of the link: an unregistered unit introduces itself again
    reconnect_first_s: float = 1.0  # of the link: the first back-off; it doubles, with jitter
    reconnect_longest_s: float = 60.0
    heartbeat_s: float = 900.0  # data time
    capacity: int = 10_000  # messages in the store

    def meter(self, name: object) -> MeterBehind | None:
        """The meter a request names: by serial, FLAG and serial, or {serialNumber}; no name: the only one."""
        if isinstance(name, dict):
            name = name.get("serialNumber")
        if name is None or name == "":
            return self.meters[0] if len(self.meters) == 1 else None
        return next((each for each in self.meters if name in (each.device.serial, str(each.device))), None)
