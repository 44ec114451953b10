"""What was wrong with a telegram, and exactly where?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Complaint:
    """One damaged place; offset from 0 and line from 1 are those of the bytes given to the parser."""

    code: str  # one of COMPLAINTS
    offset: int
    line: int | None
    found: str | None
    expected: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Check:
    """The check character or sum of a telegram: `bcc` (mode C), `crc16` (P1) or `none`."""

    kind: str
    sent: int | None
    computed: int | None
    ok: bool | None  # None: nothing to compare


NO_CHECK = Check("none", None, None, None)
