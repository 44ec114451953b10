"""Which messages does a stretch of recorded dialogue hold, and where?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from osos.iec62056.block_check import block_check
from osos.iec62056.limits import IDENTIFICATION_MAX

Kind = Literal["identification", "request", "option", "ack", "nak", "command", "data", "text", "noise"]

_ETX, _STX = b"\x03", b"\x02"
_FIRST = re.compile(rb"[\x01\x02\x06\x15]|/(?:\?|[A-Za-z]{3}[0-9A-Z])")  # what may begin a message
_FORMS: tuple[tuple[Kind, re.Pattern[bytes]], ...] = (
    # An identification may hold one pair of brackets; a `/ABC1` inside a value is followed by a lone `)`.
    (
        "identification",
        re.compile(
            rb"/[A-Za-z]{3}[0-9A-Z][^()\x00-\x1f]{0,%d}(?:\([^()\x00-\x1f]{0,%d}\)[^()\x00-\x1f]{0,%d})?"
            rb"(?:\r\n|\r|\n|\Z)" % ((IDENTIFICATION_MAX,) * 3)
        ),
    ),
    ("request", re.compile(rb"/\?[^!/\r\n]{0,32}!(?:\r\n|\r|\n)?")),
    ("option", re.compile(rb"\x06[0-9][0-9A-I][0-9A-Z]\r\n")),
    ("ack", re.compile(rb"\x06")),
    ("nak", re.compile(rb"\x15")),
    ("command", re.compile(rb"\x01[A-Z][0-9](?:\x02[^\x01\x02\x03]*)?\x03")),
)
_END_LINE = rb"!(?:[0-9A-Fa-f]{4})?[ \t]*(?:\r\n|\r|\n|\$|\Z)"  # `!`, P1 checksum, `$` of a gateway's wrapper
_TEXT_END = re.compile(rb"(?:%s)?(?P<etx>\x03)|%s" % (_END_LINE, _END_LINE))
_FILL = re.compile(rb"[\x00\xff\x7f \t\r\n]{1,8}")


@dataclass(frozen=True, slots=True)
class Piece:
    """One message, whole or damaged, as it stood in the bytes.

    `identification`, `request` and `option` are lines; `command` is SOH … ETX BCC (P0, R2, B0 …);
    `data` is STX … ETX BCC (a readout, or the answer to a command; unfinished where ETX is lost);
    `text` is lines without STX, up to and with `!`; `noise` is what is none of these.
    """

    kind: Kind
    data: bytes
    offset: int


def split_dialogue(data: bytes) -> list[Piece]:
    """Cut what a directive run or a line recorder collected into its messages, in order.

    Loses no byte (the pieces joined are the input), never raises, takes time linear in the length.
    """
    return list(_Splitter(data).pieces())


class _Splitter:
    """Walks over the bytes once: remembers where the next ETX, STX and beginning of a message are."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = len(data)
        self._next_etx = self._next_stx = self._next_first = -1

    def pieces(self) -> Iterator[Piece]:
        pos = 0
        while pos < self.size:
            kind, end = self._message(pos)
            if kind is None:
                kind, end = self._text(pos)
            yield Piece(kind, self.data[pos:end], pos)
            pos = end

    def _message(self, pos: int) -> tuple[Kind | None, int]:
        """The message that begins just here, if one does, and where it ends."""
        if self.data[pos] == _STX[0]:
            return "data", self._data_end(pos)
        kind, end = self._form(pos)
        return kind, self._check_end(pos, end - 1) if kind == "command" else end

    def _form(self, pos: int) -> tuple[Kind | None, int]:
        """Which of the forms stands here, up to and with its ETX; not for data blocks."""
        if self.data[pos] in b"/\x01\x06\x15":
            for kind, form in _FORMS:
                found = form.match(self.data, pos)
                if found and (kind == "command" or found.end() - pos <= IDENTIFICATION_MAX + 2):
                    return kind, found.end()
        return None, pos

    def _data_end(self, pos: int) -> int:
        etx, stx = self._etx(pos + 1), self._stx(pos + 1)
        if etx < stx:
            return self._check_end(pos, etx)
        if self._begins(pos + 1):
            return pos + 1
        # ETX is lost: the block ends at its `!`, or where something else begins.
        return self._lines_end(pos + 1)

    def _check_end(self, start: int, etx: int) -> int:
        """Behind the check character of the message start … ETX, wherever it is, if it is."""
        rest = self.data[etx + 1 : etx + 11]
        if not rest:
            return self.size
        computed = block_check(self.data[start + 1 : etx + 1])
        if rest[0] == computed:
            return etx + 2
        fill = _FILL.match(rest)
        if fill and rest[fill.end() : fill.end() + 1] == bytes([computed]):
            return etx + 1 + fill.end() + 1
        if rest[:2].upper() == b"%02X" % computed:
            return etx + 3
        return etx + 1 if self._begins(etx + 1) else etx + 2

    def _begins(self, pos: int) -> bool:
        return pos == self.size or self.data[pos] == _STX[0] or self._form(pos)[0] is not None

    def _text(self, pos: int) -> tuple[Kind, int]:
        end = self._lines_end(pos)
        text = self.data[pos:end]
        return ("text" if b"(" in text or b"!" in text else "noise"), end

    def _lines_end(self, pos: int) -> int:
        """Behind the first `!` line or ETX BCC, or where the next message begins."""
        limit = self._first(pos)
        found = _TEXT_END.search(self.data, pos, limit)
        if found is None:
            return limit
        if found["etx"]:
            return self._check_end(pos - 1, found.end() - 1)
        return found.end()

    def _etx(self, pos: int) -> int:
        if self._next_etx < pos:
            self._next_etx = self.data.find(_ETX, pos) % (self.size + 1)  # -1, not found, becomes the size
        return self._next_etx

    def _stx(self, pos: int) -> int:
        if self._next_stx < pos:
            self._next_stx = self.data.find(_STX, pos) % (self.size + 1)
        return self._next_stx

    def _first(self, pos: int) -> int:
        """Where the next message begins, at `pos` + 1 at the earliest; the size if none does."""
        while self._next_first < self.size and (
            self._next_first <= pos or not self._begins(self._next_first)
        ):
            found = _FIRST.search(self.data, max(pos, self._next_first) + 1)
            self._next_first = found.start() if found else self.size
        return self._next_first
