"""What workbook does `osos decode --format xlsx` write?

Sheets `values`, `complaints` and `telegram`. Numbers and times are real ones, so that a spreadsheet shows
them as its own country writes them; the column `raw` keeps the meter's characters.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, TypeAlias

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from osos.cli.decode_csv import COLUMNS

ROWS_MAX = 1_048_576  # of one sheet, in the format
_CELL_MAX = 32_767  # characters of one cell, in the format
_EXACT_DIGITS = 15  # a spreadsheet's number is a binary double
_NUMBER = re.compile(r" *([+-]?) *(\d+)(?:\.(\d+))? *")
_WIDTHS = (14, 7, 7, 6, 22, 7, 20, 30, 10)
_COMPLAINT = ("code", "offset", "line", "found", "expected", "message")
_TELEGRAM = ("source", "kind", "identification", "profile")
_CHECK = ("kind", "sent", "computed", "ok")

Cell: TypeAlias = str | int | bool | None


def workbook(said: Mapping[str, Any], values: Iterable[tuple[Mapping[str, Any], bool]]) -> bytes:
    """The whole file; `values` says of each value whether it is a number with a meaning, or text."""
    held = BytesIO()
    book = xlsxwriter.Workbook(held, {"constant_memory": True})
    formats = _Formats(book)
    _write_values(book, formats, values)
    complaints = ([one[field] for field in _COMPLAINT] for one in said["complaints"])
    _write_plain(book.add_worksheet("complaints"), (_COMPLAINT, *complaints))
    facts = [(field, said[field]) for field in _TELEGRAM]
    facts += [(f"check {field}", said["check"][field]) for field in _CHECK]
    _write_plain(book.add_worksheet("telegram"), facts)
    book.close()
    return held.getvalue()


class _Formats:
    """One format a number of decimals, made when it is first needed."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._numbers: dict[int, Format] = {}
        self.head = book.add_format({"bold": True})
        self.time = book.add_format({"num_format": "dd.mm.yyyy hh:mm:ss", "align": "left"})

    def number(self, decimals: int) -> Format:
        if decimals not in self._numbers:
            form = "#,##0" + ("." + "0" * decimals if decimals else "")
            self._numbers[decimals] = self._book.add_format({"num_format": form})
        return self._numbers[decimals]


def _write_values(
    book: Workbook, formats: _Formats, values: Iterable[tuple[Mapping[str, Any], bool]]
) -> None:
    """On as many sheets as it takes: `values`, `values 2` …"""
    sheets = _sheets(book, formats)
    sheet, row = next(sheets), 0
    for value, is_number in values:
        row += 1
        if row == ROWS_MAX:
            sheet, row = next(sheets), 1
        for column, field in enumerate(COLUMNS):
            if field == "value" and is_number:
                _write_number(sheet, row, column, value[field], formats)
            elif field == "time" and value[field] is not None:
                wall = datetime.fromisoformat(value[field]).replace(tzinfo=None)
                sheet.write_datetime(row, column, wall, formats.time)
            else:
                _write(sheet, row, column, value[field])


def _sheets(book: Workbook, formats: _Formats) -> Iterator[Worksheet]:
    number = 1
    while True:
        sheet = book.add_worksheet("values" if number == 1 else f"values {number}")
        for column, (field, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, "time (+03:00)" if field == "time" else field, formats.head)
        sheet.freeze_panes(1, 0)
        yield sheet
        number += 1


def _write_number(sheet: Worksheet, row: int, column: int, text: str, formats: _Formats) -> None:
    """A real number where a double holds it exactly to its last digit, else its characters."""
    found = _NUMBER.fullmatch(text)
    if found is None or len((found[2] + (found[3] or "")).lstrip("0")) > _EXACT_DIGITS:
        _write(sheet, row, column, text)
        return
    sign, whole, fraction = found[1], found[2], found[3] or ""
    sheet.write_number(row, column, float(f"{sign}{whole}.{fraction or 0}"), formats.number(len(fraction)))


def _write_plain(sheet: Worksheet, rows: Iterable[Sequence[Cell]]) -> None:
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            _write(sheet, row, column, cell)
    sheet.set_column(0, 5, 24)


def _write(sheet: Worksheet, row: int, column: int, cell: Cell) -> None:
    """Text always as text: what a meter prints is never a formula or a link (T19)."""
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, int):
        sheet.write_number(row, column, cell)
    elif cell:
        sheet.write_string(row, column, cell if len(cell) <= _CELL_MAX else cell[: _CELL_MAX - 1] + "…")
