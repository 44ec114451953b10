"""What did a meter say, about what, and when?"""

from datetime import datetime
from typing import NamedTuple

from osos.quantities.obis import Obis
from osos.quantities.quality import Quality


class Reading(NamedTuple):
    """One value of one telegram: the meter's own characters and, where they are a number, the exact integer.

    The number is `amount × 10**scale` of `base_unit` (Wh, varh, W, V, A, Hz …), so 123456.789 kWh is
    amount 123456789, scale 0, base unit Wh, and 220.5 V is amount 2205, scale -1, base unit V. A tuple,
    because a readout makes a thousand of them: one is made in an eighth of a frozen dataclass's time.
    """

    obis: Obis
    index: int  # type: ignore[assignment]  # nobody looks for a place in it; which bracket of the line, from 0
    text: str  # the characters of the value, without its unit
    unit: str | None  # as printed
    amount: int | None
    scale: int
    base_unit: str | None
    time: datetime | None  # the value's own stamp (a demand's, a record's), UTC
    raw: str  # the whole bracket as printed
    quality: Quality
