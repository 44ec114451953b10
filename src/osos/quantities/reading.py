"""What did a meter say, about what, and when?"""

from dataclasses import dataclass
from datetime import datetime

from osos.quantities.obis import Obis
from osos.quantities.quality import Quality


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of one telegram: the meter's own characters and, where they are a number, the exact integer.

    The number is `amount × 10**scale` of `base_unit` (Wh, varh, W, V, A, Hz …), so 123456.789 kWh is
    amount 123456789, scale 0, base unit Wh, and 220.5 V is amount 2205, scale -1, base unit V.
    """

    obis: Obis
    index: int  # which bracket of the line, from 0
    text: str  # the characters of the value, without its unit
    unit: str | None  # as printed
    amount: int | None
    scale: int
    base_unit: str | None
    time: datetime | None  # the value's own stamp (a demand's, a record's), UTC
    raw: str  # the whole bracket as printed
    quality: Quality
