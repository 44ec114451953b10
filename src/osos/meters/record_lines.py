"""What does one stretch of load profile text say, read slowly and exactly?

This is the fall-back for whatever is not a plain line; the fast path must never say anything else.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from osos.meters.load_profile import label_of

_STAMP = rb"\d\d-\d\d-\d\d,\d\d:\d\d"
# M-100, M-108, M-171: a prefix, blanks, several brackets and glued records are tolerated.
_RECORD = re.compile(
    rb"(?:P\.(?P<profile>\d\d))?[ \t]{0,4}\((?P<stamp>%s)\)(?P<values>(?:[ \t]{0,4}\((?!%s\))[^()\r\n]*\))+)"
    % (_STAMP, _STAMP)
)
_BETWEEN = re.compile(rb"\)[ \t]{0,4}\(|[,;]")
_VALUE = re.compile(
    rb"[ \t]{0,4}([+-]?)[ \t]{0,4}(\d{1,12})(?:\.(\d{1,6}))?(?:\*([^*,;()\s]{1,12}))?[ \t]{0,4}"
)


@dataclass(frozen=True, slots=True)
class Record:
    """One record: minutes since 2000 and whole numbers of each column's last digit."""

    offset: int
    label: int
    values: tuple[int, ...]
    decimals: tuple[int, ...]
    digits: tuple[int, ...]  # before the point, as printed
    units: tuple[str, ...]
    texts: tuple[str, ...]  # the meter's own characters of each value
    profile: str | None


@dataclass(frozen=True, slots=True)
class Damage:
    """A stretch that is no record, or a record whose time is none."""

    code: str
    offset: int
    text: bytes


def read_lines(text: bytes, offset: int = 0) -> Iterator[Record | Damage]:
    """Everything in the text, in order; blank stretches are nothing."""
    done = 0
    for found in _RECORD.finditer(text):
        yield from _rest(text[done : found.start()], offset + done)
        yield _record(found, offset + found.start())
        done = found.end()
    yield from _rest(text[done:], offset + done)


def _rest(text: bytes, offset: int) -> Iterator[Damage]:
    bare = text.strip()
    if bare:
        yield Damage("not-a-record", offset + text.index(bare), bare)


def _record(found: re.Match[bytes], offset: int) -> Record | Damage:
    label = label_of_stamp(found["stamp"])
    if label is None:
        return Damage("no-time", offset, found[0])
    parts = [_VALUE.fullmatch(part) for part in _BETWEEN.split(found["values"].strip()[1:-1])]
    if None in parts:
        return Damage("not-a-number", offset, found[0])
    numbers = [part.groups(b"") for part in parts if part]
    profile = found["profile"]
    return Record(
        offset=offset,
        label=label,
        values=tuple(int(sign + whole + fraction) for sign, whole, fraction, _ in numbers),
        decimals=tuple(len(fraction) for _, _, fraction, _ in numbers),
        digits=tuple(len(whole) for _, whole, _, _ in numbers),
        units=tuple(unit.decode("latin-1") for *_, unit in numbers),
        texts=tuple(part[0].decode("latin-1").partition("*")[0] for part in parts if part),
        profile=f"P.{profile.decode()}" if profile else None,
    )


def label_of_stamp(stamp: bytes) -> int | None:
    """`yy-mm-dd,hh:mm` as minutes since 2000; None: zeros, nines, or no date at all (M-173)."""
    year, month, day, hour, minute = (int(stamp[k : k + 2]) for k in (0, 3, 6, 9, 12))
    try:
        return label_of(datetime(2000 + year, month, day, hour, minute))  # noqa: DTZ001  # a meter's wall clock
    except ValueError:  # 00-00-00, 99-99-99, 31 February: no time
        return None
