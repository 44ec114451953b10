"""Which telegrams of other families are known by name, though not yet taken apart?"""

from collections.abc import Iterable, Iterator
from itertools import islice

from osos.iec62056 import Complaint
from osos.iec62056.limits import COMPLAINTS_MAX
from osos.meters.binary_frames import Piece, hdlc_pieces, sml_pieces
from osos.meters.message_check import worst
from osos.meters.profiles import MeterProfile
from osos.meters.telegram import Telegram, complaint

_WORDS = "recognised, but telegrams of this family are not decoded yet"


def read_sml(telegram: bytes, profile: MeterProfile | None) -> Telegram:  # noqa: ARG001  # one of a table
    """Files of the Smart Message Language; the check of each is verified."""
    return _checked("sml", "SML", telegram, sml_pieces(telegram))


def read_dlms(telegram: bytes, profile: MeterProfile | None) -> Telegram:  # noqa: ARG001  # one of a table
    """HDLC frames (their check sequences are verified) or a bare notification body."""
    pieces = list(hdlc_pieces(telegram))
    framed = any(not piece.is_noise for piece in pieces)
    return _checked("dlms", "DLMS/COSEM", telegram, pieces if framed else [])


def _checked(kind: str, name: str, telegram: bytes, pieces: Iterable[Piece]) -> Telegram:
    pieces = list(pieces)
    complaints = [
        complaint("not-decoded", telegram, 0, f"{name}: {_WORDS}"),
        *islice(_wrong(telegram, pieces), COMPLAINTS_MAX),
    ]
    complaints.sort(key=lambda one: (one.code == "not-decoded", one.offset))
    check = worst([piece.check for piece in pieces if piece.check is not None])
    return Telegram(kind, check=check, complaints=complaints)


def _wrong(telegram: bytes, pieces: Iterable[Piece]) -> Iterator[Complaint]:
    for piece in pieces:
        check, size = piece.check, f"{piece.end - piece.start} bytes"
        if piece.is_noise:
            yield complaint("noise", telegram, piece.start, "bytes that belong to no message", found=size)
        elif check is None:
            words = "a frame that begins here does not end as it should"
            yield complaint("frame-cut", telegram, piece.start, words, found=size)
        elif not check.ok:
            words = "the frame check sequence does not fit its frame"
            sent, computed = f"{check.sent:04X}", f"{check.computed:04X}"
            yield complaint("fcs-wrong", telegram, piece.start, words, found=sent, expected=computed)
