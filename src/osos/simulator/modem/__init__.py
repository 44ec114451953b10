"""What does a pretend communication unit do between its meters and the centre?"""

from osos.simulator.modem.modem import VirtualModem
from osos.simulator.modem.settings import MeterBehind, ModemSettings

__all__ = ["MeterBehind", "ModemSettings", "VirtualModem"]
