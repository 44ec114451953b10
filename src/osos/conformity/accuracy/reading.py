"""What did a meter test bench measure, as its XLSX or CSV file says? (T-24)

Only three columns are read, wherever they stand: the point's number, its error, its impulses. Whatever is
wrong is told with page and cell, and the point it stands for waits.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from osos.conformity.accuracy.columns import ALIASES, ERROR, IMPULSES, NUMBER
from osos.conformity.accuracy.points import Measured, Sheet

MAX_ROWS = 5000  # of a page
MAX_BYTES = 20_000_000
_ABSURD_PERCENT = 1000  # no error: a reading in another unit, or of another column
_NAMED = ("X/5--", "DB--")
_PAGE = ("test", "sayfa", "sheet", "page")


@dataclass(frozen=True, slots=True)
class Problem:
    """`where`: page and cell, EK4-a!N12, or line of a CSV file."""

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


@dataclass(slots=True)
class Found:
    measured: dict[tuple[str, int], Measured] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_measurements(data: bytes, sheets: Sequence[Sheet]) -> Found:
    """A workbook with a page a test, or a CSV file with the test in its first column."""
    if len(data) > MAX_BYTES:
        return Found(problems=[Problem("file", f"{len(data)} bytes: more than {MAX_BYTES}")])
    return _read_xlsx(data, sheets) if data[:2] == b"PK" else _read_csv(data, sheets)


# -- XLSX --


def _read_xlsx(data: bytes, sheets: Sequence[Sheet]) -> Found:
    found = Found()
    for title, rows in _pages(data, found):
        sheet = _sheet(title, sheets)
        if sheet is None:
            continue  # a summary, or a page of the bench's own
        _read_page(sheet, rows, found)
    return found


def _pages(data: bytes, found: Found) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    import openpyxl  # type: ignore[import-untyped]  # it ships no types

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for page in book.worksheets:
            yield page.title, list(page.iter_rows(max_row=MAX_ROWS, max_col=60, values_only=True))
        book.close()
    except Exception as error:  # noqa: BLE001  # whatever a broken zip or XML makes of it: the file's fault
        found.problems.append(Problem("file", f"no workbook: {type(error).__name__} {error}"))


def _sheet(title: str, sheets: Iterable[Sheet]) -> Sheet | None:
    told = " ".join(title.split()).casefold().replace("ek-4.", "ek4-")
    return next((one for one in sheets if told in {one.title.casefold(), one.name.casefold()}), None)


def _read_page(sheet: Sheet, rows: list[tuple[Any, ...]], found: Found) -> None:
    head = next((n for n, row in enumerate(rows) if {NUMBER, ERROR} <= set(_heads(row))), None)
    if head is None:
        found.problems.append(Problem(sheet.title, f"no row of heads with {NUMBER} and {ERROR}"))
        return
    if told := _another(sheet, rows[:head]):
        found.problems.append(Problem(sheet.title, f"a page of {told}, wanted is {sheet.name}"))
        return
    places = _heads(rows[head])
    for number, row in enumerate(rows[head + 1 :], head + 2):
        cells = {
            name: (f"{sheet.title}!{_letter(place)}{number}", row[place] if place < len(row) else None)
            for name, place in places.items()
        }
        _read_row(sheet, cells, found)


def _another(sheet: Sheet, above: list[tuple[Any, ...]]) -> str:
    """The procedure a page says it is of, where it is not this meter's: DB-- and X/5-- differ in currents."""
    for value in (cell for row in above for cell in row if isinstance(cell, str)):
        if value.startswith(_NAMED) and not value.startswith(sheet.name):
            return value[:60]
    return ""


def _heads(row: Sequence[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, value in enumerate(row):
        name = ALIASES.get(str(value or "").strip().replace("İ", "i̇").casefold())
        if name and name not in found:
            found[name] = place
    return found


def _letter(place: int) -> str:
    return (_letter(place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)


# -- CSV --


def _read_csv(data: bytes, sheets: Sequence[Sheet]) -> Found:
    found = Found()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found.problems.append(Problem(f"byte {error.start}", "no UTF-8"))
        return found
    first = text.partition("\n")[0]
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in first else ",")
    try:
        _read_lines(list(lines), sheets, found)
    except csv.Error as error:
        found.problems.append(Problem(f"line {lines.line_num}", str(error)))
    return found


def _read_lines(lines: list[list[str]], sheets: Sequence[Sheet], found: Found) -> None:
    heads = _heads(lines[0]) if lines else {}
    page = (
        next((n for n, cell in enumerate(lines[0]) if cell.strip().casefold() in _PAGE), None)
        if lines
        else None
    )
    if page is None or not {NUMBER, ERROR} <= set(heads):
        found.problems.append(Problem("line 1", f"heads are wanted: test, {NUMBER}, {ERROR}"))
        return
    for number, row in enumerate(lines[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        title = row[page] if page < len(row) else ""
        sheet = _sheet(title, sheets)
        if sheet is None:
            found.problems.append(Problem(f"line {number}", f"no test {title!r} for this meter"))
            continue
        where = f"line {number}"
        cells = {name: (where, row[n] if n < len(row) else None) for name, n in heads.items()}
        _read_row(sheet, cells, found)


# -- a row --


def _read_row(sheet: Sheet, cells: dict[str, tuple[str, Any]], found: Found) -> None:
    where, told = cells[NUMBER]
    if _is_empty(told):
        return
    number = _number(cells[NUMBER], found)
    if number is None:
        return
    if number != int(number) or not 1 <= number <= len(sheet.points):
        found.problems.append(Problem(where, f"{sheet.title} has no point {told}"))
        return
    key = (sheet.title, int(number))
    if key in found.measured:
        found.problems.append(Problem(where, f"point {told} stands there twice: the first is kept"))
        return
    measured = _measured(sheet.points[int(number) - 1].asked, cells, found)
    if measured is not None:
        found.measured[key] = measured


def _measured(asked: str, cells: dict[str, tuple[str, Any]], found: Found) -> Measured | None:
    """None: nothing was measured there yet, or it could not be read."""
    cell = cells[ERROR] if asked == "error" else cells.get(IMPULSES)
    if cell is None or _is_empty(cell[1]):
        return None
    value = _number(cell, found)
    if value is None:
        return None
    if asked == "error":
        if abs(value) > _ABSURD_PERCENT:
            found.problems.append(Problem(cell[0], f"{value} is no error in per cent"))
            return None
        return Measured(error_percent=value)
    if value != int(value) or value < 0:
        found.problems.append(Problem(cell[0], f"{value} is no count of impulses"))
        return None
    return Measured(impulses=int(value))


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _number(cell: tuple[str, Any], found: Found) -> Decimal | None:
    """A number, or the text of one with comma or point."""
    where, value = cell
    try:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise InvalidOperation
        number = Decimal(str(value).strip().replace(",", ".").replace("−", "-").removesuffix("%").strip())
        if not number.is_finite():
            raise InvalidOperation
    except InvalidOperation:
        found.problems.append(Problem(where, f"{str(value)[:40]!r} is no number"))
        return None
    return number
