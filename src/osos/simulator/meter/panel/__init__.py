"""How does one look at a virtual meter and lay hands on it? (M-150, M-181)"""

from osos.simulator.meter.panel.picture import picture
from osos.simulator.meter.panel.server import PanelServer

__all__ = ["PanelServer", "picture"]
