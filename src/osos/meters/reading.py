"""How does any telegram become readings?"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from osos.iec62056 import (
    Check,
    Command,
    Complaint,
    DataLine,
    Identification,
    PeerBrokeProtocol,
    Piece,
    block_check,
    parse_identification,
    parse_readout,
    split_dialogue,
)
from osos.iec62056.complaints import Complaints
from osos.iec62056.parity import seven_bits
from osos.meters.interpret import interpret
from osos.meters.load_profile import ProfileRecords
from osos.meters.other_families import read_dlms, read_lis200, read_sml
from osos.meters.profiles import MeterProfile, profile_for
from osos.meters.pushes import read_elektromed, read_gridbox, read_grp, read_viko
from osos.meters.recognise import binary_form_of, form_of, has_records
from osos.meters.record_text import parse_profile
from osos.meters.telegram import NO_CHECK, Telegram, complaint, distrusted, shifted, suspect
from osos.meters.vdew import read_vdew
from osos.quantities import Reading

_STX, _ETX = b"\x02", b"\x03"


def read(telegram: bytes, *, profile: MeterProfile | None = None) -> Telegram:
    """Everything a telegram says; without a profile, the identification chooses it (M-160).

    Takes what a modem collected: with or without identification, echoes, P0 messages, STX, ETX, BCC, one data
    block or several. Never raises on any bytes: what is wrong is a complaint with its place.
    """
    if not telegram.strip():
        return Telegram("unknown", complaints=[complaint("empty", telegram, 0, "no bytes at all")])
    binary = binary_form_of(telegram)
    if binary is not None:
        return _READERS[binary](telegram, profile)
    lifted = Complaints(telegram)
    plain = seven_bits(telegram, lifted)
    found = _READERS[form_of(plain)](plain, profile)
    # An eighth bit that leaves no printed character is kept, so it is heard again.
    again = [one for one in found.complaints if not one.code.startswith("parity-")]
    found.complaints[:] = sorted([*lifted.listed(), *again], key=lambda one: one.offset)
    return found


def _read_mode_c(telegram: bytes, profile: MeterProfile | None) -> Telegram:
    """Readouts, register reads, dialogues: whatever has data blocks or lines."""
    pieces = split_dialogue(telegram)
    commands = [piece for piece in pieces if piece.kind == "command" and _command_name(piece) != "P0"]
    blocks = [piece for piece in pieces if piece.kind == "data"]
    if len(blocks) > 1 or commands:
        return _read_dialogue(telegram, pieces, profile, "dialogue" if commands else "readout")
    if len(blocks) == 1 and blocks[0].data[1:2] == _ETX:
        return _nothing_in_range(telegram, pieces, blocks[0], profile)
    return _read_lines(telegram, profile)


def _read_lines(telegram: bytes, profile: MeterProfile | None, kind: str = "readout") -> Telegram:
    readout = parse_readout(telegram)
    named = str(readout.identification) if readout.identification else None
    if not readout.lines:
        kind = "readout" if named else "unknown"
    profile = profile or _profile(readout.identification, readout.lines)
    readings, complaints = _interpreted(readout.lines, profile, telegram)
    if distrusted(readout.check):
        readings = suspect(readings)
    every = sorted([*readout.complaints, *complaints], key=lambda one: one.offset)
    return Telegram(kind, named, profile.name, readout.check, readings, None, every)


def _interpreted(
    lines: Sequence[DataLine], profile: MeterProfile, telegram: bytes
) -> tuple[list[Reading], list[Complaint]]:
    readings: list[Reading] = []
    complaints: list[Complaint] = []
    for line in lines:
        found = interpret(line, profile)
        readings += found.readings
        if found.complaints:
            number = telegram.count(b"\n", 0, line.offset) + 1
            complaints += interpret(line, profile, number=number).complaints
    return readings, complaints


def _profile(identification: Identification | None, lines: Sequence[DataLine]) -> MeterProfile:
    return profile_for(identification, codes={line.code for line in lines})


def _command_name(piece: Piece) -> str:
    try:
        return Command.parse(piece.data).name
    except PeerBrokeProtocol:  # damaged: what it was does not matter to its being a command of the reader
        return piece.data[1:3].decode("latin-1")


def _read_dialogue(telegram: bytes, pieces: list[Piece], profile: MeterProfile | None, kind: str) -> Telegram:
    """Several messages: the values of every data block, in order."""
    identification = _identification(pieces)
    readings: list[Reading] = []
    complaints: list[Complaint] = []
    checks: list[Check] = []
    for piece in pieces:
        if piece.kind == "command":
            checks.append(_check(piece.data))
        if piece.kind != "data":
            continue
        readout = parse_readout(piece.data)
        known = profile or _profile(identification, readout.lines)
        found, wrong = _interpreted(readout.lines, known, piece.data)
        checks.append(readout.check)
        readings += suspect(found) if distrusted(readout.check) else found
        heard = [one for one in readout.complaints if one.code not in ("empty", "end-missing")]
        complaints += shifted([*heard, *wrong], telegram, piece.offset)
    known = profile or profile_for(identification)
    named = str(identification) if identification else None
    return Telegram(kind, named, known.name, _worst(checks), readings, None, complaints)


def _worst(checks: list[Check]) -> Check:
    """The first that does not fit, else the last."""
    return next((one for one in checks if distrusted(one)), checks[-1] if checks else NO_CHECK)


def _identification(pieces: list[Piece]) -> Identification | None:
    for piece in pieces:
        if piece.kind == "identification":
            try:
                return parse_identification(piece.data)
            except PeerBrokeProtocol:  # damaged: the values are read without it
                return None
    return None


def _nothing_in_range(
    telegram: bytes, pieces: list[Piece], block: Piece, profile: MeterProfile | None
) -> Telegram:
    """`02 03 03`: a load profile was asked for and has no record there (M-108)."""
    identification = _identification(pieces)
    records, _ = parse_profile(b"")
    named = str(identification) if identification else None
    known = profile or profile_for(identification)
    check = _check(block.data)
    wrong = _check_complaint(telegram, block.offset, block.data, check)
    return Telegram("profile", named, known.name, check, [], records, wrong)


def _read_records(telegram: bytes, profile: MeterProfile | None) -> Telegram:
    """A load profile: one block, or what a directive run collected around one."""
    if _is_one_block(telegram):
        return _of_records([Piece("data", telegram, 0)], telegram, profile)
    return _of_records(split_dialogue(telegram), telegram, profile)


def _is_one_block(telegram: bytes) -> bool:
    """Exactly STX … ETX BCC, the usual answer, which needs no cutting."""
    return (
        telegram.startswith(_STX) and telegram.find(_ETX) == len(telegram) - 2 and telegram.find(_STX, 1) < 0
    )


def _of_records(pieces: list[Piece], telegram: bytes, profile: MeterProfile | None) -> Telegram:
    identification = _identification(pieces)
    known = profile or profile_for(identification)
    every: ProfileRecords | None = None
    readings: list[Reading] = []
    complaints: list[Complaint] = []
    checks: list[Check] = []
    blocks: list[bytes] = []
    for piece in pieces:
        if piece.kind not in ("data", "text"):
            continue
        etx = piece.data.find(_ETX)
        begin = 1 if piece.kind == "data" else 0
        if not has_records(piece.data):
            readout = parse_readout(piece.data)
            found, wrong = _interpreted(readout.lines, known, piece.data)
            readings += found
            complaints += shifted([*readout.complaints, *wrong], telegram, piece.offset)
            continue
        block = piece.data[begin : etx if etx >= 0 else None]
        records, wrong = parse_profile(block)
        complaints += shifted(wrong, telegram, piece.offset + begin)
        if etx >= 0 or piece.kind == "data":
            checks.append(_check(piece.data))
            complaints += _check_complaint(telegram, piece.offset, piece.data, checks[-1])
        joined = _joined(every, records)
        if joined is None:
            words = "another load profile with other columns; read it by itself"
            complaints.append(complaint("another-profile", telegram, piece.offset, words))
            continue
        every = joined
        blocks.append(block)
    named = str(identification) if identification else None
    return Telegram("profile", named, known.name, _worst(checks), readings, every, complaints, tuple(blocks))


def _joined(one: ProfileRecords | None, other: ProfileRecords) -> ProfileRecords | None:
    """Both as one; None: their columns differ."""
    if one is None or not len(one):
        return other
    if (one.codes, one.decimals, one.units) != (other.codes, other.decimals, other.units):
        return one if not len(other) else None
    labels, values = np.concatenate([one.labels, other.labels]), np.concatenate([one.values, other.values])
    return ProfileRecords(one.profile, one.codes, labels, values, one.decimals, one.units, one.kind, one.ways)


def _check(message: bytes) -> Check:
    """The check character of a message STX … ETX BCC or SOH … ETX BCC."""
    etx = message.find(_ETX)
    if etx < 0:
        return Check("bcc", None, None, ok=None)
    computed, rest = block_check(message[1 : etx + 1]), message[etx + 1 :].strip(b"\x00\xff\r\n")
    if not message[etx + 1 :]:
        return Check("bcc", None, computed, ok=None)
    sent = message[etx + 1] if not rest else rest[0]
    return Check("bcc", sent, computed, ok=sent == computed)


def _check_complaint(telegram: bytes, offset: int, message: bytes, check: Check) -> list[Complaint]:
    if check.ok:
        return []
    etx = message.find(_ETX)
    if etx < 0:
        words = "a block that begins with STX has no ETX and no check character"
        return [complaint("etx-missing", telegram, offset + len(message), words, expected="ETX BCC")]
    expected = f"{check.computed:02X}"
    if check.sent is None:
        words = "no block check character after ETX"
        return [complaint("bcc-missing", telegram, offset + etx + 1, words, expected=expected)]
    words = "the block check character does not fit the block"
    found = f"{check.sent:02X}"
    return [complaint("bcc-wrong", telegram, offset + etx + 1, words, found=found, expected=expected)]


def _read_vdew(telegram: bytes, profile: MeterProfile | None) -> Telegram:
    readout = parse_readout(telegram)
    profile = profile or _profile(readout.identification, readout.lines)
    readings, wrong = read_vdew(readout.lines, profile, telegram)
    if distrusted(readout.check):
        readings = suspect(readings)
    heard = [one for one in readout.complaints if one.code != "end-missing"]  # no `!` closes a profile
    complaints = sorted([*heard, *wrong], key=lambda one: one.offset)
    named = str(readout.identification) if readout.identification else None
    return Telegram("profile", named, profile.name, readout.check, readings, None, complaints)


def _read_p1(telegram: bytes, profile: MeterProfile | None) -> Telegram:
    return _read_lines(telegram, profile, "dsmr")


_READERS: Mapping[str, Callable[[bytes, MeterProfile | None], Telegram]] = MappingProxyType(
    {
        "sml": read_sml,
        "dlms": read_dlms,
        "grp": read_grp,
        "viko": read_viko,
        "gridbox": read_gridbox,
        "elektromed": read_elektromed,
        "records": _read_records,
        "vdew": _read_vdew,
        "lis200": read_lis200,
        "p1": _read_p1,
        "mode-c": _read_mode_c,
    }
)
