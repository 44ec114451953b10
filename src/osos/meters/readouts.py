"""What do the lines of a readout say, of register answers, of a recorded dialogue?"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from osos.iec62056 import (
    Check,
    Command,
    Complaint,
    DataLine,
    PeerBrokeProtocol,
    Piece,
    parse_readout,
    split_dialogue,
)
from osos.meters.identified import identification_among, name_of, profile_of
from osos.meters.interpret import interpret_all
from osos.meters.message_check import ETX, check_of, worst
from osos.meters.profile_replies import nothing_in_range
from osos.meters.profiles import MeterProfile, profile_for
from osos.meters.telegram import Telegram, distrusted, shifted, suspect
from osos.meters.vdew import read_vdew
from osos.quantities import Reading

Meaning: TypeAlias = Callable[
    [Sequence[DataLine], MeterProfile, bytes], tuple[list[Reading], list[Complaint]]
]  # what lines say, and what of them does not fit


def read_mode_c(telegram: bytes, profile: MeterProfile | None) -> Telegram:
    """Readouts, register reads, dialogues: whatever has data blocks or lines."""
    pieces = split_dialogue(telegram)
    commands = [piece for piece in pieces if piece.kind == "command" and _command_name(piece) != "P0"]
    blocks = [piece for piece in pieces if piece.kind == "data"]
    if len(blocks) > 1 or commands:
        return _read_dialogue(telegram, pieces, profile, "dialogue" if commands else "readout")
    if len(blocks) == 1 and blocks[0].data[1:2] == ETX:
        return nothing_in_range(telegram, identification_among(pieces), blocks[0], profile)
    return read_lines(telegram, profile)


def read_lines(
    telegram: bytes,
    profile: MeterProfile | None,
    kind: str = "readout",
    meaning: Meaning = interpret_all,
) -> Telegram:
    """One readout, with whatever stands around it."""
    readout = parse_readout(telegram)
    named = name_of(readout.identification)
    if not readout.lines:
        kind = "readout" if named else "unknown"
    profile = profile or profile_of(readout.identification, readout.lines)
    readings, complaints = meaning(readout.lines, profile, telegram)
    if distrusted(readout.check):
        readings = suspect(readings)
    odd = [one for one in readout.complaints if one.code not in profile.habits]
    every = sorted([*odd, *complaints], key=lambda one: one.offset)
    return Telegram(kind, named, profile.name, readout.check, readings, None, every)


def _command_name(piece: Piece) -> str:
    try:
        return Command.parse(piece.data).name
    except PeerBrokeProtocol:  # damaged: what it was does not matter to its being a command of the reader
        return piece.data[1:3].decode("latin-1")


def _read_dialogue(telegram: bytes, pieces: list[Piece], profile: MeterProfile | None, kind: str) -> Telegram:
    """Several messages: the values of every data block, in order."""
    identification = identification_among(pieces)
    readings: list[Reading] = []
    complaints: list[Complaint] = []
    checks: list[Check] = []
    for piece in pieces:
        if piece.kind == "command":
            checks.append(check_of(piece.data, piece.data.find(ETX)))
        if piece.kind != "data":
            continue
        readout = parse_readout(piece.data)
        known = profile or profile_of(identification, readout.lines)
        found, wrong = interpret_all(readout.lines, known, piece.data)
        checks.append(readout.check)
        readings += suspect(found) if distrusted(readout.check) else found
        heard = [one for one in readout.complaints if one.code not in ("empty", "end-missing")]
        complaints += shifted([*heard, *wrong], telegram, piece.offset)
    known = profile or profile_for(identification)
    return Telegram(kind, name_of(identification), known.name, worst(checks), readings, None, complaints)


def read_vdew_form(telegram: bytes, profile: MeterProfile | None) -> Telegram:
    """Load profiles P.01 and event logs P.98 with heads (VDEW)."""
    readout = parse_readout(telegram)
    profile = profile or profile_of(readout.identification, readout.lines)
    readings, wrong = read_vdew(readout.lines, profile, telegram)
    if distrusted(readout.check):
        readings = suspect(readings)
    heard = [one for one in readout.complaints if one.code != "end-missing"]  # no `!` closes a profile
    complaints = sorted([*heard, *wrong], key=lambda one: one.offset)
    named = name_of(readout.identification)
    return Telegram("profile", named, profile.name, readout.check, readings, None, complaints)
