"""What do the lines of a data block say: code, history row, brackets?"""

import re
from functools import lru_cache
from typing import NamedTuple

from osos.iec62056.complaints import Complaints
from osos.iec62056.limits import LINE_MAX

_CODE = re.compile(r"(?:(\d{1,3}-\d{1,3}):)?([0-9A-Z]{1,3}(?:\.[0-9A-Z]{1,3}){0,5})(?:[*&](\d{1,3}))?")
_LINE = re.compile(r"([^()]*)((?: *\([^()]*\))+)([^()]*)")
_BRACKET = re.compile(r"\(([^()]*)\)")
_UNIT_OUTSIDE = re.compile(r" *\*? *([A-Za-z][A-Za-z0-9/]{0,7}) *")  # M-171
_NOT_PRINTED = re.compile(r"[\x00-\x1f\x7f-\U0010ffff]+")
_ENDS = re.compile(r"\r\n|\r|\n")
_END = re.compile(r" *!(?:[0-9A-Fa-f]{4})?\$? *")
_WRAPPER = re.compile(r"(?:#\d{23}\$\s{0,4})?#\d{5}~L\d{26}X0\.0\.PX")  # the Viko gateway's head, X-50
_HEAD = r"(?:\d{1,3}-\d{1,3}:)?[0-9A-Z]{1,3}(?:\.[0-9A-Z]{1,3}){1,5}(?:[*&]\d{1,3})?"  # a code with its dots
_GLUED = re.compile(rf"(?<=\))[ ;,\t]{{0,4}}(?={_HEAD} {{0,2}}\()")
_DATASET = re.compile(r"([^()\r\n]*)\(([^()*\r\n]*)\*?([^()\r\n]*)\)")
# All but brackets, line ends and what no meter prints: what is left of a clean block is its skeleton.
_FLESH = bytes(byte for byte in range(0x20, 0x7F) if byte not in b"()")

_new = tuple.__new__


class DataLine(NamedTuple):
    """One line `[A-B:]code[*history](…)(…)`; `code` is empty where the line begins with a bracket.

    A tuple, because a readout makes a thousand of them. Units stay inside the bracket's text.
    """

    prefix: str | None  # A-B of a full OBIS code
    code: str
    history: int | None  # as printed; 255 is OBIS for "none"
    brackets: tuple[str, ...]
    offset: int  # in the bytes given to the parser
    raw: str


def datasets(block: bytes) -> list[tuple[str, str, str]]:
    r"""Address, value, unit of every bracket, by one regular expression (Q-1); complains of nothing.

    The address is empty for the second and further brackets of a line, the unit where none is printed.

    >>> datasets(b"1.6.0(001.234*kW)(26-03-02,00:15)\r\n")
    [('1.6.0', '001.234', 'kW'), ('', '26-03-02,00:15', '')]
    """
    return _DATASET.findall(block.decode("latin-1"))


def is_clean(lines: bytes) -> bool:
    r"""Is this nothing but whole lines `text(…)(…)␍␊` of printable characters?"""
    skeleton = lines.translate(None, _FLESH)
    lean = skeleton.replace(b")(", b"")
    count = lean.count(b"\n")
    return (
        lean == b"()\r\n" * count
        and lines.count(b")\r\n") == count
        and lines.count(b")(") * 2 == len(skeleton) - len(lean)
    )


@lru_cache(8192)  # all codes of all meters, with their history rows
def take_code_apart(text: str) -> tuple[str | None, str, int | None] | None:
    """Prefix, code, history; None: not a code."""
    if not text:
        return None, "", None
    found = _CODE.fullmatch(text)
    if found is None:
        return None
    prefix, code, history = found.groups()
    return prefix, code, int(history) if history else None


def read_lines(block: bytes, offset: int, complaints: Complaints) -> tuple[list[DataLine], bool]:
    """The lines of a block that begins at `offset`, and whether it had its `!`."""
    ended = block.endswith(b")\r\n!\r\n")
    body = block[:-3] if ended else block
    if ended and is_clean(body):
        lines = _clean_lines(body, offset)
        if lines is not None:
            return lines, True
    return _Tolerant(offset, complaints).read(block.decode("latin-1"))


def _clean_lines(body: bytes, offset: int) -> list[DataLine] | None:
    """The lines of a clean block, written for speed; None: one has no code of the usual form."""
    lines: list[DataLine] = []
    for text in body.decode("ascii")[:-3].split(")\r\n"):
        head, _, inside = text.partition("(")
        parts = take_code_apart(head)
        if parts is None:
            return None
        prefix, code, history = parts
        brackets = tuple(inside.split(")(")) if ")(" in inside else (inside,)
        # Twice as fast as DataLine(…).
        lines.append(_new(DataLine, (prefix, code, history, brackets, offset, text + ")")))
        offset += len(text) + 3
    return lines


class _Tolerant:
    """Reads a block line by line, and says what is wrong where (M-171, M-173)."""

    def __init__(self, offset: int, complaints: Complaints) -> None:
        self._at = offset
        self._complaints = complaints
        self._lines: list[DataLine] = []
        self._ended = False

    def read(self, text: str) -> tuple[list[DataLine], bool]:
        wrapper = _WRAPPER.match(text)
        at = wrapper.end() if wrapper else 0
        while at < len(text) and not self._ended:
            found = _ENDS.search(text, at)
            end = found.start() if found else len(text)
            self._line(text[at:end], self._at + at)
            at = found.end() if found else end
        if text[at:].strip(" \r\n\0"):
            self._complaints.add("after-end", self._at + at, text[at:])
        return self._lines, self._ended

    def _line(self, line: str, offset: int) -> None:
        if len(line) > LINE_MAX:
            self._complaints.add("line-too-long", offset, line, f"at most {LINE_MAX} characters")
            return
        for odd in _NOT_PRINTED.finditer(line):
            self._complaints.add("character", offset + odd.start(), odd[0])
        if _END.fullmatch(line):
            self._ended = True
            return
        found = _LINE.fullmatch(line)
        if found:
            self._data_line(found, line, offset)
        elif not self._glued(line, offset) and line.strip():
            self._complaints.add("line-broken", offset, line, "code(value)")

    def _glued(self, line: str, offset: int) -> bool:
        """Lines that lost the line end between them."""
        cuts = [(one.start(), one.end()) for one in _GLUED.finditer(line)]
        starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(line)]
        if not cuts:
            return False
        self._complaints.add("lines-glued", offset, line, "a line end between two values")
        for start, end in zip(starts, ends, strict=True):
            self._line(line[start:end], offset + start)
        return True

    def _data_line(self, found: re.Match[str], line: str, offset: int) -> None:
        head, inside, tail = found.groups()
        brackets = _BRACKET.findall(inside)
        unit = _UNIT_OUTSIDE.fullmatch(tail)
        if unit and "*" not in brackets[-1]:
            brackets[-1] += "*" + unit[1]
        elif tail.strip():
            self._tail(tail, offset + found.start(3))
        code = take_code_apart(head.strip())
        if code is None:
            self._complaints.add("code-odd", offset, head, "a code like 1.8.0*1")
            code = None, head.strip(), None
        self._lines.append(DataLine(*code, tuple(brackets), offset, line))

    def _tail(self, tail: str, offset: int) -> None:
        self._ended = bool(_END.fullmatch(tail))
        self._complaints.add("end-glued" if self._ended else "line-tail", offset, tail)
