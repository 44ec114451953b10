"""What do homes, shops, factories and rooftops draw from the network?"""

from osos.simulator.load.day import MINUTES, Load, LoadDay, day_date, day_number, weekday
from osos.simulator.load.factory import Factory
from osos.simulator.load.feeding import Around, Fed, Feeding, greatest_w
from osos.simulator.load.home import Home
from osos.simulator.load.plain import Steady, StreetLights
from osos.simulator.load.rooftop import Rooftop
from osos.simulator.load.shop import Shop

__all__ = [
    "MINUTES",
    "Around",
    "Factory",
    "Fed",
    "Feeding",
    "Home",
    "Load",
    "LoadDay",
    "Rooftop",
    "Shop",
    "Steady",
    "StreetLights",
    "day_date",
    "day_number",
    "greatest_w",
    "weekday",
]
