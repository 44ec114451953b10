"""Which city do the demo and the tests live in?"""

from osos.simulator.city.city import City, Main, ModemSpec
from osos.simulator.city.points import Point

__all__ = ["City", "Main", "ModemSpec", "Point"]
