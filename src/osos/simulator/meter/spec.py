"""What did the maker build, and where was it put?"""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from osos.meters import MeterProfile, profile_named
from osos.quantities import DeviceId

Kind = Literal["1p", "3p", "combi"]
Ways = Literal[1, 2]
Connection = Literal["direct", "X/5", "X/1"]
Voltage = Literal["230", "3x230/400", "3x57.7/100"]

# Basic current In in mA by (kind of connection, kind); M-2.
_BASIC_MA = {"direct": 5000, "X/5": 5000, "X/1": 1000}
_NOMINAL_DV = {"230": 2300, "3x230/400": 2300, "3x57.7/100": 577}
_MAKER_SECRET = b"osos virtual maker"  # no secret at all: it guards pretend meters (M-54)


def derived_password(
    device: DeviceId, produced: date, *, level: int = 1, secret: bytes = _MAKER_SECRET
) -> str:
    """The first 8 decimal digits of HMAC-SHA-256(secret, FLAG serial production-date level); M-54."""
    told = f"{device.flag} {device.serial} {produced.isoformat()} {level}".encode()
    return str(int.from_bytes(hmac.digest(secret, told, hashlib.sha256)))[:8]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterSpec:
    """One meter as it left the maker: kind × ways × connection × voltage × options (M-1…M-6)."""

    device: DeviceId
    kind: Kind
    since: datetime  # when it began to count at its customer's
    ways: Ways = 1
    connection: Connection = "direct"
    voltage: Voltage | None = None  # None: the usual one of its kind
    options: frozenset[str] = field(default_factory=lambda: frozenset({"rs485"}))
    produced: date = date(2025, 11, 17)
    calibrated: date | None = None  # None: on the day it was produced
    company: str = "TED"  # the EDAŞ letters of the identification (M-12); TED: none
    model: str = "OSOS.VM25"
    firmware: str = "V01.00"
    password: str | None = None  # None: derived (M-54)
    seed: int = 0  # of the meter's own chance: P0 seeds
    profile: MeterProfile = field(default_factory=lambda: profile_named("gen2"), repr=False)  # M-160
    start_wh: int = 0  # what 1.8.1 showed at `since`, from the maker's tests or an earlier place

    def __post_init__(self) -> None:
        if self.since.utcoffset() is None:
            raise ValueError(f"a meter is installed at an aware instant, got {self.since!r}")
        if (self.voltage or "230") == "230" and self.kind != "1p" and self.voltage is not None:
            raise ValueError(f"a {self.kind} meter has three voltages, not {self.voltage!r} (M-2)")

    @property
    def phases(self) -> int:
        return 1 if self.kind == "1p" else 3

    @property
    def nominal_dv(self) -> int:
        return _NOMINAL_DV[self.voltage or "230"]

    @property
    def starting_ma(self) -> int:
        """Below 0.4 % of In a phase counts nothing (M-63)."""
        return _BASIC_MA[self.connection] * 4 // 1000

    @property
    def first_password(self) -> str:
        return self.password or derived_password(self.device, self.produced)

    def password_of(self, level: int) -> str:
        """gen3 has three; the first is `first_password`."""
        if level == 1:
            return self.first_password
        return derived_password(self.device, self.produced, level=level)
