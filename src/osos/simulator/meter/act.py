"""What was done to a meter, when, over which way, and did it take it? (M-181, T-25)"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

PortName = Literal["optical", "rs485"]


@dataclass(frozen=True, slots=True)
class Act:
    """Something done to the meter, as its log keeps it (M-181)."""

    at: datetime
    port: PortName | Literal["rig"]
    what: str
    argument: str
    done: bool
