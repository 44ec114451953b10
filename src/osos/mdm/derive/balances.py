"""What went into a transformer, feeder or zone in a day and came out at none of its meters (D-33)?

Loss = main meter − sum of the meters below; unexplained = loss − technical loss. A slot of which one meter is
not known balances nothing: it is left out of all sums and counted, and what the main meter saw in it is told
beside, so that the true loss is known to lie between two bounds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from osos.mdm.derive.technical import Piece, technical_wh
from osos.mdm.labels import Ints

Flags = npt.NDArray[np.bool_]
WARN_SHARE = Decimal("0.05")  # regulation (c2) BALANCE: more than 5 % wants looking at
LACKING_TOLD = 5


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Metered:
    """A meter's primary Wh in each slot (export below zero for generators below), and where it is known."""

    wh: Ints
    known: Flags
    estimated: Flags | None = None
    holds: Flags | None = None  # the slots in which it belonged here; None: all

    @property
    def missing(self) -> Flags:
        """Where it belonged here and nobody knows what it counted."""
        lost = ~self.known
        return lost if self.holds is None else lost & self.holds

    @property
    def counted(self) -> Ints:
        """Nothing where it did not belong here or is not known."""
        here = self.known if self.holds is None else self.known & self.holds
        return np.where(here, self.wh, 0)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Balance:
    """Whole Wh over the slots in which everything is known."""

    main_wh: int
    below_wh: int
    technical_wh: int | None  # None: nobody has said what the place is made of
    open_wh: int  # main − what is known below, over slots in which the main meter alone is whole
    slots: int
    slots_left_out: int
    estimated: int  # balanced slots with an estimated meter
    main_by_slot: Ints  # 0 where left out
    by_slot: Ints  # main − below, 0 where left out
    balanced: Flags
    lacking: tuple[tuple[Any, int], ...]  # who kept how many slots from being balanced, the most first

    @property
    def loss_wh(self) -> int:
        return self.main_wh - self.below_wh

    @property
    def unexplained_wh(self) -> int:
        """Below zero: meters below count more than went in (a wrong ratio, or a meter of another place)."""
        return self.loss_wh - (self.technical_wh or 0)

    @property
    def loss_bounds_wh(self) -> tuple[int, int]:
        """Between these lies the loss of all slots the main meter knows: the missing took all, or nothing."""
        return (self.loss_wh + min(0, self.open_wh), self.loss_wh + max(0, self.open_wh))

    @property
    def unexplained_share(self) -> Decimal | None:
        return Decimal(self.unexplained_wh) / self.main_wh if self.main_wh else None

    @property
    def wants_looking_at(self) -> bool:
        share = self.unexplained_share
        return share is not None and abs(share) > WARN_SHARE


def balance(
    main: Metered, below: Mapping[Any, Metered], *, technical: Sequence[Piece] | None = None
) -> Balance:
    """Of one node over slots of one grid; `technical` None: what it is made of is not known."""
    left_out = main.missing if main.holds is None else main.missing | ~main.holds
    lacking_main = int(left_out.sum())
    open_slots = ~left_out
    for one in below.values():
        left_out = left_out | one.missing
    balanced = ~left_out
    open_slots &= left_out
    sums = _added((one.counted for one in below.values()), main.wh.size)
    by_slot = np.where(balanced, main.wh - sums, 0)
    return Balance(
        main_wh=int(main.wh[balanced].sum()),
        below_wh=int(sums[balanced].sum()),
        technical_wh=None if technical is None else technical_wh(technical, balanced),
        open_wh=int((main.wh - sums)[open_slots].sum()),
        slots=int(balanced.sum()),
        slots_left_out=int(left_out.sum()),
        estimated=int((_estimated([main, *below.values()]) & balanced).sum()),
        main_by_slot=np.where(balanced, main.wh, 0),
        by_slot=by_slot,
        balanced=balanced,
        lacking=_lacking(below, lacking_main),
    )


def _added(columns: Iterable[Ints], size: int) -> Ints:
    total = np.zeros(size, dtype=np.int64)
    for one in columns:
        total += one
    return total


def _estimated(meters: Sequence[Metered]) -> Flags:
    found = np.zeros(meters[0].wh.size, dtype=bool)
    for one in meters:
        if one.estimated is not None:
            found |= one.estimated if one.holds is None else one.estimated & one.holds
    return found


def _lacking(below: Mapping[Any, Metered], main: int) -> tuple[tuple[Any, int], ...]:
    """The main meter goes by the name None."""
    counted = [(name, int(one.missing.sum())) for name, one in below.items()] + [(None, main)]
    found = sorted((one for one in counted if one[1]), key=lambda one: -one[1])
    return tuple(found[:LACKING_TOLD])
