"""How does a reader take a table with him: as a workbook or as CSV?

A workbook holds real numbers and dates with formats; Turkish CSV is `;`-separated with decimal commas and
a BOM, as Excel in Turkey opens it; the machine's CSV is RFC 4180 with UTC and points. No text of a meter or
a customer can become a formula in any of them (T19).
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import quote

import xlsxwriter
from starlette.responses import Response
from xlsxwriter.utility import xl_rowcol_to_cell_fast
from xlsxwriter.worksheet import CellNumberTuple, Worksheet

from osos.quantities import Quality, to_local

Kind = Literal["text", "time", "day", "number"]
Cell = str | int | Decimal | datetime | date | Quality | None
MOST_ROWS = 1_000_000  # Excel's own limit is 1 048 576, head included
DAY_0 = date(1899, 12, 30).toordinal()
UNIX_DAY = date(1970, 1, 1).toordinal() - DAY_0
OFFSET_S = 3 * 3600  # Türkiye, UTC+03:00
MOST_LETTERS = 32_767  # of a cell; more would be dropped without a word
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NOT_IN_A_NAME = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What stands in it: `title` for people, `key` for machines; a whole number counts 10**-decimals."""

    title: str
    key: str
    kind: Kind = "text"
    decimals: int = 0  # an int value 23803500 with 3 decimals is 23.803,5
    width: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table; `facts` stand above it: whose, of when, informative."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    facts: Sequence[tuple[str, str | Decimal]] = ()


class TooManyRows(ValueError):
    """More than a workbook holds: ask for less or take the CSV."""


def quality_word(quality: Quality, language: str) -> str:
    """The same words as on the page and on the chart."""
    return _QUALITY[language][quality]


_QUALITY = {
    "tr": {
        Quality.MEASURED: "ölçüm",
        Quality.ESTIMATED: "tahmini",
        Quality.EDITED: "düzeltilmiş",
        Quality.SUSPECT: "şüpheli",
        Quality.MISSING: "eksik",
    },
    "en": {each: each.name.lower() for each in Quality},
}


def xlsx(sheets: Sequence[Sheet], *, language: str, made_at: datetime, title: str = "") -> bytes:
    """A workbook, row by row in constant memory; times are the wall clock of Turkey."""
    held = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(held, options) as book:  # closed, its temporary files too, whatever happens
        book.set_properties({"title": title, "created": to_local(made_at).replace(tzinfo=None)})
        formats = _Formats(book)
        used: set[str] = set()
        for sheet in sheets:
            page = book.add_worksheet(_sheet_name(sheet.name, used), worksheet_class=_Page)
            _fill(page, sheet, formats, language)
    return held.getvalue()


class _Page(Worksheet):  # type: ignore[misc]  # XlsxWriter tells mypy no types
    """The library's, a third quicker: a number with a format is written at once, and nobody asks for "A1".

    The same bytes; tests/web/test_sheets.py compares them.
    """

    write_number = Worksheet._write_number  # without a look at each call for cells named as "A1"
    write_string = Worksheet._write_string

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        if not isinstance(cell, CellNumberTuple) or not cell.format:
            super()._write_cell(row, col, cell)
            return
        place, look = xl_rowcol_to_cell_fast(row, col), cell.format._get_xf_index()
        self.fh.write(f'<c r="{place}" s="{look}"><v>{cell.number:.16G}</v></c>')


class _Formats:
    """Each format once a workbook."""

    def __init__(self, book: Any) -> None:
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.fact = book.add_format({"italic": True})
        self.time = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        self.day = book.add_format({"num_format": "dd.mm.yyyy"})
        self._book = book
        self._numbers: dict[int, Any] = {}

    def number(self, decimals: int) -> Any:
        if decimals not in self._numbers:
            shown = "#,##0" + ("." + "0" * decimals if decimals else "")
            self._numbers[decimals] = self._book.add_format({"num_format": shown})
        return self._numbers[decimals]


def _fill(page: Any, sheet: Sheet, formats: _Formats, language: str) -> None:
    row = 0
    for label, value in sheet.facts:
        page.write_string(row, 0, _kept(label), formats.fact)
        if isinstance(value, Decimal):
            page.write_number(row, 1, float(value))
        else:
            page.write_string(row, 1, _kept(value))
        row += 1
    row += bool(sheet.facts)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
    for place, column in enumerate(sheet.columns):
        page.write_string(row, place, _kept(column.title), formats.head)
    page.freeze_panes(row + 1, 1)
    writers = [_writer(page, column, formats, language) for column in sheet.columns]
    for below, cells in enumerate(sheet.rows, row + 1):
        if below > MOST_ROWS:
            raise TooManyRows(f"a workbook holds {MOST_ROWS} rows")
        for place, (write, cell) in enumerate(zip(writers, cells, strict=True)):
            if cell is not None:
                write(below, place, cell)


def _writer(page: Any, column: Column, formats: _Formats, language: str) -> Any:
    """How this column's cells are written; one decision a column, not one a cell."""
    if column.kind == "number":
        look, divisor = formats.number(column.decimals), 10**column.decimals
        return lambda row, place, cell: page.write_number(row, place, _float(cell, divisor), look)
    if column.kind == "time":
        return lambda row, place, cell: page.write_number(row, place, _serial(cell), formats.time)
    if column.kind == "day":
        return lambda row, place, cell: page.write_number(row, place, cell.toordinal() - DAY_0, formats.day)
    return lambda row, place, cell: page.write_string(row, place, _text(cell, language))


def _serial(instant: datetime) -> float:
    """Days since 30 December 1899 on the wall clock of Turkey, as a spreadsheet counts."""
    return (instant.timestamp() + OFFSET_S) / 86400 + UNIX_DAY


def _float(cell: int | Decimal, divisor: int) -> float:
    """Excel's numbers are doubles: 15 digits, more than any register has."""
    return float(cell) if isinstance(cell, Decimal) else cell / divisor


def _text(cell: object, language: str) -> str:
    return quality_word(cell, language) if isinstance(cell, Quality) else _kept(str(cell))


def _kept(text: str) -> str:
    """What XML can hold and Excel shows."""
    return text[:MOST_LETTERS].encode("utf-8", "replace").decode("utf-8")


def _sheet_name(wanted: str, used: set[str]) -> str:
    """At most 31 letters, without those Excel refuses, no two alike."""
    base = wanted.translate(_NOT_IN_A_NAME).strip()[:31] or "Sayfa"
    name, count = base, 1
    while name.casefold() in used:
        count += 1
        name = f"{base[:27]} {count}"
    used.add(name.casefold())
    return name


def csv_text(sheet: Sheet, *, language: str) -> bytes:
    """For Excel in Turkey: `;`, decimal comma, local time, BOM."""
    held = io.StringIO()
    writer = csv.writer(held, delimiter=";", lineterminator="\r\n")
    for fact in sheet.facts:
        writer.writerow([_fact(part) for part in fact])
    writer.writerow([_harmless(column.title) for column in sheet.columns])
    for cells in sheet.rows:
        writer.writerow(
            [_shown(cell, column, language) for cell, column in zip(cells, sheet.columns, strict=True)]
        )
    return b"\xef\xbb\xbf" + held.getvalue().encode("utf-8", "replace")


def csv_machine(sheet: Sheet) -> bytes:
    """For programs: `,`, points, ISO times in UTC, keys for titles, no facts above."""
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\r\n")
    writer.writerow([column.key for column in sheet.columns])
    for cells in sheet.rows:
        writer.writerow([_plain(cell, column) for cell, column in zip(cells, sheet.columns, strict=True)])
    return held.getvalue().encode("utf-8", "replace")


def _shown(cell: Cell, column: Column, language: str) -> str:
    if cell is None:
        return ""
    if column.kind == "number":
        return _digits(cell, column).replace(".", ",")
    if column.kind == "time" and isinstance(cell, datetime):
        return f"{to_local(cell):%d.%m.%Y %H:%M}"
    if column.kind == "day" and isinstance(cell, date):
        return f"{cell:%d.%m.%Y}"
    return _harmless(_text(cell, language))


def _plain(cell: Cell, column: Column) -> str:
    if cell is None:
        return ""
    if column.kind == "number":
        return _digits(cell, column)
    if isinstance(cell, datetime):
        return f"{cell.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(cell, date):
        return cell.isoformat()
    return _harmless(_text(cell, "en"))


def _digits(cell: Cell, column: Column) -> str:
    """All decimals of the column, exactly: never through a float."""
    assert isinstance(cell, int | Decimal)
    return f"{cell if isinstance(cell, Decimal) else Decimal(cell).scaleb(-column.decimals):f}"


def _fact(part: str | Decimal) -> str:
    return f"{part:f}".replace(".", ",") if isinstance(part, Decimal) else _harmless(part)


def _harmless(text: str) -> str:
    """A text that a spreadsheet would run gets an apostrophe in front, and stays a text."""
    return "'" + text if text.startswith(BEGINS_A_FORMULA) else text


def attachment(body: bytes, *, name: str, kind: str) -> Response:
    """A file to save; the name in UTF-8 (RFC 6266), and in ASCII for who does not know that."""
    plain = "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "_" for letter in name
    )
    said = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return Response(body, media_type=kind, headers={"content-disposition": said})
