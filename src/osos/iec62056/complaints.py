"""What was wrong with a telegram, and exactly where?"""

from dataclasses import dataclass

from osos.iec62056.limits import COMPLAINTS_MAX

# Every complaint of this room, in words. What a meter does by habit (a quirk of its profile) may be dropped
# by who knows the profile; this room does not know the meter.
COMPLAINTS = {
    "after-end": "bytes after the end of the telegram",
    "another-telegram": "more than one telegram: this one was not read",
    "bcc-missing": "no block check character after ETX",
    "bcc-padded": "the block check character is right but padded or written in hex",
    "bcc-wrong": "the block check character does not fit the block",
    "character": "a character that no meter sends",
    "code-odd": "not a code of the usual form; kept as text",
    "command-damaged": "a programming message whose check character does not fit",
    "crc16-wrong": "the checksum after `!` does not fit the telegram",
    "echo": "a message of the reader, heard among those of the meter",
    "empty": "no data line found",
    "end-glued": "`!` stands on the last data line",
    "end-missing": "no `!` and no ETX: the end may be lost",
    "etx-missing": "a block that begins with STX has no ETX and no check character",
    "identification-damaged": "the identification line is not of the usual form",
    "identification-twice": "the identification came twice",
    "line-broken": "brackets are missing or do not match; not read",
    "line-ends": "the check fits only with CR LF in place of each LF; taken",
    "line-tail": "text after the last bracket",
    "lines-glued": "no line end between two values; read as lines of their own",
    "line-too-long": "a line longer than any meter sends; not read",
    "more": "more complaints than are listed",
    "nak": "the meter asked for a repetition, or refused",
    "noise": "bytes that belong to no message",
    "parity-bit": "the eighth bit is set; taken off",
    "parity-kept": "the telegram still carries its even parity bits; taken off",
    "parity-wrong": "the parity bit of this character does not fit",
    "stx-missing": "the block ends with ETX but does not begin with STX",
    "text-before-identification": "the rest of an earlier telegram stands before the identification",
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """One damaged place; offset from 0 and line from 1 are those of the bytes given to the parser."""

    code: str  # a key of COMPLAINTS
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

SHOWN = 120  # characters of the damaged place that a complaint quotes


class Complaints:
    """Collects the complaints about `data`, no more than `COMPLAINTS_MAX`, and counts the rest."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._found: list[tuple[int, str, str | None, str | None]] = []
        self._more = 0

    def add(self, code: str, offset: int, found: str | None = None, expected: str | None = None) -> None:
        if len(self._found) < COMPLAINTS_MAX:
            self._found.append((offset, code, found[:SHOWN] if found is not None else None, expected))
        else:
            self._more += 1

    def listed(self) -> tuple[Complaint, ...]:
        """By offset, with their lines."""
        if not self._found:
            return ()
        if self._more:
            self._found.append((len(self._data), "more", str(self._more), None))
        return tuple(
            Complaint(code, offset, self._data.count(b"\n", 0, offset) + 1, found, expected, COMPLAINTS[code])
            for offset, code, found, expected in sorted(self._found, key=lambda each: each[0])
        )
