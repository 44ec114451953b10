"""What does an archive of an Elster volume converter or data logger (LIS200) say?

A record is a row of brackets: its number in the device and in the archive, its stamp, the columns of the
archive asked for, the event that closed it, and the device's own word on its checksum. Which quantity a
column holds stands nowhere in the answer, so columns are numbered. Source: a DL220's capture; the series'
manuals for GONr, AONr and Er.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from osos.iec62056 import Check, Complaint, PeerBrokeProtocol, block_check, parse_identification
from osos.meters.message_check import worst
from osos.meters.profiles import MeterProfile, profile_for
from osos.meters.telegram import Telegram, complaint, distrusted
from osos.meters.units import scaled
from osos.quantities import Obis, Quality, Reading, to_utc

_START = re.compile(rb"\((\d{1,10})\)\((\d{1,10})\)\((\d{4}-\d\d-\d\d,\d\d:\d\d:\d\d)\)")
_BRACKETS = re.compile(rb"(?:\([ -'*-~]{0,80}\)){0,64}")
_IDENTIFICATION = re.compile(rb"[\r\n]*(/[^\r\n]{5,60}\r\n)")
_BLOCK = re.compile(rb"\x02([^\x02-\x04]*[\x03\x04])([\x00-\xff]?)")  # a part of an archive ends with EOT
_FILL = b"\r\n \x02\x03\x04\x06"
_CHECK = re.compile(r"CRC .{1,20}")
_SOUND = "CRC Ok"
_EVENT = re.compile(r"0x[0-9A-Fa-f]{4}")
_NUMBER = re.compile(r"[+-]?\d{1,16}(?:\.\d{1,8})?")
_MOST = 200  # complaints; a file that gives more is of another kind


@dataclass(frozen=True, slots=True)
class _Record:
    offset: int
    stamp: str
    columns: tuple[str, ...]  # numbers first, the check last
    tail: bytes  # what stands between its last bracket and the next record
    tail_at: int


def read_lis200(telegram: bytes, profile: MeterProfile | None) -> Telegram:
    """One value a column with the record's time; a record without its check gives a complaint alone."""
    found = _IDENTIFICATION.match(telegram)
    identification = _named(found[1]) if found else None
    begin = found.end() if found and identification else 0
    profile = profile or profile_for(None)
    checks, complaints = _checked(telegram)
    check = worst(checks)
    unframed = _without_checks(telegram)
    readings: list[Reading] = []
    width: int | None = None
    complaints += _stray(telegram, begin, unframed)
    for record in _records(unframed):
        whole = bool(record.columns) and _CHECK.fullmatch(record.columns[-1]) is not None
        if len(complaints) <= _MOST:
            complaints += _wrong(record, telegram, width, whole=whole)
        if whole:
            width = width or len(record.columns)
            readings += _values(record, is_suspect=distrusted(check))
    complaints.sort(key=lambda one: one.offset)
    if len(complaints) > _MOST:
        rest = complaint("more", telegram, complaints[_MOST].offset, "more complaints than are listed")
        complaints[_MOST:] = [rest]
    return Telegram("profile", identification, profile.name, check, readings, None, complaints)


def _named(line: bytes) -> str | None:
    try:
        return str(parse_identification(line))
    except PeerBrokeProtocol:  # what stands before the records is then named as no record
        return None


def _checked(telegram: bytes) -> tuple[list[Check], list[Complaint]]:
    checks: list[Check] = []
    complaints: list[Complaint] = []
    for block in _BLOCK.finditer(telegram):
        sent, computed = (block[2][0] if block[2] else None), block_check(block[1])
        check = Check("bcc", sent, computed, ok=None if sent is None else sent == computed)
        checks.append(check)
        if check.ok:
            continue
        code = "bcc-missing" if sent is None else "bcc-wrong"
        words = "the block check character is missing or does not fit the block"
        held = None if sent is None else f"{sent:02X}"
        complaints.append(
            complaint(code, telegram, block.end(1), words, found=held, expected=f"{computed:02X}")
        )
    return checks, complaints


def _without_checks(telegram: bytes) -> bytes:
    """Blanks for check characters, which may be any byte; every offset stays."""
    return _BLOCK.sub(lambda block: b"\x02" + block[1] + b" " * len(block[2]), telegram)


def _records(telegram: bytes) -> Iterator[_Record]:
    starts = list(_START.finditer(telegram))
    ends = [*(one.start() for one in starts[1:]), len(telegram)]
    for start, end in zip(starts, ends, strict=True):
        brackets = _BRACKETS.match(telegram, start.end(), end)
        inside = brackets[0].decode("ascii")[1:-1] if brackets else ""
        columns = tuple(inside.split(")(")) if inside else ()
        tail_at = brackets.end() if brackets else start.end()
        numbers = (start[1].decode("ascii"), start[2].decode("ascii"))
        yield _Record(
            start.start(), start[3].decode("ascii"), (*numbers, *columns), telegram[tail_at:end], tail_at
        )


def _stray(telegram: bytes, begin: int, unframed: bytes) -> Iterator[Complaint]:
    """What stands before the first record and is none."""
    first = _START.search(unframed)
    before = unframed[begin : first.start() if first else len(unframed)]
    if before.strip(_FILL):
        words = "not a record of a load profile"
        yield complaint("not-a-record", telegram, begin, words, found=before[:80].decode("latin-1"))


def _wrong(record: _Record, telegram: bytes, width: int | None, *, whole: bool) -> Iterator[Complaint]:
    said = ")(".join((*record.columns[:2], record.stamp, *record.columns[2:]))
    found = f"({said}){record.tail.decode('latin-1')}"[:120].rstrip()
    if not whole:
        words = "a record that is cut before its check; not read"
        yield complaint("record-damaged", telegram, record.offset, words, found=found, expected="…(CRC Ok)")
        return
    if record.columns[-1] != _SOUND:
        words = "the meter itself says that this record's check fails"
        yield complaint(
            "record-check", telegram, record.offset, words, found=record.columns[-1], expected=_SOUND
        )
    if width is not None and len(record.columns) != width:
        words = "a record with other columns than the first"
        yield complaint("columns-changed", telegram, record.offset, words, found=found)
    if _time(record.stamp) is None:
        words = "a stamp that is neither a time nor none; kept as it stands"
        yield complaint("no-time", telegram, record.offset, words, found=record.stamp)
    if record.tail.strip(_FILL):
        at = record.tail_at + len(record.tail) - len(record.tail.lstrip(_FILL))
        rest = record.tail.strip(_FILL)[:80].decode("latin-1")
        yield complaint("not-a-record", telegram, at, "not a record of a load profile", found=rest)


def _values(record: _Record, *, is_suspect: bool) -> Iterator[Reading]:
    time = _time(record.stamp)
    sound = record.columns[-1] == _SOUND and not is_suspect
    quality = Quality.MEASURED if sound else Quality.SUSPECT
    for k, text in enumerate(record.columns):
        measured = scaled(text, None) if _NUMBER.fullmatch(text) else None
        amount, scale, base = measured if measured else (None, 0, None)
        index = k if k < 2 else k + 1  # the stamp is the third bracket
        yield Reading(
            Obis(_name(k, record.columns)), index, text, None, amount, scale, base, time, text, quality
        )


def _name(k: int, columns: tuple[str, ...]) -> str:
    """The series' own names of what every archive has, numbers for the rest."""
    if k < 2:
        return ("GONr", "AONr")[k]
    if k == len(columns) - 1:
        return "Check"
    return "Er" if k == len(columns) - 2 and _EVENT.fullmatch(columns[k]) else str(k - 1)


def _time(stamp: str) -> datetime | None:
    try:
        return to_utc(datetime.strptime(stamp, "%Y-%m-%d,%H:%M:%S"))  # noqa: DTZ007  # a wall clock
    except (ValueError, OverflowError):  # a day or hour that does not exist, a year before the first
        return None
