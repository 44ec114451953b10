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
# Mean battery currents in µA, asleep, awake without supply, powered (M-129).
BATTERY_UA = {"asleep": 12.0, "awake": 3200.0, "powered": 0.4}
# The numbers of the distribution companies in F.F.1 (M-135).
COMPANY_NUMBERS = {
    "AKD": 1, "AKE": 2, "ARS": 3, "ADM": 4, "AYE": 5, "BSK": 6, "BGZ": 7, "CMB": 8, "CRH": 9, "DCL": 10,
    "FRT": 11, "GDZ": 12, "KCE": 13, "MER": 14, "OED": 15, "SED": 16, "TRS": 17, "TRK": 18, "UED": 19,
    "VAN": 20, "YED": 21, "TED": 0,
}  # fmt: skip
_NOMINAL_DV = {"230": 2300, "3x230/400": 2300, "3x57.7/100": 577}
_MAKER_SECRET = b"osos virtual maker"  # no secret at all: it guards pretend meters (M-54)


def derived_password(
    device: DeviceId, produced: date, *, level: int = 1, secret: bytes = _MAKER_SECRET
) -> str:
    """The first 8 decimal digits of HMAC-SHA-256(secret, FLAG serial production-date level); M-54."""
    told = f"{device.flag} {device.serial} {produced.isoformat()} {level}".encode()
    return str(int.from_bytes(hmac.digest(secret, told, hashlib.sha256)))[:8]


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How exactly it meters (M-65): limits at full load; without one it meters exactly."""

    name: str  # of the class: A, B, C, or 2 of reactive energy
    limit_percent: float
    gain_percent: float = 0.0  # more than it should have, for a meter that is to fail


CLASSES = {name: Accuracy(name, limit) for name, limit in (("A", 2.0), ("B", 1.0), ("C", 0.5))}


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
    accuracy: Accuracy | None = None  # M-65: None meters without error
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
    def has(self) -> frozenset[str]:
        """What its lines may ask for: the options, and current transformers (gen3 lists some only then)."""
        return self.options if self.connection == "direct" else self.options | {"ct"}

    @property
    def basic_ma(self) -> int:
        """In (M-2)."""
        return _BASIC_MA[self.connection]

    @property
    def impulses_per_kwh(self) -> int:
        """Of the active LED (M-5); the reactive ones flash alike (chosen)."""
        return 1000 if self.connection == "direct" else 10_000

    @property
    def impulse_leds(self) -> int:
        """1 active, and 2 reactive on a combi meter (M-5)."""
        return 3 if self.kind == "combi" else 1

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
