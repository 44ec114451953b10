"""Of which kind is a telegram, by its bytes alone?"""

import re

from osos.meters.binary_frames import holds_hdlc, holds_sml

_BEGIN = rb"(?:\A|[\x02\n])"
_STAMP = rb"\(\d\d-\d\d-\d\d,\d\d:\d\d\)"

_HDLC = re.compile(rb"\A\x7e+[\xa0-\xaf]")  # HDLC frame format 3
_AXDR = re.compile(rb"\x09\x06[\x00-\x01][\x00-\x0f][\x00-\xff]{3}\xff")  # an OBIS code as octet string
_A_RECORD = rb"(?:LPCH:|(?:P\.\d\d)?[ \t]{0,4}%s[ \t]{0,4}\()" % _STAMP  # M-100, M-108, M-109
_RECORDS = re.compile(_BEGIN + _A_RECORD)
_RECORD = re.compile(_A_RECORD)
_RECORD_AFTER = (
    re.compile(rb"\n" + _A_RECORD),
    re.compile(rb"\x02" + _A_RECORD),
)  # searched nine times as fast
_VDEW = re.compile(_BEGIN + rb"(?:\d{1,3}-\d{1,3}:)?P\.\d{2,3}\(\d{10,13}\)")
_LIS200 = re.compile(_BEGIN + rb"\(\d+\)\(\d+\)\(\d{4}-\d\d-\d\d,\d\d:\d\d:\d\d\)")
_P1 = re.compile(rb"(?:1-3:0\.2\.8|0-0:1\.0\.0|0-0:96\.14\.0|0-[1-9]:24\.1\.0)\(")  # DSMR and its dialects
# What such a telegram must hold somewhere is looked for first: that costs next to nothing.
_BY_LINES = (
    ("vdew", re.compile(rb"P\.\d{2,3}\("), _VDEW),
    ("lis200", re.compile(rb"\)\(\d{4}-\d\d-"), _LIS200),
    ("p1", re.compile(rb":(?:0\.2\.8|1\.0\.0|96\.14\.0|24\.1\.0)\("), _P1),
)
_ELEKTROMED = re.compile(
    rb"[^\r\n]{0,300}\|[A-Za-z]{3}\w*\r?\n\d{1,2}\.\d{1,2}\.\d\d \d{1,2}:\d\d\r?\n"
)
_ELEKTROMED_FRAME = re.compile(
    rb"[\x00-\x20][\x00-\xff][^:\r\n\x00-\x1f]{0,40}(?::[^:|\r\n\x00-\x1f]{0,40}){4}:"
)  # a length, then the header of a session
_PUSHES = (
    ("grp", re.compile(rb"<[MU]2;")),
    ("viko", re.compile(rb"(?:#\d{23}\$\s{0,4})?#\d{5}~L")),  # X-50, the request before it if it was noted
    ("gridbox", re.compile(rb"#FC\|")),
    ("elektromed", _ELEKTROMED),
)


def binary_form_of(telegram: bytes) -> str | None:
    """`sml`, `dlms`, `elektromed-frame`; None: a family that writes text."""
    if holds_sml(telegram):
        return "sml"
    if _ELEKTROMED_FRAME.match(telegram):
        return "elektromed-frame"
    if telegram.isascii():
        return None
    if _HDLC.match(telegram) or _AXDR.search(telegram, 0, 64) or holds_hdlc(telegram):
        return "dlms"
    return None


def form_of(telegram: bytes) -> str:
    """Which reader of text is the right one; `mode-c` is also what nothing else claims."""
    for name, begins in _PUSHES:
        if begins.match(telegram):
            return name
    if has_records(telegram):
        return "records"
    for name, sign, pattern in _BY_LINES:
        if sign.search(telegram) and pattern.search(telegram):
            return name
    return "mode-c"


def has_records(text: bytes) -> bool:
    """Does a line of it begin like a record of a Turkish load profile?"""
    if _RECORD.match(text) is not None:
        return True
    return any(pattern.search(text) is not None for pattern in _RECORD_AFTER)


def start_of_records(text: bytes) -> int:
    """Where the first such line begins."""
    found = _RECORDS.search(text)
    return found.start() + (found[0][:1] == b"\n") if found else len(text)
