"""Which city do the demo and the tests live in?"""

from osos.simulator.city.city import City, ModemSpec, Point

__all__ = ["City", "ModemSpec", "Point"]
