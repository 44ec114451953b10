"""What went into a transformer, feeder or zone and came out at none of its meters (D-33)?

Loss = main meter − sum of the meters below; unexplained = loss − technical loss. A slot of which one meter is
not known balances nothing: it is left out of all sums and counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from osos.mdm.labels import Ints

WARN_SHARE = Decimal("0.05")  # regulation (c2) BALANCE: more than 5 % wants looking at


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Metered:
    """A meter's primary Wh in each slot (export below zero for generators below), and where it is known."""

    wh: Ints
    known: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Balance:
    """Whole Wh over the slots in which everything is known."""

    main_wh: int
    below_wh: int
    technical_wh: int
    slots: int
    slots_left_out: int
    by_slot: Ints  # main − below, 0 where left out
    balanced: npt.NDArray[np.bool_]

    @property
    def loss_wh(self) -> int:
        return self.main_wh - self.below_wh

    @property
    def unexplained_wh(self) -> int:
        """Below zero: meters below count more than went in (a wrong ratio, or a meter of another place)."""
        return self.loss_wh - self.technical_wh

    @property
    def unexplained_share(self) -> Decimal | None:
        return Decimal(self.unexplained_wh) / self.main_wh if self.main_wh else None

    @property
    def wants_looking_at(self) -> bool:
        share = self.unexplained_share
        return share is not None and abs(share) > WARN_SHARE


def balance(main: Metered, below: Mapping[Any, Metered], *, technical_share: Decimal = Decimal(0)) -> Balance:
    """Of one node over slots of one grid."""
    known = main.known.copy()
    for one in below.values():
        known &= one.known
    sums = np.zeros(main.wh.size, dtype=np.int64)
    for one in below.values():
        sums += one.wh
    main_wh, below_wh = int(main.wh[known].sum()), int(sums[known].sum())
    return Balance(
        main_wh=main_wh,
        below_wh=below_wh,
        technical_wh=int(main_wh * technical_share),
        slots=int(known.sum()),
        slots_left_out=int((~known).sum()),
        by_slot=np.where(known, main.wh - sums, 0),
        balanced=known,
    )
