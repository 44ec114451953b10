"""Which maker's dialect does a first-generation meter speak? (M-163)"""

from osos.simulator.meter.gen1 import kohler, luna, makel, viko
from osos.simulator.meter.gen1.dialect import Dialect

__all__ = ["DIALECTS", "Dialect"]

# By the name of the meter profile; `gen1` itself is no maker and speaks as gen2 does.
DIALECTS: dict[str, Dialect] = {
    "makel": makel.DIALECT,
    "luna": luna.DIALECT,
    "viko": viko.DIALECT,
    "kohler": kohler.DIALECT,
}
