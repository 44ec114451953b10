"""What do the lines of a portion say, and which of them say nothing that can be taken?"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from osos.mdm.canonical import GREATEST_W, ROLLS_OVER_AT
from osos.mdm.imports.cells import BadCell, DecimalSign, label_of, whole_of
from osos.mdm.imports.header import Column, Header
from osos.mdm.imports.portions import LONGEST, Portion
from osos.mdm.imports.problems import Problem

_TIMES_KNOWN = 20_000  # times stand again and again; so many are remembered
DECIMALS = 3  # of kWh, kvarh, kW in what is kept
_MOST_IN_A_SLOT = GREATEST_W  # Wh: an hour at all a display can show
_TEXT_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Row:
    """One line that can be taken: whose, the slot's end or the record's label, a whole number a column."""

    line: int
    who: str
    label: int
    values: tuple[int, ...]


@dataclass(slots=True)
class Rows:
    """What a portion came to; `empty` lines say nothing of any value."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    empty: int = 0


def rows_of(
    portion: Portion, header: Header, *, last_label: int | None = None, decimal: DecimalSign = "auto"
) -> Rows:
    """Each line by itself, never an exception; `last_label`: what is later has not come yet."""
    reader = _Reader(header, last_label, _sign(header, decimal))
    found = Rows()
    for number, line in _numbered(portion):
        if not line.strip(b" ;,\t\r\n"):
            continue
        try:
            row = reader.row(number, line)
        except BadCell as bad:
            facts = {key: _shown(value) for key, value in bad.facts.items()}
            found.problems.append(Problem(number, bad.code, facts))
            continue
        if row is None:
            found.empty += 1
        else:
            found.rows.append(row)
    if not portion.data.endswith(b"\n"):
        _doubt_last(found, portion, header)
    return found


def _doubt_last(found: Rows, portion: Portion, header: Header) -> None:
    """A file that was cut off may end in the middle of a number: 100,5 of 100,500 and 12 of 1234."""
    lines = portion.data.rsplit(b"\n", 2)
    last = portion.first_line + portion.data.count(b"\n")
    column = next((column for place, column in header.values if place == header.count - 1), None)
    if len(lines) < 2 or column is None or not found.rows or found.rows[-1].line != last:
        return
    before, text = (_text(line).rstrip().rpartition(header.delimiter)[2].strip(' "') for line in lines[-2:])
    if _is_shorter(text, before):
        found.rows.pop()
        facts = {"column": column.name, "text": _shown(text), "before": _shown(before)}
        found.problems.append(Problem(last, "cut off", facts))


def _is_shorter(text: str, before: str) -> bool:
    """With fewer decimals than the number above it; of whole numbers, with fewer digits."""
    parts = [re.split("[.,](?=[^.,]*$)", one) for one in (text, before)]
    if len(parts[1]) == 2:
        return len(parts[0]) < 2 or len(parts[0][1]) < len(parts[1][1])
    return len(parts[0]) == 1 and len(text) < len(before)


def _numbered(portion: Portion) -> Iterator[tuple[int, bytes]]:
    lines = portion.data.split(b"\n")
    return enumerate(lines if lines[-1] else lines[:-1], start=portion.first_line)


def _sign(header: Header, decimal: DecimalSign) -> DecimalSign:
    """Where commas part cells, a point cannot stand between thousands."""
    return "point" if decimal == "auto" and header.delimiter == "," else decimal


def _shown(value: object) -> object:
    return value[:_TEXT_SHOWN] if isinstance(value, str) else value


class _Reader:
    """Reads cells; times it has seen it knows again."""

    def __init__(self, header: Header, last_label: int | None, decimal: DecimalSign) -> None:
        self._header, self._last, self._decimal = header, last_label, decimal
        self._labels: dict[str, int] = {}

    def row(self, number: int, line: bytes) -> Row | None:
        if len(line) > LONGEST:
            raise BadCell("long", most=LONGEST)
        cells = _cells(_text(line), self._header.delimiter)
        if len(cells) != self._header.count:
            raise BadCell("cells", got=len(cells), wanted=self._header.count)
        who = cells[self._header.who].strip()
        if not who:
            raise BadCell("nobody")
        label = self._label(" ".join(cells[place].strip() for place in self._header.times))
        texts = [cells[place].strip() for place, _ in self._header.values]
        if not any(texts):
            return None
        if not all(texts):
            raise BadCell("partly empty")
        return Row(number, who, label, self._values(texts))

    def _label(self, text: str) -> int:
        found = self._labels.get(text)
        if found is None:
            found = label_of(text, wall=self._header.are_registers)
            if self._last is not None and found > self._last:
                raise BadCell("ahead", text=text)
            if len(self._labels) >= _TIMES_KNOWN:
                self._labels.clear()
            self._labels[text] = found
        return found

    def _values(self, texts: Sequence[str]) -> tuple[int, ...]:
        return tuple(
            self._value(text, column) for text, (_, column) in zip(texts, self._header.values, strict=True)
        )

    def _value(self, text: str, column: Column) -> int:
        digits = DECIMALS if column.power else 0
        unit = "Wh" if column.unit == "kWh" else "varh" if column.unit == "kvarh" else "W"
        value = whole_of(
            text, power=column.power, decimal=self._decimal, column=column.name, unit=unit, digits=digits
        )
        most = ROLLS_OVER_AT - 1 if self._header.are_registers else _MOST_IN_A_SLOT
        if value > most:
            raise BadCell("too much", text=text, column=column.name)
        return value


def _text(line: bytes) -> str:
    """UTF-8, else as Windows writes Turkish; names and numbers are the same in both."""
    try:
        return line.decode("utf-8").rstrip("\r")
    except UnicodeDecodeError:
        return line.decode("cp1254", "replace").rstrip("\r")


def _cells(text: str, delimiter: str) -> list[str]:
    if '"' not in text:
        return text.split(delimiter)
    try:
        return next(csv.reader([text], delimiter=delimiter, skipinitialspace=True, strict=True), [])
    except csv.Error:
        raise BadCell("quotes") from None
