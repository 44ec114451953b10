"""What does `osos decode --format csv` write?"""

import csv
import re
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

COLUMNS = ("code", "prefix", "history", "index", "value", "unit", "time", "raw", "quality")

# A spreadsheet runs a cell that begins so as a formula, and the characters come from outside (T19).
_FORMULA = re.compile(r"[=+\-@\t\r]")
_SIGNED_NUMBER = re.compile(r"[+-] *\d+(?:\.\d+)?(?:\*[A-Za-z0-9]+)?")


def write_csv(out: TextIO, values: Iterable[Mapping[str, Any]]) -> None:
    """The fields of the JSON values under their own names, one row a value; null is an empty cell."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(value[column]) for column in COLUMNS] for value in values)


def _cell(field: str | int | None) -> str | int | None:
    """The field; text that a spreadsheet would run gets an apostrophe before it.

    >>> _cell("-1.000"), _cell("=1+2"), _cell("@X")
    ('-1.000', "'=1+2", "'@X")
    """
    if isinstance(field, str) and _FORMULA.match(field) and not _SIGNED_NUMBER.fullmatch(field):
        return f"'{field}"
    return field
