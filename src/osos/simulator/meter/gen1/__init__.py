"""Which maker's dialect does a first-generation meter speak? (M-163)"""

from dataclasses import dataclass

from osos.quantities import DeviceId
from osos.simulator.meter.gen1 import kohler, luna, makel, viko
from osos.simulator.meter.gen1.dialect import Dialect

__all__ = ["DIALECTS", "MADE", "Dialect", "Made"]

# By the name of the meter profile; `gen1` itself is no maker and speaks as gen2 does.
DIALECTS: dict[str, Dialect] = {
    "makel": makel.DIALECT,
    "luna": luna.DIALECT,
    "viko": viko.DIALECT,
    "kohler": kohler.DIALECT,
}


@dataclass(frozen=True, slots=True)
class Made:
    """What a maker calls his meters in the identification."""

    flag: str
    model: str  # {device}, {serial}: of the meter itself

    def model_of(self, device: DeviceId) -> str:
        return self.model.format(device=device, serial=device.serial)


MADE: dict[str, Made] = {
    "makel": Made("MSY", "C500.KMY.2556"),
    "luna": Made("LUN", "{device}"),
    "viko": Made("VIK", "VEMM{serial}"),
    "kohler": Made("AEL", "AEL.TF.21"),
}
