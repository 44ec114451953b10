"""What stands in the form's table of battery currents? (SA-07, M-129)

The form names the table and leaves its rows to whoever measures: ours are the three states M-129 has limits
for. The values are those of the signature for SA-07, told in its remark one after the other.
"""

import re
from decimal import Decimal

from osos.conformity.inspector import Signature

TABLE, STEP = "Pil Akımları", "SA-07"
ROWS = (
    ("Enerjisiz, ekran kapalı", "≤ 0,020 mA"),  # our fonts hold no micro sign
    ("Enerjisiz, uyandırılmış", "≤ 5 mA"),
    ("Enerjili", "≤ 0,001 mA"),
)
HOW = "Ölçülenler SA-07 imzasının açıklamasından sırasıyla alınır, örneğin 0,012 mA; 3,2 mA; 0,0004 mA"

_CURRENT = re.compile(r"([0-9]{1,6}(?:[.,][0-9]{1,4})?) ?([µμu]A|mA)")


def battery_currents(signatures: tuple[Signature, ...]) -> list[list[str]]:
    """State, limit, measured; the last who told three currents counts, without such the boxes stay empty."""
    told = [found for one in signatures if len(found := currents(one.remark)) == len(ROWS)]
    measured = told[-1] if told else ("",) * len(ROWS)
    return [[state, limit, value] for (state, limit), value in zip(ROWS, measured, strict=True)]


def currents(remark: str) -> tuple[str, ...]:
    """In mA, with the form's comma."""
    return tuple(_in_ma(value, unit) for value, unit in _CURRENT.findall(remark))


def _in_ma(value: str, unit: str) -> str:
    shift = Decimal(1) if unit == "mA" else Decimal("0.001")
    return f"{(Decimal(value.replace(',', '.')) * shift).normalize():f} mA".replace(".", ",")
