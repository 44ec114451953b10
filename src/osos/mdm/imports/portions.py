"""How is a file of any size read in constant memory, its bytes kept and its lines numbered?"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO

LINK = "file"  # how the ledger names the way by which a portion came
AHEAD = timedelta(hours=1)  # the label of the running period, and a clock within tolerance

LONGEST = 10_000  # bytes of a line; more is no line of a table
ENDLESS = 400 * LONGEST  # bytes without a line end: what lies there is no text
LINES_AT_ONCE = 50_000  # chosen: some three megabytes of text, and a day of 500 meters


class EndlessLine(Exception):
    """No line end comes: nothing from this line on can be read."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line} does not end")
        self.line = line


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """Lines in a row as they lie in the file; the header is told again so that each stands by itself."""

    number: int  # from 1
    first_line: int  # number of the first line of `data` in the file
    header: bytes  # the file's line with the names of columns
    data: bytes
    end: int  # offset in the file behind it

    @property
    def kept(self) -> bytes:
        """What the ledger keeps: where it stood, the header, the lines, every byte."""
        return b"%d\n" % self.first_line + self.header + b"\n" + self.data


@dataclass(frozen=True, slots=True)
class Started:
    """The line that names the columns, its number, and the offset behind it."""

    line: int
    header: bytes
    offset: int


def of_kept(payload: bytes) -> Portion:
    """The portion that a frame of the ledger keeps."""
    first_line, header, data = payload.split(b"\n", 2)
    return Portion(number=0, first_line=int(first_line), header=header, data=data, end=0)


def header_text(line: bytes) -> str:
    """UTF-8, else as Windows writes Turkish."""
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return line.decode("cp1254", "replace")


def digest_of(file: BinaryIO) -> tuple[str, int]:
    """A short hash of the whole file, and its size."""
    found, size = hashlib.blake2b(digest_size=8), 0
    while piece := file.read(1 << 20):
        found.update(piece)
        size += len(piece)
    return found.hexdigest(), size


def start_of(file: BinaryIO) -> Started:
    """The first line that says something; what spreadsheets write before it (`sep=;`) is passed over."""
    number = 0
    while line := file.readline(LONGEST):
        number += 1
        text = line.removeprefix(b"\xef\xbb\xbf").strip()
        if text and not text.startswith((b"#", b"sep=")):
            return Started(number, line.rstrip(b"\r\n"), file.tell())
    return Started(number, b"", file.tell())


def portions_of(file: BinaryIO, started: Started, *, lines: int = LINES_AT_ONCE) -> Iterator[Portion]:
    """The lines below the header, so many at once; the last may be short, and end without a line end.

    Raises EndlessLine where a line is longer than memory should hold; what stands before it has come.
    """
    number, line = 1, started.line + 1
    while True:
        taken, is_endless = _lines(file, lines)
        if taken:
            data, end = b"".join(taken), file.tell()
            yield Portion(number=number, first_line=line, header=started.header, data=data, end=end)
        number, line = number + 1, line + sum(piece.endswith(b"\n") for piece in taken)
        if is_endless:
            raise EndlessLine(line)
        if not taken:
            return


def _lines(file: BinaryIO, most: int) -> tuple[list[bytes], bool]:
    """So many lines; one that is too long comes in pieces, all of the same portion, or is without end."""
    found: list[bytes] = []
    count, size, whole, begun = 0, 0, 0, 0  # `whole`: pieces of lines that ended; `begun`: bytes of the last
    while (count < most and size < ENDLESS) or begun:
        piece = file.readline(LONGEST)
        if not piece:
            break
        found.append(piece)
        size += len(piece)
        if piece.endswith(b"\n"):
            count, whole, begun = count + 1, len(found), 0
        else:
            begun += len(piece)
        if begun > ENDLESS:
            return found[:whole], True
    return found, False
