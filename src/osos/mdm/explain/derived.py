"""How is a figure worked out that no meter shows: by which formula, of which numbers (D-34)?"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection

from osos.mdm.explain.derivation import Derivation
from osos.mdm.explain.of_bill import BILLS
from osos.mdm.explain.of_demand import DEMANDS
from osos.mdm.explain.of_forecast import FORECASTS
from osos.mdm.explain.of_losses import LOSSES
from osos.mdm.explain.of_profile import PROFILES
from osos.mdm.explain.of_ratios import RATIOS
from osos.mdm.explain.of_registers import REGISTERS
from osos.mdm.explain.of_tariffs import TARIFFS
from osos.mdm.explain.of_unmeasured import UNMEASURED
from osos.mdm.explain.of_usage import USAGE
from osos.mdm.explain.question import Maker, Question
from osos.mdm.faces.points import SeenPoint
from osos.quantities import Interval

DERIVED: Mapping[str, Maker] = {
    **RATIOS,
    **UNMEASURED,
    **FORECASTS,
    **LOSSES,
    **PROFILES,
    **DEMANDS,
    **USAGE,
    **TARIFFS,
    **REGISTERS,
    **BILLS,
}


def derived(
    conn: Connection,
    seen: SeenPoint,
    *,
    figure: str,
    month: Interval,
    now: datetime,
    given: Mapping[str, Decimal] | None = None,
) -> Derivation | None:
    """None: no figure of that name is known, or there is none of this month.

    `given` are numbers that the reader himself told, such as his prices.
    """
    question = Question(conn=conn, seen=seen, figure=figure, month=month, now=now, given=given or {})
    make = DERIVED.get(question.name)
    return None if make is None else make(question)
