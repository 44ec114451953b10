"""How much of what goes into a place is lost there by nature, quarter hour by quarter hour (D-32, D-33)?

Transformer: K = Pb·T + Pcu·T·(E ÷ (T·Pn·cos φ))² per slot; line: 3·I²·R·T at the slot's mean current; or the
share the operator states. Exact fractions of whole Wh, cut once a day: days add up to months to the Wh.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

import numpy as np
import numpy.typing as npt

from osos.mdm.derive.losses import COS_PHI, Line, Transformer
from osos.mdm.labels import HOUR_MIN, NOMINAL_MIN, Ints

_SLOT_H = Fraction(NOMINAL_MIN, HOUR_MIN)


class Piece(Protocol):
    """Something that loses energy, and the energy that passes it in each slot."""

    def lost(self, slots: npt.NDArray[np.bool_]) -> Fraction:
        """Wh lost in these slots."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class TransformerPiece:
    row: Transformer
    load: Ints

    def lost(self, slots: npt.NDArray[np.bool_]) -> Fraction:
        row = self.row
        hours = int(slots.sum()) * _SLOT_H
        rated = Fraction(row.rated_kva * 1000) * Fraction(COS_PHI)
        load = Fraction(row.load_kw * 1000) * _squares(self.load, slots) / (_SLOT_H * rated**2)
        return Fraction(row.no_load_kw * 1000) * hours + load


@dataclass(frozen=True, slots=True, eq=False)
class LinePiece:
    line: Line
    load: Ints

    def lost(self, slots: npt.NDArray[np.bool_]) -> Fraction:
        volts = Fraction(self.line.kv * 1000) * Fraction(COS_PHI)
        return _squares(self.load, slots) * Fraction(self.line.ohm) / (volts**2 * _SLOT_H)


@dataclass(frozen=True, slots=True, eq=False)
class SharePiece:
    percent: Decimal
    load: Ints

    def lost(self, slots: npt.NDArray[np.bool_]) -> Fraction:
        return Fraction(self.percent) / 100 * int(self.load[slots].sum())


def technical_wh(pieces: Sequence[Piece], slots: npt.NDArray[np.bool_]) -> int:
    """Whole Wh, what is over cut off."""
    return int(sum((one.lost(slots) for one in pieces), Fraction(0)))


def _squares(load: Ints, slots: npt.NDArray[np.bool_]) -> int:
    """Σ E² in Python's integers: 64 bits do not hold it."""
    return sum(wh * wh for wh in load[slots].tolist())
