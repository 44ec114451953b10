"""Which load profile records does a reply hold, whatever a directive run collected around it?"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from osos.iec62056 import Check, Complaint, Identification, Piece, parse_readout, split_dialogue
from osos.meters.identified import identification_among, name_of
from osos.meters.interpret import interpret_all
from osos.meters.load_profile import ProfileRecords
from osos.meters.message_check import ETX, STX, check_of, complaints_of, worst
from osos.meters.profiles import MeterProfile, profile_for
from osos.meters.recognise import has_records, start_of_records
from osos.meters.record_text import parse_profile, parse_span
from osos.meters.telegram import Telegram, complaint, shifted
from osos.quantities import Reading

_HEAD = 512  # bytes in which a record shows its form


def read_plain_reply(telegram: bytes, profile: MeterProfile | None) -> Telegram | None:
    """STX, nothing but whole records, ETX, BCC: the usual answer, a megabyte long; None: anything else.

    Records without units hold no other bytes than their own, so nothing needs to be looked for in them.
    """
    start, end = 1, len(telegram) - 2
    head = telegram[:_HEAD]
    if not (head.startswith(STX) and telegram[end : end + 1] == ETX and has_records(head)) or b"*" in head:
        return None
    records, wrong = parse_span(telegram, start, end)
    if wrong:
        return None
    known = profile or profile_for(None)
    check = check_of(telegram, end)
    wrong = complaints_of(check, telegram, 0, telegram)
    return Telegram("profile", None, known.name, check, [], records, wrong, ((telegram, start, end),))


def read_records(telegram: bytes, profile: MeterProfile | None) -> Telegram:
    """A load profile: one block, or several messages around one or more blocks."""
    pieces = _pieces(telegram)
    identification = identification_among(pieces)
    known = profile or profile_for(identification)
    found = _Found(telegram, known)
    for piece in pieces:
        if piece.kind in ("data", "text"):
            found.take(piece)
    return Telegram(
        "profile",
        name_of(identification),
        known.name,
        worst(found.checks),
        found.readings,
        found.records,
        found.complaints,
        tuple(found.spans),
    )


def nothing_in_range(
    telegram: bytes, identification: Identification | None, block: Piece, profile: MeterProfile | None
) -> Telegram:
    """`02 03 03`: a load profile was asked for and has no record there (M-108)."""
    records, _ = parse_profile(b"")
    known = profile or profile_for(identification)
    check = check_of(block.data, block.data.find(ETX))
    wrong = complaints_of(check, telegram, block.offset, block.data)
    return Telegram("profile", name_of(identification), known.name, check, [], records, wrong)


def _pieces(telegram: bytes) -> Sequence[Piece]:
    """The messages; text without any needs no cutting of a megabyte."""
    if STX in telegram or ETX in telegram:
        return split_dialogue(telegram)
    start = start_of_records(telegram)  # without STX or ETX the records are all that follows
    return [*split_dialogue(telegram[:start]), Piece("text", telegram[start:], start)]


@dataclass
class _Found:
    """What the blocks hold, one after the other."""

    telegram: bytes
    profile: MeterProfile
    records: ProfileRecords | None = None
    readings: list[Reading] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    spans: list[tuple[bytes, int, int]] = field(default_factory=list)

    def take(self, piece: Piece) -> None:
        if has_records(piece.data):
            self._records(piece)
        else:
            self._lines(piece)

    def _lines(self, piece: Piece) -> None:
        """A block of another kind in the same run."""
        readout = parse_readout(piece.data)
        found, wrong = interpret_all(readout.lines, self.profile, piece.data)
        self.readings += found
        self.complaints += shifted([*readout.complaints, *wrong], self.telegram, piece.offset)

    def _records(self, piece: Piece) -> None:
        framed = piece.kind == "data"
        etx = piece.data.find(ETX)
        start = piece.offset + framed
        end = piece.offset + (etx if etx >= 0 else len(piece.data))
        records, wrong = parse_span(self.telegram, start, end)
        self.complaints += wrong
        if not framed and etx >= 0:
            words = "the block ends with ETX but does not begin with STX"
            self.complaints.append(complaint("stx-missing", self.telegram, start, words, expected="STX"))
        if framed or etx >= 0:
            self.checks.append(check_of(piece.data, etx))
            self.complaints += complaints_of(self.checks[-1], self.telegram, piece.offset, piece.data)
        joined = _joined(self.records, records)
        if joined is None:
            words = "another load profile with other columns; read it by itself"
            self.complaints.append(complaint("another-profile", self.telegram, piece.offset, words))
        else:
            self.records = joined
            self.spans.append((self.telegram, start, end))


def _joined(one: ProfileRecords | None, other: ProfileRecords) -> ProfileRecords | None:
    """Both as one; None: their columns differ."""
    if one is None or not len(one):
        return other
    if (one.codes, one.decimals, one.units) != (other.codes, other.decimals, other.units):
        return one if not len(other) else None
    labels, values = np.concatenate([one.labels, other.labels]), np.concatenate([one.values, other.values])
    return ProfileRecords(one.profile, one.codes, labels, values, one.decimals, one.units, one.kind, one.ways)
