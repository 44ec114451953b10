"""What is a metering point of the pretend city?"""

from dataclasses import dataclass, field
from decimal import Decimal

from osos.simulator.load import Load
from osos.simulator.meter import VirtualMeter


@dataclass(frozen=True, slots=True)
class Point:
    """A metering point: its customer, its meter, the multiplier of its transformers (M-4), its true load."""

    customer: str
    meter: VirtualMeter
    multiplier: Decimal
    load: Load = field(repr=False)
