"""How do thousands of records become text at once?"""

import numpy as np
from numpy.typing import NDArray

from osos.simulator.meter.profile import ProfileRows, digits_of

Ints = NDArray[np.int64]
_ZERO = ord("0")


def _put(lines: NDArray[np.uint8], at: int, values: Ints, width: int) -> None:
    """Write `width` decimal digits of each value from column `at` on, least one last."""
    for place in range(at + width - 1, at - 1, -1):
        values, digit = np.divmod(values, 10)
        lines[:, place] = digit + _ZERO


def records_text(rows: ProfileRows) -> bytes:
    r"""One line a record: `(yy-mm-dd,hh:mm)(v,v,…)\r\n` (M-100), filled column by column."""
    shapes = [digits_of(column) for column in rows.columns]
    template = (
        "(00-00-00,00:00)(" + ",".join("0" * whole + "." + "0" * part for whole, part in shapes) + ")\r\n"
    )
    lines = np.tile(np.frombuffer(template.encode(), np.uint8), (len(rows.labels), 1))
    _put_labels(lines, rows.labels)
    at = 17
    for column, (whole, part) in enumerate(shapes):
        _put(lines, at, rows.values[:, column] // 10**part, whole)
        _put(lines, at + whole + 1, rows.values[:, column] % 10**part, part)
        at += whole + part + 2
    return lines.tobytes()


def _put_labels(lines: NDArray[np.uint8], labels: Ints) -> None:
    days, minutes = np.divmod(labels, 1440)
    dates = np.datetime64("2000-01-01", "D") + days
    months = dates.astype("datetime64[M]")
    month = months.astype(np.int64)
    _put(lines, 1, (month // 12 + 1970) % 100, 2)
    _put(lines, 4, month % 12 + 1, 2)
    _put(lines, 7, (dates - months).astype(np.int64) + 1, 2)
    _put(lines, 10, minutes // 60, 2)
    _put(lines, 13, minutes % 60, 2)
