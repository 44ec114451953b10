"""How does a virtual meter count, remember and answer?"""

from osos.simulator.meter.act import Act
from osos.simulator.meter.demand import Peak
from osos.simulator.meter.life import MonthRow
from osos.simulator.meter.meter import VirtualMeter
from osos.simulator.meter.port import MeterPort
from osos.simulator.meter.profile import ProfileRows, profile_columns
from osos.simulator.meter.spec import MeterSpec, derived_password
from osos.simulator.meter.text import records_text

__all__ = [
    "Act",
    "MeterPort",
    "MeterSpec",
    "MonthRow",
    "Peak",
    "ProfileRows",
    "VirtualMeter",
    "derived_password",
    "profile_columns",
    "records_text",
]
