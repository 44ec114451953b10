"""Where does this figure come from, down to the bytes (D-34)?"""

from osos.mdm.explain.chain import Chain, Piece, Register, Source, Way
from osos.mdm.explain.registers import RegisterTold, register_told
from osos.mdm.explain.tracing import explain
from osos.mdm.explain.words import sentences

__all__ = [
    "Chain",
    "Piece",
    "Register",
    "RegisterTold",
    "Source",
    "Way",
    "explain",
    "register_told",
    "sentences",
]
