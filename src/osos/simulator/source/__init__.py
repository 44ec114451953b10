"""How does a programmable source behave, also a bad one?"""

from osos.simulator.source.conduct import CONDUCTS, Conduct
from osos.simulator.source.server import SourceServer
from osos.simulator.source.source import VirtualSource

__all__ = ["CONDUCTS", "Conduct", "SourceServer", "VirtualSource"]
