"""What is true of every meter and metering point, and which bytes say so?

Frames are kept (`keep`), taken apart (`interpret`, pure) and recorded (`record`) into readings and blocks;
`gaps` knows what is missing, `queries` answers questions, `rebuild` proves that all follows from the bytes.
"""

from osos.mdm import gaps, ledger, queries
from osos.mdm.alarms import record_alarm
from osos.mdm.interpreting import Interpreted, interpret
from osos.mdm.ledger import Direction, FrameOutcome, Kept, KeptFrame, WireFrame, keep, load, set_outcome
from osos.mdm.month_ends import MonthEnd, month_ends
from osos.mdm.outcomes import Finding
from osos.mdm.rebuild import Rebuilt, rebuild
from osos.mdm.recording import Outcome, record
from osos.mdm.rederiving import rederive
from osos.mdm.stored import stored
from osos.mdm.varint import BlockDamaged

__all__ = [
    "BlockDamaged",
    "Direction",
    "Finding",
    "FrameOutcome",
    "Interpreted",
    "Kept",
    "KeptFrame",
    "MonthEnd",
    "Outcome",
    "Rebuilt",
    "WireFrame",
    "gaps",
    "interpret",
    "keep",
    "ledger",
    "load",
    "month_ends",
    "queries",
    "rebuild",
    "record",
    "record_alarm",
    "rederive",
    "set_outcome",
    "stored",
]
