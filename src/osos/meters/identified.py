"""Which meter speaks here, as far as the messages tell?"""

from collections.abc import Sequence

from osos.iec62056 import DataLine, Identification, PeerBrokeProtocol, Piece, parse_identification
from osos.meters.profiles import MeterProfile, profile_for


def identification_among(pieces: Sequence[Piece]) -> Identification | None:
    """The first identification line; None: there is none, or it is damaged (values are read without it)."""
    for piece in pieces:
        if piece.kind == "identification":
            try:
                return parse_identification(piece.data)
            except PeerBrokeProtocol:
                return None
    return None


def profile_of(identification: Identification | None, lines: Sequence[DataLine]) -> MeterProfile:
    return profile_for(identification, codes={line.code for line in lines})


def name_of(identification: Identification | None) -> str | None:
    return None if identification is None else str(identification)
