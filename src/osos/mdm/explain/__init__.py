"""Where does this figure come from, down to the bytes (D-34)?"""

from osos.mdm.explain.balances import BalanceTold, LossPart, MeterPart, balance_told
from osos.mdm.explain.chain import Chain, Piece, Register, Source, Way
from osos.mdm.explain.derivation import (
    Band,
    Derivation,
    Energy,
    Fact,
    Figure,
    Given,
    Law,
    Reading,
    Row,
    Tariffs,
    Term,
)
from osos.mdm.explain.derived import derived
from osos.mdm.explain.momentary import RecordTold, records_told, shown_of
from osos.mdm.explain.points import PointPart, SumOfPoints, points_told
from osos.mdm.explain.registers import RegisterTold, register_told
from osos.mdm.explain.tariffs import BandTold, Stretch, TariffsTold, tariffs_told
from osos.mdm.explain.tracing import explain
from osos.mdm.explain.words import sentences

__all__ = [
    "BalanceTold",
    "Band",
    "BandTold",
    "Chain",
    "Derivation",
    "Energy",
    "Fact",
    "Figure",
    "Given",
    "Law",
    "LossPart",
    "MeterPart",
    "Piece",
    "PointPart",
    "Reading",
    "RecordTold",
    "Register",
    "RegisterTold",
    "Row",
    "Source",
    "Stretch",
    "SumOfPoints",
    "Tariffs",
    "TariffsTold",
    "Term",
    "Way",
    "balance_told",
    "derived",
    "explain",
    "points_told",
    "records_told",
    "register_told",
    "sentences",
    "shown_of",
    "tariffs_told",
]
