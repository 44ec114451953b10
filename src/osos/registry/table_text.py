"""Which rows does a table of text have below its header, and which of its lines are none?"""

import csv
import re
from collections.abc import Callable
from typing import TypeVar

from osos.registry.problems import BadCell, LineProblem

Row = TypeVar("Row")
Order = tuple[str, ...]  # the columns as the header names them

_LINE_END = re.compile(r"\r\n|\r|\n")
_DELIMITER = re.compile(r"[,;\t]")
_TEXT_KEPT = 200  # characters of a bad line that its problem repeats


def read_table(
    text: str,
    *,
    order_of: Callable[[list[str]], Order],
    row_of: Callable[[int, Order, list[str]], Row],
) -> tuple[list[Row], list[LineProblem]]:
    """A header, then a row a line; comma, semicolon or tab between cells.

    Each bad line becomes a problem with its number; the good ones are returned. Below a bad header nothing
    is read.
    """
    rows: list[Row] = []
    problems: list[LineProblem] = []
    order: Order = ()
    for number, raw in enumerate(_LINE_END.split(text.removeprefix("\ufeff")), start=1):
        if not raw.strip(" ,;\t") or raw.startswith("#") or re.fullmatch(r"sep=.", raw.strip()):
            continue
        try:
            if order:
                rows.append(row_of(number, order, _split(raw)))
            else:
                order = order_of(_split(raw))
        except BadCell as bad:
            problems.append(LineProblem(number, raw[:_TEXT_KEPT], bad.what, bad.do))
            if not order:
                return [], problems
    return rows, problems


def named_cells(order: Order, given: list[str]) -> dict[str, str]:
    """The cells of a row by column; cells beyond the header are a mistake of quoting."""
    if any(given[len(order) :]):
        raise BadCell(
            f"it has {len(given)} cells below {len(order)} columns", "quote cells that hold the delimiter"
        )
    return dict(zip(order, given, strict=False))


def _split(raw: str) -> list[str]:
    found = _DELIMITER.search(raw)
    try:
        (row,) = csv.reader([raw], delimiter=found[0] if found else ",", skipinitialspace=True, strict=True)
    except (csv.Error, ValueError):
        raise BadCell("its quotes do not pair", "put quotes around a whole cell") from None
    return [cell.strip() for cell in row]
